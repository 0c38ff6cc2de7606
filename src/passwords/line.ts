import { problem } from "../http/errors.ts";

/** Seconds after which somebody who found the line full may ask again. */
const RETRY_AFTER = 2;

/** Lets so many do something at once; the others wait, first come first served, and there is an end to the line. */
export class Line {
  readonly #places: number;
  readonly #longest: number;
  readonly #waiting: (() => void)[] = [];
  #busy = 0;

  constructor(places: number, longest: number) {
    this.#places = places;
    this.#longest = longest;
  }

  /** @throws HTTPError 503 `too_busy` with `Retry-After`, at once, where the line is full */
  async run<Result>(task: () => Promise<Result>): Promise<Result> {
    if (this.#busy < this.#places) this.#busy++;
    else await this.#turn();
    try {
      return await task();
    } finally {
      // The place goes to the next in line without being free in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#busy--;
    }
  }

  #turn(): Promise<void> {
    if (this.#waiting.length >= this.#longest) {
      throw problem("too_busy", undefined, { headers: { "Retry-After": String(RETRY_AFTER) } });
    }
    return new Promise((resolve) => {
      this.#waiting.push(resolve);
    });
  }
}
