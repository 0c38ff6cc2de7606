import { Buffer } from "node:buffer";
import type { KeyObject } from "node:crypto";
import { CompactSign, compactVerify, errors, type JWK } from "jose";
import type { Awaitable } from "../http/awaitable.ts";
import { isAlgorithm } from "./algorithms.ts";
import { TokenError } from "./errors.ts";
import type { FoundKeys, KeyRing, VerifyingKey } from "./key-ring.ts";

/** The longest token there is, in characters. Servers take header fields of 16 KiB together. */
export const MOST_CHARACTERS = 8192;

/** What a header may say that is looked at. `jku`, `jwk`, `x5u` and `x5c` are not: the keys are ours to choose. */
export interface JWSHeader {
  readonly alg: unknown;
  readonly kid: string | undefined;
  readonly typ: unknown;
}

/** A token whose signature is right, and of whose claims nothing is known yet. */
export interface SignedPayload {
  readonly header: JWSHeader;
  readonly payload: Readonly<Record<string, unknown>>;
  /** In milliseconds since 1970: when the key ends. */
  readonly keyUntil: number;
  readonly version: unknown;
}

const encoder = new TextEncoder();
const decoder = new TextDecoder("utf-8", { fatal: true });

/** Signs claims by the ring's active key. */
export async function signToken(
  ring: KeyRing,
  typ: string,
  payload: Readonly<Record<string, unknown>>,
): Promise<string> {
  const { alg, kid, signer } = ring.signing();
  const token = await new CompactSign(encoder.encode(JSON.stringify(payload)))
    .setProtectedHeader({ alg, kid, typ })
    .sign(forJose(signer));
  if (token.length > MOST_CHARACTERS) {
    throw new RangeError("The claims make a token of more than 8 KiB: put an id in it, and look the rest up");
  }
  return token;
}

/**
 * Verifies the signature, by a key of the source and by nothing that the token brings along.
 *
 * @throws TokenError that says why it is refused
 */
export async function verifySignature(
  token: unknown,
  find: (kid: string | undefined) => Awaitable<FoundKeys>,
): Promise<SignedPayload> {
  const text = compactForm(token);
  const header = headerOf(text.slice(0, text.indexOf(".")));
  const { alg, kid } = header;
  if (!isAlgorithm(alg)) throw new TokenError("algorithm_refused");
  const { keys, version } = await find(kid);
  if (keys.length === 0) throw new TokenError("key_unknown");
  const fit = keys.filter(({ algs }) => algs.includes(alg));
  const [key] = fit;
  if (key === undefined) throw new TokenError("algorithm_refused");
  // Without a kid there is nothing to choose by: no key is tried after the other.
  if (fit.length > 1) throw new TokenError("key_unknown");
  const payload = await payloadOf(text, key, alg);
  return { header, payload, keyUntil: key.until, version };
}

async function payloadOf(token: string, key: VerifyingKey, alg: string): Promise<Record<string, unknown>> {
  let bytes: Uint8Array;
  try {
    bytes = (await compactVerify(token, forJose(key.verifier), { algorithms: [alg] })).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw new TokenError("signature_invalid");
    throw error;
  }
  return objectOf(bytes);
}

const jwks = new WeakMap<KeyObject, JWK>();

/** A pair's key as the object that jose imports once for all: of a `KeyObject` Workers cannot make what it needs. */
function forJose(key: KeyObject): KeyObject | JWK {
  if (key.type === "secret") return key;
  let jwk = jwks.get(key);
  if (jwk === undefined) {
    // Some runtimes name an algorithm of their own choice.
    const { alg: _alg, ...members } = key.export({ format: "jwk" });
    jwk = members;
    jwks.set(key, jwk);
  }
  return jwk;
}

/** Three parts of canonical base64url: each token has one spelling (RFC 7515, 2; RFC 4648, 3.5). */
function compactForm(token: unknown): string {
  if (typeof token !== "string") throw new TokenError("token_malformed");
  if (token.length > MOST_CHARACTERS) throw new TokenError("token_too_long");
  const parts = token.split(".");
  if (parts.length !== 3 || !parts.every(isCanonical)) throw new TokenError("token_malformed");
  return token;
}

const BASE64URL = /^[A-Za-z0-9_-]+$/;
/** By the length modulo 4, what a last character can be whose unused bits are zero. */
const LAST: Readonly<Record<number, RegExp>> = { 0: /./, 2: /[AQgw]$/, 3: /[AEIMQUYcgkosw048]$/ };

export function isCanonical(part: string): boolean {
  return BASE64URL.test(part) && LAST[part.length % 4]?.test(part) === true;
}

function headerOf(part: string): JWSHeader {
  const header = objectOf(Buffer.from(part, "base64url"));
  // No extension is understood, the unencoded payload of RFC 7797 neither.
  if (Object.hasOwn(header, "crit") || Object.hasOwn(header, "b64")) throw new TokenError("header_refused");
  const { alg, kid, typ } = header;
  if (kid !== undefined && typeof kid !== "string") throw new TokenError("token_malformed");
  return { alg, kid, typ };
}

function objectOf(bytes: Uint8Array): Record<string, unknown> {
  let value: unknown;
  try {
    value = JSON.parse(decoder.decode(bytes));
  } catch {
    throw new TokenError("token_malformed");
  }
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw new TokenError("token_malformed");
  }
  return value as Record<string, unknown>;
}
