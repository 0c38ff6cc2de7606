import { Buffer } from "node:buffer";
import type { HttpRequest } from "../exchange/request.ts";
import { isToken } from "../http/headers.ts";
import { checkOptions } from "../options.ts";
import { defineGuard } from "./define.ts";
import { DigestTable, digest, identityOf } from "./digest.ts";
import { deepFreeze } from "./freeze.ts";
import type { Guard } from "./guard.ts";
import { MALFORMED, type PrincipalOf } from "./scheme.ts";

/** Who a key of a plain list stands for. */
export interface APIKeyPrincipal {
  /** The first 16 hexadecimal digits of the key's SHA-256: it tells keys apart in logs and is none. */
  readonly keyId: string;
}

/** What every API-key guard may be given. */
interface CommonOptions<Principal, Scope extends string> {
  /** The header that carries the key. Default: `X-API-Key`, where neither `query` nor `cookie` is given. */
  header?: string;
  /** The query parameter that carries it. Addresses end up in logs and histories: prefer a header. */
  query?: string;
  /**
   * The cookie that carries it. Browsers send it for other sites' pages too, so an unsafe request that such a page made
   * is answered 403: prefer a header.
   */
  cookie?: string;
  /** Default `"apiKey"`. Two different ones in an application need two names. */
  name?: string;
  /** What a principal may do. Default: nothing that could be required. */
  scopes?: (principal: Principal) => readonly Scope[];
}

/** Keys that are known beforehand: a list, or who each one stands for. They are kept as digests. */
export interface StaticAPIKeyOptions<Keys, Scope extends string>
  extends CommonOptions<PrincipalOfKeys<Keys>, Scope> {
  keys: Keys;
}

/** Keys that somebody else knows. */
export interface VerifiedAPIKeyOptions<Result, Scope extends string>
  extends CommonOptions<PrincipalOf<Result>, Scope> {
  /** Who a key stands for. null, undefined and false deny. */
  verify(key: string, req: HttpRequest): Result;
}

/** A list of keys, or each key's principal. */
export type APIKeys = readonly string[] | ReadonlySet<string> | Readonly<Record<string, object>>;
type PrincipalOfKeys<Keys> = Keys extends readonly string[] | ReadonlySet<string>
  ? APIKeyPrincipal
  : Keys[keyof Keys];

const KEYS = ["keys", "verify", "header", "query", "cookie", "name", "scopes"] as const;

/**
 * A guard by API key.
 *
 * @throws TypeError for no way to know the keys, or two; for more than one place; for an empty key
 * @example
 * const service = apiKey({ keys: { "sk-abc123": { name: "billing" } } });
 * const partner = apiKey({ verify: (key) => findPartner(key), header: "X-Partner-Key", name: "partner" });
 */
export function apiKey<const Keys extends APIKeys, Scope extends string = never>(
  options: StaticAPIKeyOptions<Keys, Scope>,
): Guard<PrincipalOfKeys<Keys>, Scope>;
export function apiKey<Result, Scope extends string = never>(
  options: VerifiedAPIKeyOptions<Result, Scope>,
): Guard<PrincipalOf<Result>, Scope>;
export function apiKey(options: object): Guard<object> {
  const given = checkOptions<GivenOptions>("apiKey()", options, KEYS);
  if ((given.keys === undefined) === (given.verify === undefined)) {
    throw new TypeError("apiKey() takes either keys or verify");
  }
  const place = placeOf(given);
  return defineGuard({
    name: given.name ?? "apiKey",
    source: `${place.in}:${place.in === "header" ? place.name.toLowerCase() : place.name}`,
    extract: extractors[place.in](place.name),
    verify: given.keys === undefined ? (given.verify as Verify) : lookUp(given.keys),
    challenge: { scheme: "ApiKey", parameters: { realm: "api", in: place.in, name: place.name } },
    openapi: { type: "apiKey", in: place.in, name: place.name },
    scopes: given.scopes,
    settings: given.keys === undefined ? given : { ...given, keys: identityOf(given.keys) },
  });
}

type Verify = (key: string, req: HttpRequest) => object | null;

interface GivenOptions {
  keys?: APIKeys;
  verify?: Verify;
  header?: string;
  query?: string;
  cookie?: string;
  name?: string;
  scopes?: (principal: object) => readonly string[];
}

function placeOf({ header, query, cookie }: GivenOptions): {
  in: "header" | "query" | "cookie";
  name: string;
} {
  const places = Object.entries({ header, query, cookie }).filter(([, name]) => name !== undefined);
  if (places.length > 1) throw new TypeError("apiKey() takes one of header, query and cookie");
  const [place, name] = places[0] ?? ["header", "X-API-Key"];
  if (typeof name !== "string" || !(place === "query" ? name !== "" : isToken(name))) {
    throw new TypeError(`apiKey(): ${place} takes a name that a ${place} can have`);
  }
  return { in: place as "header", name };
}

const extractors = {
  header: (name: string) => (req: HttpRequest) => presented(req.headers.get(name)),
  query: (name: string) => (req: HttpRequest) => {
    const values = req.query.getAll(name);
    return values.length > 1 ? MALFORMED : presented(values[0]);
  },
  cookie: (name: string) => (req: HttpRequest) => presented(req.cookies[name]),
};

/** An empty key is none, and no verifier has to think of it. */
function presented(key: string | null | undefined): string | typeof MALFORMED | undefined {
  return key === "" ? MALFORMED : (key ?? undefined);
}

function lookUp(keys: APIKeys): Verify {
  if (typeof keys !== "object" || keys === null) {
    throw new TypeError("apiKey(): keys takes a list of keys, or an object of what each one stands for");
  }
  const entries: [string, object][] = isList(keys)
    ? Array.from(keys, (key) => [checkedKey(key), { keyId: idOf(key) }])
    : Object.entries(keys).map(([key, principal]) => [checkedKey(key), deepFreeze(principal)]);
  for (const [, principal] of entries) {
    if (typeof principal !== "object" || principal === null)
      throw new TypeError("apiKey(): a key stands for an object");
  }
  const table = new DigestTable(entries);
  return (key) => table.find(key) ?? null;
}

/** A variable of the environment that is not set is the likeliest of all keys that are none. */
function checkedKey(key: unknown): string {
  if (typeof key !== "string" || key === "") {
    throw new TypeError("apiKey(): a key is a string that is not empty");
  }
  return key;
}

function idOf(key: string): string {
  return Buffer.from(digest(key)).toString("latin1").slice(0, 16);
}

function isList(keys: APIKeys): keys is readonly string[] | ReadonlySet<string> {
  return Symbol.iterator in keys;
}
