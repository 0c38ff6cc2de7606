import type { APIOptions } from "./api-options.ts";
import type { AppContext, Logger } from "./exchange/context.ts";
import { RequestSessions } from "./exchange/sessions.ts";
import { TrustedProxies } from "./http/proxies.ts";
import { DEFAULT_LIMITS } from "./media/limits.ts";
import { trustedOriginSet } from "./sessions/cross-site.ts";
import { resolveSessionOptions } from "./sessions/options.ts";
import { resolveSecretKeys } from "./sessions/secret.ts";
import { SignedCookieSessions } from "./sessions/signed-cookie.ts";

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
  const given = options.secretKey === undefined && !(options.sessions && production) ? undefined : keys();
  const sessions = (options.sessions ?? {}) as object;
  resolveSessionOptions(sessions); // a wrong one fails now, not with the first session
  return {
    limits: {
      ...DEFAULT_LIMITS,
      ...(options.maxBodySize !== undefined && { maxBodySize: bytes(options.maxBodySize) }),
    },
    proxies: new TrustedProxies(options.trustedProxies ?? []),
    sessions: new RequestSessions({
      backend: () => new SignedCookieSessions<object>(given ?? keys(), sessions),
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
