import { createHash, timingSafeEqual } from "node:crypto";

/** SHA-256, so that what is kept cannot be presented, and all that is compared has one length. */
export function digest(secret: string): Uint8Array {
  return createHash("sha256").update(secret, "utf8").digest();
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
