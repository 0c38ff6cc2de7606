import { answered } from "../stores/answered.ts";
import type { APIKeyStore } from "../stores/contracts/index.ts";

/**
 * When keys were last used, written for many at a time. A request only notes it here; the first note starts the timer,
 * so that keys that nobody uses cost nothing.
 */
export class LastUse {
  readonly #store: APIKeyStore;
  /** In seconds. */
  readonly #interval: number;
  #noted = new Map<string, number>();
  #timer: NodeJS.Timeout | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(store: APIKeyStore, interval: number) {
    this.#store = store;
    this.#interval = interval;
  }

  note(id: string, at: number): void {
    this.#noted.set(id, at);
    if (this.#timer === undefined) this.#start();
  }

  #start(): void {
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      // Nobody waits for it, and what was not written is in the next batch.
      this.write().catch(() => undefined);
    }, this.#interval * 1000);
    // Where a runtime's timers have no such thing, they keep no process alive either.
    this.#timer.unref?.();
  }

  /**
   * Writes what has been noted. One batch at a time.
   *
   * @throws HTTPError 503 `store_unavailable`; what was noted stays for the next batch
   */
  write(): Promise<void> {
    const next = this.#writing.then(() => this.#writeNoted());
    this.#writing = next.catch(() => undefined);
    return next;
  }

  async #writeNoted(): Promise<void> {
    const batch = this.#noted;
    if (batch.size === 0) return;
    this.#noted = new Map();
    try {
      await answered(() => this.#store.touch(batch));
    } catch (error) {
      for (const [id, at] of batch) if (!this.#noted.has(id)) this.#noted.set(id, at);
      if (this.#timer === undefined) this.#start();
      throw error;
    }
  }

  /** Writes what is left, and leaves no timer behind. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    try {
      await this.write();
    } finally {
      clearTimeout(this.#timer);
      this.#timer = undefined;
    }
  }
}
