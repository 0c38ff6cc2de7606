import { Buffer } from "node:buffer";
import { createHmac, generateKeyPairSync } from "node:crypto";
import { memory } from "../stores/index.ts";
import type { TokenAlgorithm } from "./algorithms.ts";
import type { TokensOptions } from "./options.ts";
import { Tokens } from "./tokens.ts";

export const ISSUER = "https://auth.example";
export const AUDIENCE = "https://api.example";
export const SECRET = "a secret of the tests, and of nothing else";

/** Tokens by a secret, with a store in memory. */
export function tokensBy(options: Partial<TokensOptions<{ role?: string }>> = {}): Tokens<{ role?: string }> {
  return new Tokens({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: [{ alg: "HS256", key: SECRET, kid: "one" }],
    store: memory(),
    ...options,
  });
}

/** What a good token says, for forging others. */
export function goodClaims(): Record<string, unknown> {
  const now = Math.floor(Date.now() / 1000);
  return { iss: ISSUER, aud: AUDIENCE, sub: "ada", iat: now, exp: now + 60, jti: "id-1" };
}

export function base64url(value: unknown): string {
  return Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");
}

/** A token of any header and payload, or of their texts, signed with HMAC-SHA-256. */
export function forge(header: unknown, payload: unknown, secret: string | Uint8Array = SECRET): string {
  const input = `${base64url(header)}.${base64url(payload)}`;
  return `${input}.${createHmac("sha256", secret).update(input).digest("base64url")}`;
}

/** The header of a good token by `SECRET`. */
export const HEADER = { alg: "HS256", kid: "one", typ: "at+jwt" };

/** A pair for an algorithm, of the least strength that is taken. */
export function pairFor(alg: TokenAlgorithm) {
  const curves: Readonly<Record<string, string>> = { ES256: "P-256", ES384: "P-384", ES512: "P-521" };
  const namedCurve = curves[alg];
  if (namedCurve !== undefined) return generateKeyPairSync("ec", { namedCurve });
  if (alg.startsWith("Ed")) return generateKeyPairSync("ed25519");
  return generateKeyPairSync("rsa", { modulusLength: 2048 });
}
