import { Buffer } from "node:buffer";
import { timingSafeEqual } from "node:crypto";
import { sha256 } from "../sha256.ts";

/** In bytes: SHA-256 in hexadecimal. */
export const DIGEST_LENGTH = 64;

/** SHA-256 in hexadecimal: what is kept cannot be presented, and all that is compared has one length. */
export function digest(secret: string): Uint8Array {
  return Buffer.from(sha256(secret, "hex"), "latin1");
}

const identities = new WeakMap<object, object>();

/** Stands for an object of secrets that must not be kept: the same one for the same object, and nothing is in it. */
export function identityOf(secrets: object): object {
  let identity = identities.get(secrets);
  if (identity === undefined) {
    identity = Object.freeze({});
    identities.set(secrets, identity);
  }
  return identity;
}

/** Secrets kept as digests. Looking one up takes the same time wherever it stands, and where it stands nowhere. */
export class DigestTable<Value> {
  readonly #entries: readonly (readonly [Uint8Array, Value])[];

  constructor(entries: Iterable<readonly [secret: string, value: Value]>) {
    this.#entries = Array.from(entries, ([secret, value]) => [digest(secret), value] as const);
  }

  find(secret: string): Value | undefined {
    const presented = digest(secret);
    let found: Value | undefined;
    for (const [kept, value] of this.#entries) {
      if (timingSafeEqual(kept, presented)) found = value;
    }
    return found;
  }
}
