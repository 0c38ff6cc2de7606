import { Buffer } from "node:buffer";
import { createPrivateKey, createPublicKey, createSecretKey, KeyObject, type webcrypto } from "node:crypto";
import type { JWK } from "jose";
import { checkOptions } from "../options.ts";
import { sha256 } from "../sha256.ts";
import { ALGORITHMS, isAlgorithm, isSymmetric, type TokenAlgorithm, unfitness } from "./algorithms.ts";

/**
 * Where a key stands in its life: `next` is published and verifies, and does not sign yet; `active` signs; `retired`
 * verifies what it signed.
 */
export type KeyState = "next" | "active" | "retired";

/** A key to sign and to verify with. */
export interface TokenKey {
  /**
   * A private key signs and verifies, a public one verifies: PEM text (PKCS #8, SPKI), a JWK, a `KeyObject` or a
   * `CryptoKey`. For HS256, HS384 and HS512 a secret of 32, 48 and 64 bytes or more: bytes, text of which the UTF-8 bytes
   * count, a JWK of type `oct` or a `KeyObject`.
   */
  key: string | Uint8Array | JWK | KeyObject | webcrypto.CryptoKey;
  /** The one algorithm that the key is for, whatever a token says. Default: the JWK's own. */
  alg?: TokenAlgorithm;
  /** Names the key in tokens. Default: the JWK's own, else its thumbprint (RFC 7638). */
  kid?: string;
  /** Default `active`. Of several active ones that can sign, the first does. */
  state?: KeyState;
  /** In seconds since 1970: from then on the key verifies nothing, and is published no more. Default: no end. */
  expiresAt?: number;
}

/** A key that is fit for its algorithm. */
export interface LoadedKey {
  readonly kid: string;
  readonly alg: TokenAlgorithm;
  readonly state: KeyState;
  /** In milliseconds since 1970. */
  readonly until: number;
  /** Undefined for a public key. */
  readonly signer: KeyObject | undefined;
  readonly verifier: KeyObject;
}

const KEYS = ["key", "alg", "kid", "state", "expiresAt"] as const;
const STATES: readonly unknown[] = ["next", "active", "retired"] satisfies KeyState[];
const MOST_KID = 256;

/**
 * Reads a key, and holds it against its algorithm. No message has anything of the key in it.
 *
 * @throws TypeError for what is no key, and for one that is weak or of the wrong kind
 */
export function loadKey(given: TokenKey): LoadedKey {
  const { key, alg, kid, state = "active", expiresAt } = checkOptions("A token key", given, KEYS);
  const jwk = isJWK(key) ? key : undefined;
  const algorithm = alg ?? jwk?.alg;
  if (!isAlgorithm(algorithm)) {
    throw new TypeError(`A token key needs an alg, one of ${ALGORITHMS.join(", ")}`);
  }
  if (jwk?.alg !== undefined && jwk.alg !== algorithm) throw new TypeError("The JWK is for another alg");
  if (jwk?.use !== undefined && jwk.use !== "sig") throw new TypeError("The JWK's use is not sig");
  if (!STATES.includes(state)) throw new TypeError("A token key's state is next, active or retired");
  if (expiresAt !== undefined && !Number.isFinite(expiresAt)) {
    throw new TypeError("A token key's expiresAt takes seconds since 1970");
  }
  const object = keyObjectOf(key, algorithm);
  const fault = unfitness(algorithm, object);
  if (fault !== undefined) throw new TypeError(`A key for ${algorithm}: it ${fault}`);
  const verifier = object.type === "private" ? createPublicKey(object) : object;
  const name = kid ?? jwk?.kid ?? thumbprint(verifier);
  if (typeof name !== "string" || name === "" || name.length > MOST_KID) {
    throw new TypeError(`A token key's kid takes a text of 1 to ${MOST_KID} characters`);
  }
  return {
    kid: name,
    alg: algorithm,
    state,
    until: expiresAt === undefined ? Number.POSITIVE_INFINITY : expiresAt * 1000,
    signer: object.type === "public" ? undefined : object,
    verifier,
  };
}

/** RFC 7638: the same name for the same key, whoever computes it; of a private key, its public half's. */
export function thumbprint(key: KeyObject): string {
  const jwk = new Map(Object.entries(key.export({ format: "jwk" })));
  const members = (THUMBPRINT_MEMBERS[jwk.get("kty")] ?? []).map((name) => [name, jwk.get(name)]);
  return sha256(JSON.stringify(Object.fromEntries(members)), "base64url");
}

/** RFC 7638, 3.2 and RFC 8037, 2: what a key is made of, in the order of the names. */
const THUMBPRINT_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  EC: ["crv", "kty", "x", "y"],
  OKP: ["crv", "kty", "x"],
  RSA: ["e", "kty", "n"],
  oct: ["k", "kty"],
};

function isJWK(key: TokenKey["key"]): key is JWK {
  return typeof key === "object" && key !== null && typeof (key as JWK).kty === "string";
}

function keyObjectOf(key: TokenKey["key"], alg: TokenAlgorithm): KeyObject {
  if (key instanceof KeyObject) return key;
  if (typeof CryptoKey === "function" && key instanceof CryptoKey) {
    if (key.extractable) return KeyObject.from(key);
    throw new TypeError("A CryptoKey of a token key has to be extractable: its public half is made of it");
  }
  try {
    if (isJWK(key)) return objectOfJWK(key);
    if (isSymmetric(alg)) return secretOf(key as string | Uint8Array);
    if (typeof key === "string")
      return key.includes("PRIVATE KEY") ? createPrivateKey(key) : createPublicKey(key);
  } catch {
    // What was thrown may quote what it could not read: it is no cause.
  }
  throw new TypeError(
    `A key for ${alg} could not be read: give ${isSymmetric(alg) ? "bytes, text" : "PEM text"}, a JWK, a KeyObject or a CryptoKey`,
  );
}

function secretOf(secret: string | Uint8Array): KeyObject {
  return createSecretKey(typeof secret === "string" ? Buffer.from(secret, "utf8") : secret);
}

/** The public key in a JWK that somebody published, or undefined where there is none to be read. */
export function publicKeyOf(jwk: JWK): KeyObject | undefined {
  try {
    return createPublicKey({ key: jwk as webcrypto.JsonWebKey, format: "jwk" });
  } catch {
    return undefined;
  }
}

function objectOfJWK(jwk: JWK): KeyObject {
  if (jwk.kty === "oct") return createSecretKey(Buffer.from(String(jwk.k), "base64url"));
  const input = { key: jwk as webcrypto.JsonWebKey, format: "jwk" } as const;
  return typeof jwk.d === "string" ? createPrivateKey(input) : createPublicKey(input);
}
