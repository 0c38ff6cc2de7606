import type { StandardSchemaV1 } from "@standard-schema/spec";
import { TokenError } from "./errors.ts";
import type { SignedPayload } from "./jws.ts";

/** What every access token says (RFC 7519, 4.1; RFC 9068, 2.2). Instants are seconds since 1970. */
export interface RegisteredClaims {
  readonly iss: string;
  readonly sub: string;
  readonly aud: string | readonly string[];
  readonly exp: number;
  readonly iat: number;
  readonly nbf?: number;
  /** The token's own id. */
  readonly jti: string;
  /** What it may be used for, divided by spaces (RFC 8693, 4.2). */
  readonly scope?: string;
}

/** What a verified token says: the registered claims, and those of the application. */
export type VerifiedClaims<Claims extends object> = RegisteredClaims & Readonly<Claims>;

/** What another issuer's token says, which need have no id and no instant of its issue (RFC 7519, 4.1). */
export type RemoteClaims<Claims extends object> = Omit<RegisteredClaims, "iat" | "jti"> &
  Partial<Pick<RegisteredClaims, "iat" | "jti">> &
  Readonly<Claims>;

/** What a token is held against. */
export interface ClaimRules {
  readonly issuer: string;
  readonly audience: readonly string[];
  /** In lower case, without `application/`. */
  readonly typ: readonly string[];
  /** In seconds. */
  readonly leeway: number;
  /** In seconds: older tokens are over, whatever they say themselves. */
  readonly mostAge: number;
  /** Whether a token without a `jti` or an `iat` is refused: without them none can be revoked. */
  readonly isRevocable: boolean;
  readonly schema: StandardSchemaV1 | undefined;
}

/** The claims that are the framework's own to set. */
export const RESERVED = ["iss", "sub", "aud", "exp", "nbf", "iat", "jti", "scope"] as const;

/** Seconds that the clock of who issued a token may be ahead of ours. */
const MOST_AHEAD = 60;

/**
 * Holds the claims of a token, whose signature is right, against the rules.
 *
 * @throws TokenError that says why it is refused
 */
export async function checkClaims(
  { header, payload }: SignedPayload,
  rules: ClaimRules,
): Promise<VerifiedClaims<object>> {
  if (!rules.typ.includes(typeOf(header.typ))) throw new TokenError("type_refused");
  if (payload["iss"] !== rules.issuer) throw new TokenError("issuer_refused");
  if (!isForUs(payload["aud"], rules.audience)) throw new TokenError("audience_refused");
  checkTimes(payload, rules);
  const { sub, jti, scope } = payload;
  if (typeof sub !== "string" || sub === "") throw new TokenError("claims_invalid");
  if (jti !== undefined && typeof jti !== "string") throw new TokenError("claims_invalid");
  if (rules.isRevocable && !jti) throw new TokenError("claims_invalid");
  if (scope !== undefined && typeof scope !== "string") throw new TokenError("claims_invalid");
  return (await withSchema(payload, rules.schema)) as VerifiedClaims<object>;
}

function checkTimes(payload: Readonly<Record<string, unknown>>, rules: ClaimRules): void {
  const { exp, nbf, iat } = payload;
  const now = Date.now() / 1000;
  if (!isInstant(exp)) throw new TokenError("claims_invalid");
  if (now >= exp + rules.leeway) throw new TokenError("token_expired");
  if (nbf !== undefined) {
    if (!isInstant(nbf)) throw new TokenError("claims_invalid");
    if (now < nbf - rules.leeway) throw new TokenError("token_not_yet_valid");
  }
  if (iat === undefined && !rules.isRevocable) return;
  if (!isInstant(iat)) throw new TokenError("claims_invalid");
  if (iat > now + Math.max(MOST_AHEAD, rules.leeway)) throw new TokenError("token_not_yet_valid");
  if (now >= iat + rules.mostAge + rules.leeway) throw new TokenError("token_expired");
}

function isInstant(value: unknown): value is number {
  return typeof value === "number" && Number.isFinite(value);
}

function isForUs(aud: unknown, ours: readonly unknown[]): boolean {
  return Array.isArray(aud) ? aud.some((one) => ours.includes(one)) : ours.includes(aud);
}

/** RFC 7515, 4.1.9: `application/` may be left out, and media types have no case. */
export function typeOf(typ: unknown): string {
  return typeof typ === "string" ? typ.toLowerCase().replace(/^application\//, "") : "";
}

/** The schema sees the application's claims, and cannot change the registered ones. */
async function withSchema(
  payload: Readonly<Record<string, unknown>>,
  schema: StandardSchemaV1 | undefined,
): Promise<object> {
  if (schema === undefined) return payload;
  const isReserved = ([name]: [string, unknown]) => (RESERVED as readonly string[]).includes(name);
  const isOwn = (entry: [string, unknown]) => !isReserved(entry);
  const entries = Object.entries(payload);
  const result = await schema["~standard"].validate(Object.fromEntries(entries.filter(isOwn)));
  if (result.issues || typeof result.value !== "object" || result.value === null) {
    throw new TokenError("claims_invalid");
  }
  return Object.fromEntries([...Object.entries(result.value).filter(isOwn), ...entries.filter(isReserved)]);
}

/** What a token is allowed, as a list (RFC 6749, 3.3). */
export function scopesOf(claims: { readonly scope?: string }): readonly string[] {
  return claims.scope?.split(" ").filter((scope) => scope !== "") ?? [];
}
