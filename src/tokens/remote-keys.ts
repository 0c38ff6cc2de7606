import type { Guard } from "../auth/guard.ts";
import type { RoleDefinitions } from "../auth/roles.ts";
import type { Awaitable } from "../http/awaitable.ts";
import { checkOptions } from "../options.ts";
import type { TokenAlgorithm } from "./algorithms.ts";
import type { RemoteClaims } from "./claims.ts";
import { checkedURL } from "./fetch-json.ts";
import { guardBy, type RequirableOf, type TokenGuardOptions } from "./guard.ts";
import { ACCESS_TOKEN, type AcceptanceOptions, resolveRules, seconds, sizeOf } from "./options.ts";
import { PUBLIC_ALGORITHMS } from "./remote-key-set.ts";
import { RemoteSource } from "./remote-source.ts";
import { Verifier } from "./verifier.ts";

/** What `remoteKeys()` takes. */
export interface RemoteKeysOptions<Claims extends object, Input extends object = Claims>
  extends AcceptanceOptions<Claims, Input> {
  /** Whose tokens are taken: exactly what stands in their `iss`. */
  issuer: string;
  /**
   * The algorithms that the issuer signs by. Default: all whose keys can be published. A key that names its own is for
   * that one alone.
   */
  algorithms?: readonly TokenAlgorithm[];
  /**
   * The `typ` of their access tokens, one or several. Default `at+jwt`. Many issuers send `JWT`; with that, an ID token of
   * the same audience passes for an access token.
   */
  typ?: string | readonly string[];
  /** Seconds after which the keys are fetched again. Default 600. A key that the issuer drops is refused by then. */
  maxAge?: number;
  /** Seconds more that old keys are used while the issuer cannot be reached. Default 3,600; then requests get 503. */
  staleFor?: number;
  /** Seconds between two attempts to fetch, for a `kid` that is not there or an issuer that is away. Default 30. */
  cooldown?: number;
  /** Seconds that fetching may take. Default 5. */
  timeout?: number;
  /** Bytes that the keys may have. Default 65,536. */
  maxSize?: number;
}

/** The names of what `remoteKeys()` takes. */
export const REMOTE_OPTIONS = [
  "issuer",
  "audience",
  "algorithms",
  "typ",
  "maxAge",
  "staleFor",
  "cooldown",
  "timeout",
  "maxSize",
  "leeway",
  "claims",
  "cacheSize",
] as const;

/** Verifies the tokens of another issuer. */
export interface RemoteTokens<Claims extends object> {
  /**
   * What a token says, or null where it is refused; at once for one that was verified lately.
   *
   * @throws HTTPError 503 `store_unavailable` where the issuer's keys cannot be had
   */
  verify(token: string): Awaitable<RemoteClaims<Claims> | null>;
  /** @throws TokenError whose `code` says why a token is refused; HTTPError 503 `store_unavailable` */
  verifyOrThrow(token: string): Promise<RemoteClaims<Claims>>;
  /** A guard by these tokens. The one without options is made once. */
  guard<Definitions extends RoleDefinitions = RoleDefinitions>(
    options?: TokenGuardOptions<Claims, Definitions>,
  ): Guard<RemoteClaims<Claims>, RequirableOf<Definitions>>;
}

/**
 * Verifies the access tokens of another issuer by the keys that it publishes. They are fetched from this one address and
 * from none that a token names; redirects are not followed. Such a token cannot be revoked here: it lasts until it
 * expires.
 *
 * @param jwksURI where the issuer has its JWK Set: the `jwks_uri` of its metadata (RFC 8414), with https
 * @throws TypeError, RangeError for an option that is not of its kind
 * @example
 * const members = remoteKeys("https://id.example/jwks", {
 *   issuer: "https://id.example",
 *   audience: "https://api.example",
 * });
 * const api = new API({ auth: members.guard() });
 */
export function remoteKeys<Claims extends object = {}, Input extends object = Claims>(
  jwksURI: string | URL,
  options: RemoteKeysOptions<Claims, Input>,
): RemoteTokens<Claims> {
  const given = checkOptions("remoteKeys()", options, REMOTE_OPTIONS);
  const { algorithms = PUBLIC_ALGORITHMS, typ = ACCESS_TOKEN } = given;
  if (algorithms.length === 0 || !algorithms.every((alg) => PUBLIC_ALGORITHMS.includes(alg))) {
    throw new TypeError(
      `remoteKeys(): algorithms takes those with a public key: ${PUBLIC_ALGORITHMS.join(", ")}`,
    );
  }
  const rules = resolveRules("remoteKeys()", given, {
    typ: typeof typ === "string" ? [typ] : typ,
    mostAge: Number.POSITIVE_INFINITY,
    isRevocable: false,
  });
  const maxSize = given.maxSize ?? 65_536;
  if (!Number.isSafeInteger(maxSize) || maxSize < 1)
    throw new RangeError("remoteKeys(): maxSize takes bytes");
  const source = new RemoteSource({
    url: checkedURL("remoteKeys()", jwksURI),
    algorithms,
    maxAge: seconds("remoteKeys(): maxAge", given.maxAge ?? 600, 1),
    staleFor: seconds("remoteKeys(): staleFor", given.staleFor ?? 3600),
    cooldown: seconds("remoteKeys(): cooldown", given.cooldown ?? 30),
    timeout: seconds("remoteKeys(): timeout", given.timeout ?? 5, 0.001),
    maxSize,
  });
  const verifier = new Verifier({
    rules,
    find: (kid) => source.find(kid),
    version: () => source.version(),
    cacheSize: sizeOf("remoteKeys()", given.cacheSize),
  });
  const tokens: RemoteTokens<Claims> = {
    verify: (token) => verifier.verify(token) as Awaitable<RemoteClaims<Claims> | null>,
    verifyOrThrow: (token) => verifier.verifyOrThrow(token) as Promise<RemoteClaims<Claims>>,
    guard: (options) => (options === undefined ? plain() : guardBy("guard()", tokens, options)),
  };
  let made: Guard<RemoteClaims<Claims>, string> | undefined;
  const plain = () => {
    made ??= guardBy("guard()", tokens, {});
    return made as never;
  };
  return Object.freeze(tokens);
}
