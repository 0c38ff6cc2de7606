import { problem } from "../http/errors.ts";
import { answered } from "../stores/answered.ts";
import type { ThrottleState, ThrottleStore } from "../stores/contracts/index.ts";

/** How many failures are free, and how the waiting grows after them: 1 s, 2 s, 4 s, and so on. */
export interface Allowance {
  /** Failures in a row without any waiting. */
  readonly free: number;
  /** The longest waiting between two attempts, in seconds. */
  readonly longest: number;
  /** Seconds after which one failure is forgotten. */
  readonly forgive: number;
}

/** One attempt, as it was counted. */
export interface Counted {
  readonly counter: Counter;
  readonly before: ThrottleState | null;
  readonly after: ThrottleState;
}

/** How often a state is replaced before others have been faster too often. All that were faster are counted. */
const MOST_TRIES = 100;

/**
 * Counts failures under one key of the store. It is a bucket that leaks: `expiresAt` says when it is empty, so that it
 * forgets one failure after the other and not all at once.
 */
export class Counter {
  readonly #store: ThrottleStore;
  readonly #key: string;
  readonly #allowance: Allowance;

  constructor(store: ThrottleStore, key: string, allowance: Allowance) {
    this.#store = store;
    this.#key = key;
    this.#allowance = allowance;
  }

  read(): Promise<ThrottleState | null> {
    return answered(() => this.#store.read(this.#key));
  }

  /**
   * Counts an attempt before it is made, so that of many at once each is counted.
   *
   * @throws HTTPError 429 `too_many_attempts` where it is not the time for one
   */
  async count(known: ThrottleState | null): Promise<Counted> {
    let before = known;
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      refuseWhileBlocked([before]);
      const after = next(before, this.#allowance);
      if (await this.#replace(before, after)) return { counter: this, before, after };
      before = await this.read();
    }
    throw tooMany(1);
  }

  /** Takes one attempt back. Where others have counted since, theirs stay. */
  async takeBack({ before, after }: Counted): Promise<void> {
    if (await this.#replace(after, before)) return;
    await this.#change((held) => {
      const expiresAt = held.expiresAt - Math.ceil(this.#allowance.forgive * 1000);
      return expiresAt <= Date.now() ? null : { ...held, failures: held.failures - 1, expiresAt };
    });
  }

  /** Forgets everything. */
  async clear(): Promise<void> {
    await this.#change(() => null);
  }

  /** Gives up where others are faster too often: what is counted then stays, which is the strict way. */
  async #change(changed: (held: ThrottleState) => ThrottleState | null): Promise<void> {
    for (let tries = 0; tries < MOST_TRIES; tries++) {
      const held = await this.read();
      if (held === null || (await this.#replace(held, changed(held)))) return;
    }
  }

  #replace(before: ThrottleState | null, after: ThrottleState | null): Promise<boolean> {
    return answered(() => this.#store.replace(this.#key, before, after));
  }
}

/** @throws HTTPError 429 `too_many_attempts` with `Retry-After` while one of them is blocked */
export function refuseWhileBlocked(states: readonly (ThrottleState | null)[]): void {
  const until = Math.max(...states.map((state) => state?.blockedUntil ?? 0));
  const wait = until - Date.now();
  if (wait > 0) throw tooMany(Math.ceil(wait / 1000));
}

function tooMany(seconds: number) {
  return problem("too_many_attempts", `Too many attempts: wait ${seconds} s`, {
    headers: { "Retry-After": String(seconds) },
  });
}

function next(before: ThrottleState | null, { free, longest, forgive }: Allowance): ThrottleState {
  const now = Date.now();
  const step = Math.ceil(forgive * 1000);
  // Beyond the longest waiting nothing grows, so that the end of an attack is felt in bounded time.
  const most = (free + 1 + Math.ceil(Math.log2(longest))) * step;
  const debt = Math.min(Math.max(0, (before?.expiresAt ?? 0) - now) + step, most);
  const beyond = Math.ceil(debt / step) - free;
  const wait = beyond > 0 ? Math.ceil(Math.min(longest, 2 ** (beyond - 1)) * 1000) : 0;
  return {
    failures: (before?.failures ?? 0) + 1,
    blockedUntil: wait > 0 ? now + wait : 0,
    expiresAt: now + Math.max(debt, wait),
  };
}
