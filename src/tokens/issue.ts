import { randomBytes } from "node:crypto";
import { checkOptions } from "../options.ts";
import { type ClaimRules, RESERVED } from "./claims.ts";
import { seconds } from "./options.ts";

/** What an access token is issued for. */
export type TokenRequest<Input extends object> = {
  /** Whom the token stands for (`sub`). */
  subject: string;
  /** What it may be used for, as a list or divided by spaces. Default: no `scope` in the token. */
  scope?: string | readonly string[];
  /** Seconds, at most the `expiresIn` of the tokens, which is the default. */
  expiresIn?: number;
} & GivenClaims<Input>;

/** The application's claims; they may be left out where none is required. */
export type GivenClaims<Input extends object> = {} extends Input ? { claims?: Input } : { claims: Input };

/** A request without its types. */
export interface CheckedRequest {
  readonly subject: string;
  readonly scope: string | undefined;
  readonly claims: object;
  readonly expiresIn: number;
}

/** RFC 6749, 3.3: scopes divided by single spaces. */
const SCOPE = /^[\x21\x23-\x5b\x5d-\x7e]+(?: [\x21\x23-\x5b\x5d-\x7e]+)*$/;

/**
 * @throws TypeError for a request that lacks something, and for claims that the schema refuses. No value of theirs is
 * in the message.
 */
export async function checkRequest(
  owner: string,
  request: TokenRequest<object>,
  rules: ClaimRules,
): Promise<CheckedRequest> {
  const given = checkOptions(owner, request, ["subject", "scope", "expiresIn", "claims"]);
  const { subject, claims = {} } = given;
  if (typeof subject !== "string" || subject === "") throw new TypeError(`${owner} needs a subject, a text`);
  const scope = Array.isArray(given.scope) ? given.scope.join(" ") : given.scope;
  if (scope !== undefined && (typeof scope !== "string" || (scope !== "" && !SCOPE.test(scope)))) {
    throw new TypeError(
      `${owner}: scope takes names of printable ASCII, as a list or as a text that divides them by single spaces`,
    );
  }
  const expiresIn = seconds(`${owner}: expiresIn`, given.expiresIn ?? rules.mostAge, 1);
  if (expiresIn > rules.mostAge) {
    throw new RangeError(`${owner}: expiresIn cannot be longer than that of new Tokens()`);
  }
  const reserved = RESERVED.find((name) => Object.hasOwn(claims, name));
  if (reserved !== undefined) {
    throw new TypeError(`${owner}: the claim "${reserved}" is not yours to set; claims takes your own`);
  }
  if (rules.schema && (await rules.schema["~standard"].validate(claims)).issues) {
    throw new TypeError(`${owner}: the schema refuses the claims`);
  }
  return { subject, scope: scope === "" ? undefined : scope, claims, expiresIn };
}

/**
 * The payload of an access token (RFC 9068, 2.2). Its `iat` has milliseconds, so that "everything before now" leaves
 * alone what is issued in the same second after it.
 *
 * @param instant in milliseconds since 1970
 */
export function payloadOf(
  { subject, scope, claims, expiresIn }: CheckedRequest,
  { issuer, audience }: ClaimRules,
  instant: number,
): Record<string, unknown> {
  return {
    ...claims,
    iss: issuer,
    sub: subject,
    aud: audience.length === 1 ? audience[0] : audience,
    iat: instant / 1000,
    // Whole seconds, as most who read it expect; ours are over to the millisecond.
    exp: Math.ceil(instant / 1000 + expiresIn),
    jti: randomBytes(16).toString("base64url"),
    ...(scope !== undefined && { scope }),
  };
}
