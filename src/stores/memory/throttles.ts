import type { ThrottleState, ThrottleStore } from "../contracts/index.ts";
import type { Shelf } from "./shelf.ts";

export class MemoryThrottles implements ThrottleStore {
  readonly #states: Shelf<ThrottleState>;

  constructor(states: Shelf<ThrottleState>) {
    this.#states = states;
  }

  async read(key: string): Promise<ThrottleState | null> {
    return this.#states.get(key) ?? null;
  }

  async replace(key: string, expected: ThrottleState | null, next: ThrottleState | null): Promise<boolean> {
    const held = this.#states.get(key) ?? null;
    if (held?.failures !== expected?.failures || held?.blockedUntil !== expected?.blockedUntil) return false;
    if (next) this.#states.set(key, { ...next });
    else this.#states.delete(key);
    return true;
  }
}
