import type { APIOptions } from "./api-options.ts";
import type { AppContext, Logger } from "./exchange/context.ts";
import { RequestSessions } from "./exchange/sessions.ts";
import { TrustedProxies } from "./http/proxies.ts";
import { DEFAULT_LIMITS } from "./media/limits.ts";
import { CookieSessions } from "./sessions/cookie-sessions.ts";
import { trustedOriginSet } from "./sessions/cross-site.ts";
import { resolveSessionOptions } from "./sessions/options.ts";
import { resolveSecretKeys } from "./sessions/secret.ts";
import { StoredSessions } from "./sessions/stored-sessions.ts";

const DEFAULT_REQUEST_TIMEOUT = 30;

/**
 * What every request of an application shares, from its options.
 *
 * @throws TypeError or RangeError for options that cannot be
 */
export function contextOf<State extends object, Session extends object, Principal>(
  options: Readonly<APIOptions<State, Session, Principal>>,
  logger: Logger,
  background: AppContext["background"],
): AppContext {
  const production = globalThis.process?.env?.["NODE_ENV"] === "production";
  const keys = () =>
    resolveSecretKeys(options.secretKey, { production, warn: (message) => logger.warn(message) });
  // A weak secret is refused now; a missing one only matters to those who use sessions.
  const isNeeded = options.sessions !== undefined && options.sessions.store === undefined && production;
  const given = options.secretKey === undefined && !isNeeded ? undefined : keys();
  const sessions = (options.sessions ?? {}) as object;
  const { store, revocations } = resolveSessionOptions(sessions); // a wrong one fails now, not with the first session
  return {
    limits: {
      ...DEFAULT_LIMITS,
      ...(options.maxBodySize !== undefined && { maxBodySize: bytes(options.maxBodySize) }),
    },
    proxies: new TrustedProxies(options.trustedProxies ?? []),
    sessions: new RequestSessions({
      backend: () =>
        store
          ? new StoredSessions<object>(store, sessions)
          : new CookieSessions<object>(given ?? keys(), sessions),
      looksUp: store !== undefined || revocations !== undefined,
      trustedOrigins: trustedOriginSet(options.trustedOrigins ?? []),
      production,
      logger,
    }),
    makeState: options.state ?? (() => ({})),
    strictAccept: options.strictAccept ?? false,
    requestTimeout: seconds(options.requestTimeout ?? DEFAULT_REQUEST_TIMEOUT),
    logger,
    background,
  };
}

function bytes(size: number): number {
  if (!Number.isSafeInteger(size) || size < 0)
    throw new RangeError("maxBodySize takes a whole number of bytes");
  return size;
}

/** A timer of more than 2^31 ms would fire at once. */
function seconds(time: number): number {
  if (typeof time !== "number" || !(time > 0) || (time > 2_147_483 && time !== Number.POSITIVE_INFINITY)) {
    throw new RangeError("requestTimeout takes a positive number of seconds, or Infinity");
  }
  return time;
}
