import { checkOptions } from "../../options.ts";
import type { Store, StoredSession, ThrottleState } from "../contracts/index.ts";
import { MemoryAPIKeys } from "./api-keys.ts";
import { type FamilyOnShelf, MemoryRefreshTokens } from "./refresh-tokens.ts";
import { MemoryRevocations, type RevocationOnShelf } from "./revocations.ts";
import { MemorySessions } from "./sessions.ts";
import { Shelf } from "./shelf.ts";
import { MemoryThrottles } from "./throttles.ts";

/** How much a memory store may hold. */
export interface MemoryOptions {
  /**
   * Records of each kind. Default 100,000. One more is refused once what is over has gone: nothing that somebody relies
   * on is forgotten to make room.
   */
  limit?: number;
}

const DEFAULT_LIMIT = 100_000;

/**
 * A store in this process's memory, for tests and for one process that may forget: a restart ends every session, and
 * revives what was revoked.
 *
 * @throws RangeError for a limit that is no positive whole number
 * @example
 * const api = new API({ sessions: { store: memory() } });
 */
export function memory(options: MemoryOptions = {}): Store {
  const { limit = DEFAULT_LIMIT } = checkOptions("memory()", options, ["limit"]);
  if (!Number.isSafeInteger(limit) || limit < 1)
    throw new RangeError("memory(): limit takes a positive whole number");

  const sessions = new Shelf<StoredSession>("sessions", limit);
  const families = new Shelf<FamilyOnShelf>("refresh tokens", limit);
  const ids = new Shelf<{ readonly expiresAt: number }>("revocations", limit);
  const subjects = new Shelf<RevocationOnShelf>("revocations", limit);
  const throttles = new Shelf<ThrottleState>("throttles", limit);
  const sweep = () =>
    [sessions, families, ids, subjects, throttles].reduce((swept, shelf) => swept + shelf.sweep(), 0);

  return Object.freeze({
    sessions: new MemorySessions(sessions),
    apiKeys: new MemoryAPIKeys(limit),
    refreshTokens: new MemoryRefreshTokens(families),
    revocations: new MemoryRevocations(ids, subjects),
    throttles: new MemoryThrottles(throttles),
    migrate: async () => undefined,
    sweep: async () => sweep(),
    close: async () => undefined,
  });
}
