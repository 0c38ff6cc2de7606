/** How often something has failed of late. */
export interface ThrottleState {
  readonly failures: number;
  /** Until when nothing is tried. */
  readonly blockedUntil: number;
  /** When it is forgotten. */
  readonly expiresAt: number;
}

/** Keeps the counters of throttles. How they grow is not a store's business. */
export interface ThrottleStore {
  /** null where there is none, or it is forgotten. */
  read(key: string): Promise<ThrottleState | null>;
  /**
   * Replaces a state if it still is the expected one, by `failures` and `blockedUntil`; null stands for none, on
   * both sides.
   * @returns whether it was; of several at once that expect the same one alone gets true
   */
  replace(key: string, expected: ThrottleState | null, next: ThrottleState | null): Promise<boolean>;
}
