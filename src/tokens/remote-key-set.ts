import type { JWK } from "jose";
import { ALGORITHMS, isSymmetric, type TokenAlgorithm, unfitness } from "./algorithms.ts";
import type { FoundKeys, VerifyingKey } from "./key-ring.ts";
import { publicKeyOf } from "./keys.ts";

/** The public keys of another issuer, as they were published at one time. */
export class RemoteKeySet {
  readonly #keys: readonly VerifyingKey[];

  /**
   * What is no key to verify with is left out: keys for encryption, of kinds unknown to us, weak ones, secrets.
   *
   * @param allowed the algorithms of keys that do not name their own
   * @throws TypeError for what is no JWK Set
   */
  constructor(published: unknown, allowed: readonly TokenAlgorithm[]) {
    const keys: unknown = (published as { keys?: unknown } | null)?.keys;
    if (!Array.isArray(keys)) throw new TypeError("This is no JWK Set");
    this.#keys = keys.flatMap((jwk: JWK | null) => (jwk === null ? [] : usable(jwk, allowed)));
  }

  find(kid: string | undefined): FoundKeys {
    return {
      keys: kid === undefined ? this.#keys : this.#keys.filter((key) => key.kid === kid),
      version: this,
    };
  }
}

function usable(jwk: JWK, allowed: readonly TokenAlgorithm[]): VerifyingKey[] {
  if (jwk.use !== undefined && jwk.use !== "sig") return [];
  // RFC 7517, 4.3
  if (jwk.key_ops !== undefined && !(Array.isArray(jwk.key_ops) && jwk.key_ops.includes("verify"))) return [];
  if (jwk.kty === "oct" || (jwk.kid !== undefined && typeof jwk.kid !== "string")) return [];
  const verifier = publicKeyOf(jwk);
  if (verifier === undefined) return [];
  const algs = allowed.filter(
    (alg) => (jwk.alg === undefined || jwk.alg === alg) && unfitness(alg, verifier) === undefined,
  );
  if (algs.length === 0) return [];
  return [{ kid: jwk.kid ?? "", verifier, algs, until: Number.POSITIVE_INFINITY }];
}

/** Those whose keys can be published. */
export const PUBLIC_ALGORITHMS: readonly TokenAlgorithm[] = ALGORITHMS.filter((alg) => !isSymmetric(alg));
