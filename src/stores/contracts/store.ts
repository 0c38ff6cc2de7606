import type { APIKeyStore } from "./api-keys.ts";
import type { RefreshTokenStore } from "./refresh-tokens.ts";
import type { RevocationStore } from "./revocations.ts";
import type { SessionStore } from "./sessions.ts";
import type { ThrottleStore } from "./throttles.ts";

/**
 * Everything that credentials need kept, in one place. Who takes a store takes the parts that it needs, so that a store
 * of one's own may have one part alone: `{ sessions: mine }`.
 *
 * What holds for every part:
 *
 * - Instants are milliseconds since 1970, as `Date.now()` gives them, and whole; durations are seconds.
 * - A record is over at its `expiresAt`, that millisecond included, by the clock of the store's own machine, whether or
 *   not it has been swept. Machines that share a store keep their clocks together (NTP); a second apart ends things a
 *   second early or late.
 * - What a promise has answered is kept: a write that resolved survives the process, where the store says that it
 *   survives anything. A write that rejected may have happened.
 * - Every method is atomic: others see all of what it does or nothing, and of two that exclude each other one wins.
 * - A record that was deleted, revoked or over is never brought back by a late write.
 * - Nothing that could be presented is handed to a store: secrets arrive as digests. A store that leaks lets nobody in.
 * - Strings are well-formed Unicode without U+0000, and come back as they were; two that differ, in case or in a blank at
 *   the end, are two. Ids, users, owners, subjects, names and the keys of throttles have up to 255 characters. What else
 *   a store is given it keeps as it is, or rejects; it never keeps it changed. Whoever takes such strings from a client
 *   checks or digests them before.
 * - A failure rejects. No method answers "not there" because it could not look.
 */
export interface Store {
  readonly sessions: SessionStore;
  readonly apiKeys: APIKeyStore;
  readonly refreshTokens: RefreshTokenStore;
  readonly revocations: RevocationStore;
  readonly throttles: ThrottleStore;
  /** Makes the tables, or brings them up to date. Safe to call at every start, by several processes at once. */
  migrate(): Promise<void>;
  /**
   * Deletes what is over, in batches so small that nobody waits for them. A store does so by itself now and then; where
   * the server forgets by itself there is nothing to do.
   * @returns how many records went
   */
  sweep(): Promise<number>;
  /** Lets go of what the store opened itself, timers among it. A connection that it was given stays open. */
  close(): Promise<void>;
}
