import type { StandardSchemaV1 } from "@standard-schema/spec";
import { checkOptions } from "../options.ts";
import type { RefreshTokenStore, RevocationStore } from "../stores/contracts/index.ts";
import { type ClaimRules, typeOf } from "./claims.ts";
import type { TokenKey } from "./keys.ts";
import type { ReuseEvent } from "./refresh.ts";

/** How long refresh tokens last. */
export interface RefreshLifetimes {
  /** Seconds without a refresh after which a sign-in is over. Default 1,209,600 (14 days). */
  readonly idleTimeout: number;
  /** Seconds after which it is over however often it is refreshed. Default 7,776,000 (90 days). */
  readonly absoluteTimeout: number;
  /**
   * Seconds in which the same sender may present a token again, whose answer may have been lost, and gets the same
   * successor. Default 10. 0: each repetition is taken for theft.
   */
  readonly grace: number;
}

/** The parts of a store that tokens use. */
export interface TokenStore {
  /** For `revoke` and `revokeAll`, and asked about every token. */
  readonly revocations?: RevocationStore;
  /** For `start`, `refresh` and `logout`. */
  readonly refreshTokens?: RefreshTokenStore;
}

/** What both one's own tokens and another issuer's are held against. */
export interface AcceptanceOptions<Claims extends object, Input extends object = Claims> {
  /** Whom tokens are for (`aud`): one name or several, of which a token has to have one. */
  audience: string | readonly string[];
  /** Seconds that an expiry may have passed, and a `nbf` be ahead, where clocks differ. Default 0. */
  leeway?: number;
  /** What the application's own claims are: any Standard Schema, or `shape<T>()`. Default: any claims, untyped. */
  claims?: StandardSchemaV1<Input, Claims>;
  /** How many verified tokens are remembered. Default 10,000; 0 verifies each time. */
  cacheSize?: number;
}

/** What `new Tokens()` takes. */
export interface TokensOptions<Claims extends object, Input extends object = Claims>
  extends AcceptanceOptions<Claims, Input> {
  /** Who issues (`iss`): a URL of the service (RFC 9068, 2.2). */
  issuer: string;
  /** The keys, of which the first active one signs; or what `parseKeyRing` makes of a file. */
  keys: readonly TokenKey[];
  /**
   * Seconds that an access token lasts. Default 900 (15 minutes). No token is believed for longer, whatever it says: a
   * shorter value shortens those that were issued before.
   */
  expiresIn?: number;
  /** The tokens' `typ`. Default `at+jwt` (RFC 9068, 2.1), so that no ID token is taken for an access token. */
  typ?: string;
  /** Where revocations and refresh tokens are kept. Default: nowhere; nothing can be revoked then, or refreshed. */
  store?: TokenStore;
  /**
   * Seconds after which a revocation is known in every process. Default 5. The one that revokes knows at once. 0 asks the
   * store for every request.
   */
  revocationDelay?: number;
  /** How long refresh tokens last. */
  refresh?: Partial<RefreshLifetimes>;
  /** Is told of a refresh token that was used again; its family has been revoked by then. Default: nobody. */
  onReuse?(event: ReuseEvent): void | Promise<void>;
  /** Seconds that others may keep the published keys. Default 300. A new key should be published for longer than that. */
  jwksMaxAge?: number;
}

/** The names of what `new Tokens()` takes. */
export const TOKENS_OPTIONS = [
  "issuer",
  "audience",
  "keys",
  "expiresIn",
  "typ",
  "store",
  "revocationDelay",
  "refresh",
  "onReuse",
  "jwksMaxAge",
  "leeway",
  "claims",
  "cacheSize",
] as const;

const DAY = 86_400;
export const ACCESS_TOKEN = "at+jwt";
export const CACHE_SIZE = 10_000;

