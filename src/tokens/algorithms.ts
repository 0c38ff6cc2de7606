import type { KeyObject } from "node:crypto";

/** The signature algorithms there are (RFC 7518, 3.1; RFC 8037, 3.1; RFC 9864). `none` is none. */
export const ALGORITHMS = [
  "HS256",
  "HS384",
  "HS512",
  "RS256",
  "RS384",
  "RS512",
  "PS256",
  "PS384",
  "PS512",
  "ES256",
  "ES384",
  "ES512",
  "EdDSA",
  "Ed25519",
] as const;

/** A signature algorithm by its name in JOSE. `EdDSA` is Ed25519 here, and so is its newer name. */
export type TokenAlgorithm = (typeof ALGORITHMS)[number];

/** Bits of an RSA modulus (RFC 7518, 3.3). */
const RSA_LEAST = 2048;
const CURVES: Readonly<Record<string, string>> = {
  ES256: "prime256v1",
  ES384: "secp384r1",
  ES512: "secp521r1",
};

export function isAlgorithm(name: unknown): name is TokenAlgorithm {
  return (ALGORITHMS as readonly unknown[]).includes(name);
}

export function isSymmetric(alg: TokenAlgorithm): boolean {
  return alg.startsWith("HS");
}

/** Why a key does not serve an algorithm, as a message's ending, or undefined where it does. */
export function unfitness(alg: TokenAlgorithm, key: KeyObject): string | undefined {
  if (isSymmetric(alg)) {
    if (key.type !== "secret") return "takes a secret, and no public or private key";
    if (isPEM(key)) return "takes no PEM text: everybody may have a public key, and sign with it then";
    const least = Number(alg.slice(2)) / 8;
    return (key.symmetricKeySize ?? 0) >= least
      ? undefined
      : `takes a secret of ${least} bytes or more (RFC 7518, 3.2): randomBytes(${least}) of node:crypto makes one`;
  }
  if (key.type === "secret") return "takes a public or a private key, and no secret";
  const { asymmetricKeyType: type, asymmetricKeyDetails: details } = key;
  const curve = CURVES[alg];
  if (curve !== undefined) {
    return type === "ec" && details?.namedCurve === curve ? undefined : `takes an EC key on ${curve}`;
  }
  if (alg === "EdDSA" || alg === "Ed25519") return type === "ed25519" ? undefined : "takes an Ed25519 key";
  // A key of type rsa-pss is not imported by every runtime, and could forbid the hash.
  if (type !== "rsa") return "takes an RSA key";
  // By an exponent of 1 a signature is the message itself.
  if ((details?.publicExponent ?? 0n) < 3n)
    return "takes an RSA key with an exponent of 3 or more (RFC 8017, 3.1)";
  return (details?.modulusLength ?? 0) >= RSA_LEAST
    ? undefined
    : `takes an RSA key of ${RSA_LEAST} bits or more (RFC 7518, 3.3)`;
}

function isPEM(secret: KeyObject): boolean {
  return secret.export().includes("-----BEGIN");
}
