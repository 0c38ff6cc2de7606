import type { RevocationQuery, RevocationStore } from "../contracts/index.ts";
import type { Shelf } from "./shelf.ts";

/** Up to when the credentials of somebody are revoked. */
export interface RevocationOnShelf {
  readonly instant: number;
  readonly expiresAt: number;
}

export class MemoryRevocations implements RevocationStore {
  readonly #ids: Shelf<{ readonly expiresAt: number }>;
  readonly #subjects: Shelf<RevocationOnShelf>;

  constructor(ids: Shelf<{ readonly expiresAt: number }>, subjects: Shelf<RevocationOnShelf>) {
    this.#ids = ids;
    this.#subjects = subjects;
  }

  async revoke(id: string, expiresAt: number): Promise<void> {
    this.#ids.set(id, { expiresAt: Math.max(expiresAt, this.#ids.get(id)?.expiresAt ?? 0) });
  }

  async revokeBefore(subject: string, instant: number, expiresAt: number): Promise<void> {
    const held = this.#subjects.get(subject);
    this.#subjects.set(subject, {
      instant: Math.max(instant, held?.instant ?? 0),
      expiresAt: Math.max(expiresAt, held?.expiresAt ?? 0),
    });
  }

  async isRevoked({ id, subject, issuedAt }: RevocationQuery): Promise<boolean> {
    if (id !== undefined && this.#ids.get(id)) return true;
    const held = subject === undefined ? undefined : this.#subjects.get(subject);
    return held !== undefined && issuedAt <= held.instant;
  }
}
