/** 20 microseconds each, up to 2 seconds: a load generator's own histogram knows whole milliseconds only. */
const STEP_MS = 0.02;
const STEPS = 100_000;

/** Counts how long answers took. */
export class Latencies {
  readonly #counts = new Uint32Array(STEPS + 1);
  #total = 0;

  record(milliseconds: number): void {
    const step = Math.min(STEPS, Math.floor(milliseconds / STEP_MS));
    this.#counts[step] = (this.#counts[step] as number) + 1;
    this.#total += 1;
  }

  /** @returns milliseconds that so many in a hundred did not exceed; `Infinity` for over 2 seconds */
  percentile(percent: number): number {
    const wanted = Math.ceil((this.#total * percent) / 100);
    let seen = 0;
    for (let step = 0; step < STEPS; step++) {
      seen += this.#counts[step] as number;
      if (seen >= wanted) return (step + 1) * STEP_MS;
    }
    return Number.POSITIVE_INFINITY;
  }
}
