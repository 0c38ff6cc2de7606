import type { JWK } from "jose";
import { isSymmetric, type TokenAlgorithm } from "./algorithms.ts";
import { type LoadedKey, loadKey, type TokenKey } from "./keys.ts";

/** One that verifies, and the algorithms it is for: one alone, where the key itself says so. */
export type VerifyingKey = Pick<LoadedKey, "kid" | "verifier" | "until"> & {
  readonly algs: readonly TokenAlgorithm[];
};

/** The keys that a header may mean, and of which version of the keys they are. */
export interface FoundKeys {
  readonly keys: readonly VerifyingKey[];
  readonly version: unknown;
}

/** The keys of an application. It never changes; another ring takes its place. */
export class KeyRing {
  readonly #keys: readonly LoadedKey[];
  readonly #byKid: ReadonlyMap<string, VerifyingKey>;

  /** @throws TypeError for no key, one that is unfit, and two of one `kid` */
  constructor(given: readonly TokenKey[]) {
    if (!Array.isArray(given) || given.length === 0) {
      throw new TypeError("keys takes a list with at least one key: [{ alg, key }], or parseKeyRing(text)");
    }
    this.#keys = given.map(loadKey);
    this.#byKid = new Map(this.#keys.map((key) => [key.kid, { ...key, algs: [key.alg] }]));
    if (this.#byKid.size < this.#keys.length) throw new TypeError("Two token keys have the same kid");
  }

  /** The keys that a header may mean: by `kid` one or none, without a `kid` all. */
  find(kid: string | undefined): FoundKeys {
    const now = Date.now();
    const found = kid === undefined ? [...this.#byKid.values()] : [this.#byKid.get(kid)];
    return {
      keys: found.filter((key) => key !== undefined).filter(({ until }) => now < until),
      version: this,
    };
  }

  /**
   * The key that signs now.
   *
   * @throws Error where there is none
   */
  signing(): LoadedKey & { readonly signer: NonNullable<LoadedKey["signer"]> } {
    const now = Date.now();
    for (const key of this.#keys) {
      if (key.signer && key.state === "active" && now < key.until) return { ...key, signer: key.signer };
    }
    throw new Error(
      "No key can sign: keys needs a private key or a secret whose state is active and that has not ended",
    );
  }

  /** The public keys that verify now, as a JWK Set has them (RFC 7517, 5). A secret is never among them. */
  published(): readonly JWK[] {
    const now = Date.now();
    return this.#keys
      .filter((key) => !isSymmetric(key.alg) && now < key.until)
      .map(({ verifier, kid, alg }) => {
        const { kty, crv, ...members } = verifier.export({ format: "jwk" }) as JWK & { kty: string };
        // In one order on every version of Node.
        return { kty, ...(crv !== undefined && { crv }), ...members, kid, alg, use: "sig" };
      });
  }
}
