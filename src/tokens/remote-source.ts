import { problem } from "../http/errors.ts";
import type { TokenAlgorithm } from "./algorithms.ts";
import { fetchJSON } from "./fetch-json.ts";
import type { FoundKeys } from "./key-ring.ts";
import { RemoteKeySet } from "./remote-key-set.ts";

/** Where keys are, and how long they are good. All in seconds, but `maxSize`. */
export interface RemoteSourceOptions {
  readonly url: URL;
  readonly algorithms: readonly TokenAlgorithm[];
  readonly maxAge: number;
  readonly staleFor: number;
  readonly cooldown: number;
  readonly timeout: number;
  readonly maxSize: number;
}

/** Seconds between two attempts while there are no keys that may be used. */
const WITHOUT_KEYS = 5;

/** Another issuer's keys: fetched when first needed, when they get old, and when a token names one that is not there. */
export class RemoteSource {
  readonly #options: RemoteSourceOptions;
  #keys: RemoteKeySet | undefined;
  /** On the monotonic clock, in milliseconds. */
  #fetchedAt = 0;
  #triedAt = Number.NEGATIVE_INFINITY;
  #failure: unknown;
  #fetching: Promise<void> | undefined;

  constructor(options: RemoteSourceOptions) {
    this.#options = options;
  }

  /** The version of the keys there are; nothing while they are too old to be used unasked. */
  version(): unknown {
    return this.#keys !== undefined && !this.#isOld() ? this.#keys : undefined;
  }

  /** @throws HTTPError 503 `store_unavailable` where there are no keys that may still be used */
  async find(kid: string | undefined): Promise<FoundKeys> {
    if (this.#keys === undefined || this.#isOld()) await this.#refresh();
    const found = this.#usable().find(kid);
    if (found.keys.length > 0 || kid === undefined) return found;
    if (this.#fetching === undefined && !this.#mayTry()) return found;
    await this.#refresh();
    return this.#usable().find(kid);
  }

  #isOld(): boolean {
    return this.#age() >= this.#options.maxAge;
  }

  #age(): number {
    return (performance.now() - this.#fetchedAt) / 1000;
  }

  /** Whoever sends tokens with invented kids does not make us ask the issuer each time. */
  #mayTry(): boolean {
    return performance.now() - this.#triedAt >= this.#pause() * 1000;
  }

  /** Shorter while nobody can be let in at all. */
  #pause(): number {
    const { cooldown } = this.#options;
    return this.#isUsable() ? cooldown : Math.min(cooldown, WITHOUT_KEYS);
  }

  #isUsable(): boolean {
    return this.#keys !== undefined && this.#age() < this.#options.maxAge + this.#options.staleFor;
  }

  #usable(): RemoteKeySet {
    if (this.#keys !== undefined && this.#isUsable()) return this.#keys;
    throw problem("store_unavailable", undefined, {
      cause: this.#failure,
      headers: { "Retry-After": String(Math.ceil(this.#pause())) },
    });
  }

  /** Requests that come together fetch together, and an issuer that is away is not asked before the cool-down is over. */
  #refresh(): Promise<void> {
    if (this.#fetching) return this.#fetching;
    if (this.#failure !== undefined && !this.#mayTry()) return Promise.resolve();
    this.#triedAt = performance.now();
    this.#fetching = this.#fetch().finally(() => {
      this.#fetching = undefined;
    });
    return this.#fetching;
  }

  async #fetch(): Promise<void> {
    const { url, algorithms, timeout, maxSize } = this.#options;
    const startedAt = performance.now();
    try {
      this.#keys = new RemoteKeySet(await fetchJSON(url, { timeout, maxSize }), algorithms);
      this.#fetchedAt = startedAt;
      this.#failure = undefined;
    } catch (error) {
      this.#failure = error;
    }
  }
}
