import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import type { HttpRequest } from "../exchange/request.ts";
import { checkOptions } from "../options.ts";
import { authorizationOf } from "./authorization.ts";
import { defineGuard } from "./define.ts";
import { DIGEST_LENGTH, digest, identityOf } from "./digest.ts";
import type { Guard } from "./guard.ts";
import { MALFORMED, type PrincipalOf } from "./scheme.ts";

/** Who a user name of a plain table stands for. */
export interface BasicPrincipal {
  readonly username: string;
}

interface CommonOptions<Principal, Scope extends string> {
  /** Default `"basic"`. Two different ones in an application need two names. */
  name?: string;
  /** What browsers show when they ask for the password. Default `"api"`. */
  realm?: string;
  /** What a principal may do. Default: nothing that could be required. */
  scopes?: (principal: Principal) => readonly Scope[];
}

/** Names and passwords that are known beforehand, kept as digests. For people with accounts, use `verify`. */
export interface StaticBasicOptions<Scope extends string> extends CommonOptions<BasicPrincipal, Scope> {
  credentials: Readonly<Record<string, string>>;
}

/** Names and passwords that somebody else knows. */
export interface VerifiedBasicOptions<Result, Scope extends string>
  extends CommonOptions<PrincipalOf<Result>, Scope> {
  /** Who they are. null, undefined and false deny. An unknown name should cost what a known one does. */
  verify(credentials: { username: string; password: string }, req: HttpRequest): Result;
}

/**
 * A guard by user name and password on every request (RFC 7617). Use it over https only. Browsers that know the password
 * send it for other sites' pages too, so an unsafe request that such a page made is answered 403.
 *
 * @throws TypeError for no way to know the credentials, or two
 * @example
 * const operator = basic({ credentials: { ops: opsPassword } });
 */
export function basic<Scope extends string = never>(
  options: StaticBasicOptions<Scope>,
): Guard<BasicPrincipal, Scope>;
export function basic<Result, Scope extends string = never>(
  options: VerifiedBasicOptions<Result, Scope>,
): Guard<PrincipalOf<Result>, Scope>;
export function basic(options: object): Guard<object> {
  const given = checkOptions<GivenOptions>("basic()", options, [
    "credentials",
    "verify",
    "name",
    "realm",
    "scopes",
  ]);
  if ((given.credentials === undefined) === (given.verify === undefined)) {
    throw new TypeError("basic() takes either credentials or verify");
  }
  return defineGuard({
    name: given.name ?? "basic",
    source: "authorization:basic",
    extract: extractBasic,
    verify: given.credentials === undefined ? (given.verify as Verify) : compareWith(given.credentials),
    challenge: { scheme: "Basic", parameters: { realm: given.realm ?? "api", charset: "UTF-8" } },
    openapi: { type: "http", scheme: "basic" },
    scopes: given.scopes,
    settings:
      given.credentials === undefined ? given : { ...given, credentials: identityOf(given.credentials) },
  });
}

type Verify = (credentials: { username: string; password: string }, req: HttpRequest) => object | null;

interface GivenOptions {
  credentials?: Readonly<Record<string, string>>;
  verify?: Verify;
  name?: string;
  realm?: string;
  scopes?: (principal: object) => readonly string[];
}

function extractBasic(
  req: HttpRequest,
): { username: string; password: string } | typeof MALFORMED | undefined {
  const token = authorizationOf(req, "basic");
  if (token === undefined || token === MALFORMED) return token;
  const bytes = Buffer.from(token, "base64");
  // Node decodes whatever it can: one credential has one spelling.
  if (bytes.toString("base64").replace(/=+$/, "") !== token.replace(/=+$/, "")) return MALFORMED;
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return MALFORMED;
  }
  const colon = text.indexOf(":");
  // RFC 7617, 2: no colon in the name, no control characters in either.
  if (colon === -1 || /[\0-\x1f\x7f]/.test(text)) return MALFORMED;
  return { username: text.slice(0, colon), password: text.slice(colon + 1) };
}

/** An unknown name is compared as well, with a digest that no password has. */
function compareWith(credentials: Readonly<Record<string, string>>): Verify {
  const known = new Map<string, Uint8Array>();
  for (const [username, password] of Object.entries(credentials)) {
    if (typeof password !== "string" || password === "") {
      throw new TypeError(
        `basic(): the password of ${JSON.stringify(username)} is a string that is not empty`,
      );
    }
    known.set(username, digest(password));
  }
  const nobody = new Uint8Array(DIGEST_LENGTH);
  return ({ username, password }) => {
    const equal = timingSafeEqual(known.get(username) ?? nobody, digest(password));
    return equal && known.has(username) ? { username } : null;
  };
}
