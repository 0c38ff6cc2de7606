import { isScope } from "../auth/guard.ts";
import type { Awaitable } from "../http/awaitable.ts";
import { checkOptions } from "../options.ts";
import type { APIKeyStore } from "../stores/contracts/index.ts";
import { KeyFormat } from "./format.ts";

/** For how long a verified key is believed without asking the store again. */
export interface KeyCacheOptions {
  /**
   * Seconds. Default 5. What another process did (a key revoked, an owner who lost a scope) is noticed that much later;
   * `revoke` and `rotate` of this process, and a key's own end, hold at once.
   */
  maxAge?: number;
  /** How many keys are remembered. Default 10,000; those not seen lately are forgotten first. */
  size?: number;
}

/** What `new ApiKeys()` takes. */
export interface ApiKeysOptions<Scope extends string, Person> {
  /** Where digests of the keys are kept: `memory()`, `sqlite()`, `sql()`, `redis()`, or one of your own. */
  store: { readonly apiKeys: APIKeyStore };
  /**
   * How every key begins, so that people and secret scanners know whose it is: `acme`, or `acme_live`. Keys of another
   * prefix are refused without asking the store: with another prefix in production a test key opens nothing there.
   */
  prefix: string;
  /**
   * All scopes there are. Given as a literal list, a mistyped one does not compile. Default: any, so that a typing
   * error makes a key that may do less than was meant.
   */
  scopes?: readonly Scope[];
  /**
   * What the owner of a key may do by now: a key never may more. Asked when a key is made and when one is verified; null
   * says that there is no such owner any more, and refuses the key. Default: owners are not asked, and a key may do
   * what it was given until it ends.
   */
  ownerScopes?: (owner: string) => Awaitable<readonly string[] | null | undefined>;
  /**
   * Whose keys a person deals with: what your other guards call a principal, as an owner. With it a handler hands over
   * `req.principal`, and nobody reaches the keys of others. It needs `ownerScopes`, or people could give themselves any
   * scope. Default: people deal with no keys, only `OPERATOR` and keys that hold `createScope` do.
   */
  ownerOf?: (person: Person) => string;
  /**
   * The scope that a key needs to deal with the keys of its owner. Default `"keys:create"`. Where it is not among
   * `scopes`, no key does.
   */
  createScope?: string;
  /**
   * Seconds until a new key ends. Default 7,776,000 (90 days): a key that nobody renews stops then, and so does one that
   * leaked unnoticed. null: never.
   */
  expiresIn?: number | null;
  /** Whether verified keys are remembered. Default: for 5 seconds. false asks the store at each request. */
  cache?: KeyCacheOptions | false;
  /** Seconds between two batches of last uses. Default 60. What was not written when a process is killed is lost. */
  lastUseInterval?: number;
}

/** The options, with everything decided. */
export interface KeySettings {
  readonly store: APIKeyStore;
  readonly format: KeyFormat;
  /** null: any. */
  readonly scopes: ReadonlySet<string> | null;
  readonly ownerScopes: ((owner: string) => Awaitable<readonly string[] | null | undefined>) | undefined;
  readonly ownerOf: ((person: never) => string) | undefined;
  readonly createScope: string;
  readonly expiresIn: number | null;
  /** null: nothing is remembered. */
  readonly cache: { readonly maxAge: number; readonly size: number } | null;
  readonly lastUseInterval: number;
}

const NAME = "new ApiKeys()";
const KNOWN = [
  "store",
  "prefix",
  "scopes",
  "ownerScopes",
  "ownerOf",
  "createScope",
  "expiresIn",
  "cache",
  "lastUseInterval",
] as const;
const NINETY_DAYS = 7_776_000;
/** A hundred years. What is beyond was meant in milliseconds. */
const LONGEST = 3_155_760_000;
/** A day: a timer has no room for more than 24. */
const LONGEST_INTERVAL = 86_400;

/** @throws TypeError or RangeError for options that are none */
export function settingsOf<Scope extends string, Person>(
  options: ApiKeysOptions<Scope, Person>,
): KeySettings {
  const given = checkOptions<ApiKeysOptions<Scope, Person>>(NAME, options, KNOWN);
  const { store, scopes, createScope = "keys:create", expiresIn = NINETY_DAYS, lastUseInterval = 60 } = given;
  if (typeof store?.apiKeys?.find !== "function") {
    throw new TypeError(
      `${NAME} needs a store: memory(), sqlite(), sql(), redis(), or an object with apiKeys`,
    );
  }
  if (scopes !== undefined && !(Array.isArray(scopes) && scopes.every(isScope))) {
    throw new TypeError(`${NAME}: scopes takes a list of texts without spaces, quotes and backslashes`);
  }
  for (const name of ["ownerScopes", "ownerOf"] as const) {
    if (given[name] !== undefined && typeof given[name] !== "function") {
      throw new TypeError(`${NAME}: ${name} takes a function`);
    }
  }
  if (given.ownerOf !== undefined && given.ownerScopes === undefined) {
    throw new TypeError(
      `${NAME}: ownerOf lets people make keys, so ownerScopes must say what each of them may do: a key never may more`,
    );
  }
  if (!isScope(createScope)) throw new TypeError(`${NAME}: createScope takes a scope`);
  if (!isDuration(lastUseInterval) || lastUseInterval > LONGEST_INTERVAL) {
    throw new RangeError(`${NAME}: lastUseInterval takes seconds, up to ${LONGEST_INTERVAL}`);
  }
  return Object.freeze({
    store: store.apiKeys,
    format: new KeyFormat(given.prefix),
    scopes: scopes ? new Set(scopes) : null,
    ownerScopes: given.ownerScopes,
    ownerOf: given.ownerOf as KeySettings["ownerOf"],
    createScope,
    expiresIn: checkedLife(expiresIn, NAME),
    cache: cacheOf(given.cache ?? {}),
    lastUseInterval,
  });
}

/** @throws RangeError for a life that is no positive number of seconds, and not null */
export function checkedLife(expiresIn: number | null, owner: string): number | null {
  if (expiresIn !== null && !isDuration(expiresIn)) {
    throw new RangeError(`${owner}: expiresIn takes a positive number of seconds, or null for never`);
  }
  return expiresIn;
}

function cacheOf(cache: KeyCacheOptions | false): KeySettings["cache"] {
  if (cache === false) return null;
  const { maxAge = 5, size = 10_000 } = checkOptions(`${NAME}: cache`, cache, ["maxAge", "size"]);
  if (!isDuration(maxAge)) {
    throw new RangeError(
      `${NAME}: cache.maxAge takes a positive number of seconds; cache: false remembers nothing`,
    );
  }
  return { maxAge, size };
}

export function isDuration(seconds: unknown): seconds is number {
  return typeof seconds === "number" && seconds > 0 && seconds <= LONGEST;
}