/** The options, checked, with their defaults. */
export function resolveTokensOptions<Claims extends object, Input extends object>(
  options: TokensOptions<Claims, Input>,
) {
  const given = checkOptions("new Tokens()", options, TOKENS_OPTIONS);
  const expiresIn = seconds("new Tokens(): expiresIn", given.expiresIn ?? 900, 1);
  const typ = given.typ ?? ACCESS_TOKEN;
  const rules = resolveRules("new Tokens()", given, { typ: [typ], mostAge: expiresIn, isRevocable: true });
  return {
    rules,
    typ,
    expiresIn,
    keys: given.keys,
    store: given.store,
    cacheSize: sizeOf("new Tokens()", given.cacheSize),
    revocationDelay: seconds("new Tokens(): revocationDelay", given.revocationDelay ?? 5),
    jwksMaxAge: seconds("new Tokens(): jwksMaxAge", given.jwksMaxAge ?? 300),
    refresh: resolveLifetimes(given.refresh),
    onReuse: given.onReuse && ((event: ReuseEvent) => options.onReuse?.(event)),
  };
}

/** @throws TypeError, RangeError for what is not of its kind, after `owner` */
export function resolveRules(
  owner: string,
  given: Omit<AcceptanceOptions<object>, "claims"> & { issuer: string; claims?: unknown },
  more: { typ: readonly string[]; mostAge: number; isRevocable: boolean },
): ClaimRules {
  const audience = typeof given.audience === "string" ? [given.audience] : given.audience;
  if (typeof given.issuer !== "string" || given.issuer === "") {
    throw new TypeError(`${owner} needs an issuer, such as "https://auth.example"`);
  }
  if (!Array.isArray(audience) || audience.length === 0 || !audience.every(isName)) {
    throw new TypeError(`${owner} needs an audience: who the tokens are for, such as "https://api.example"`);
  }
  if (more.typ.length === 0 || !more.typ.every(isName)) throw new TypeError(`${owner}: typ takes a text`);
  const schema = given.claims as StandardSchemaV1 | undefined;
  if (schema !== undefined && typeof schema?.["~standard"]?.validate !== "function") {
    throw new TypeError(`${owner}: claims takes a Standard Schema, such as zod's z.object()`);
  }
  return {
    issuer: given.issuer,
    audience: [...audience],
    leeway: seconds(`${owner}: leeway`, given.leeway ?? 0),
    schema,
    ...more,
    typ: more.typ.map(typeOf),
  };
}

function resolveLifetimes(given: Partial<RefreshLifetimes> = {}): RefreshLifetimes {
  const owner = "new Tokens({ refresh })";
  const checked = checkOptions(owner, given, ["idleTimeout", "absoluteTimeout", "grace"]);
  const absoluteTimeout = seconds(`${owner}: absoluteTimeout`, checked.absoluteTimeout ?? 90 * DAY, 1);
  const idleTimeout = seconds(
    `${owner}: idleTimeout`,
    checked.idleTimeout ?? Math.min(14 * DAY, absoluteTimeout),
    1,
  );
  if (idleTimeout > absoluteTimeout) {
    throw new RangeError(`${owner}: idleTimeout cannot be longer than absoluteTimeout`);
  }
  return { idleTimeout, absoluteTimeout, grace: seconds(`${owner}: grace`, checked.grace ?? 10) };
}

function isName(value: unknown): value is string {
  return typeof value === "string" && value !== "";
}

/** @throws RangeError for what is no number of seconds from `least` on */
export function seconds(what: string, value: unknown, least = 0): number {
  if (typeof value !== "number" || !Number.isFinite(value) || value < least) {
    throw new RangeError(`${what} takes a number of seconds${least > 0 ? `, ${least} or more` : ""}`);
  }
  return value;
}

/** @throws RangeError for what is no size of a cache */
export function sizeOf(owner: string, value: number = CACHE_SIZE): number {
  if (value !== 0 && (!Number.isSafeInteger(value) || value < 2)) {
    throw new RangeError(`${owner}: cacheSize takes 0, or a whole number from 2`);
  }
  return value;
}
