import { BoundedCache } from "../bounded-cache.ts";
import { type Awaitable, andThen } from "../http/awaitable.ts";
import { checkOptions } from "../options.ts";
import { deepFreeze } from "./freeze.ts";

/** For how long a verified token is believed without being verified again. */
export interface TokenCacheOptions<Principal> {
  /**
   * Seconds. A token that is revoked, or whose key is removed, is believed for up to as long, unless `version` says
   * that something has changed. Its own expiry is obeyed to the second.
   */
  maxAge: number;
  /** How many tokens are remembered. Default 1,000; those not seen lately are forgotten first. */
  size?: number;
  /**
   * When a token expires, in seconds since 1970. Default: the principal's `exp` (RFC 7519, 4.1.4), or its
   * `payload.exp`, where that is a number, else never, so that `maxAge` alone bounds it.
   */
  expiresAt?(principal: Principal): number | undefined;
  /**
   * What was verified under another version is verified again: return what changes with your keys and your
   * revocations, a counter for instance. Default: one version for ever.
   */
  version?(): unknown;
}

interface Remembered {
  readonly principal: unknown;
  /** In milliseconds since 1970. */
  readonly until: number;
  readonly version: unknown;
}

const DEFAULT_SIZE = 1000;

/**
 * Verifies a token once for many requests. Only what let somebody in is remembered, by its exact text, so that a wrong
 * token costs what it always did and takes nobody's place. Principals are frozen, because requests share them.
 *
 * @throws RangeError for a `maxAge` that is no positive number of seconds
 */
export function remembering<Rest extends unknown[]>(
  verify: (token: string, ...rest: Rest) => Awaitable<unknown>,
  options: TokenCacheOptions<never>,
): (token: string, ...rest: Rest) => Awaitable<unknown> {
  const {
    maxAge,
    size = DEFAULT_SIZE,
    expiresAt,
    version,
  } = checkOptions("bearer({ cache })", options, ["maxAge", "size", "expiresAt", "version"]);
  if (typeof maxAge !== "number" || !(maxAge > 0) || !Number.isFinite(maxAge)) {
    throw new RangeError("bearer({ cache }): maxAge takes a positive number of seconds");
  }
  const known = new BoundedCache<Remembered>(size);
  return (token, ...rest) => {
    const current = version?.();
    const found = known.get(token);
    if (found !== undefined && Date.now() < found.until && found.version === current) return found.principal;
    if (found !== undefined) known.delete(token);
    return andThen(verify(token, ...rest), (principal) => {
      if (principal) {
        const ends =
          (expiresAt ? expiresAt(principal as never) : expiryOf(principal)) ?? Number.POSITIVE_INFINITY;
        const until = Math.min(ends * 1000, Date.now() + maxAge * 1000);
        known.set(token, { principal: deepFreeze(principal), until, version: current });
      }
      return principal;
    });
  };
}

/** Also of what `jwtVerify` of jose gives, whose claims are its `payload`. */
function expiryOf(principal: unknown): number | undefined {
  const { exp, payload } = principal as { exp?: unknown; payload?: { exp?: unknown } };
  const expiry = exp ?? payload?.exp;
  return typeof expiry === "number" ? expiry : undefined;
}
