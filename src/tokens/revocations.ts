import { answered, STORE_TIMEOUT } from "../stores/answered.ts";
import type { RevocationQuery, RevocationStore } from "../stores/contracts/index.ts";

/** In milliseconds: longer than any question to the store can be under way. */
const UNDER_WAY = 2 * STORE_TIMEOUT * 1000;

/**
 * The revocations of a store, with those of this process in front: these hold from the call on, for requests that
 * asked the store a moment before too. What is older the store knows.
 */
export class Revocations {
  readonly #store: RevocationStore;
  /** In milliseconds: a token that was asked about longer ago is asked about again. */
  readonly delay: number;
  readonly #ids = new Map<string, { readonly at: number }>();
  readonly #subjects = new Map<string, { readonly at: number; readonly instant: number }>();
  #latest = 0;

  /** @param delay in seconds */
  constructor(store: RevocationStore, delay: number) {
    this.#store = store;
    this.delay = delay * 1000;
  }

  /** Now, and later than every revocation of this process: what is issued after one is not caught by it. */
  instant(): number {
    return Math.max(Date.now(), this.#latest + 1);
  }

  /** Whether this process revoked it a moment ago. */
  isKnown({ id, subject, issuedAt }: RevocationQuery): boolean {
    if (this.#ids.size === 0 && this.#subjects.size === 0) return false;
    if (id !== undefined && this.#ids.has(id)) return true;
    const before = subject === undefined ? undefined : this.#subjects.get(subject);
    return before !== undefined && issuedAt <= before.instant;
  }

  /** @throws HTTPError 503 `store_unavailable` */
  async isRevoked(query: RevocationQuery): Promise<boolean> {
    if (this.isKnown(query)) return true;
    // Only a clear "no" is one.
    return (await answered(() => this.#store.isRevoked(query))) !== false || this.isKnown(query);
  }

  /** @throws HTTPError 503 `store_unavailable`; it may be revoked all the same */
  async revoke(id: string, expiresAt: number): Promise<void> {
    this.#note(this.#ids, id, {});
    await answered(() => this.#store.revoke(id, expiresAt));
    this.#note(this.#ids, id, {});
  }

  /** @throws HTTPError 503 `store_unavailable`; they may be revoked all the same */
  async revokeBefore(subject: string, expiresAt: number): Promise<void> {
    const instant = this.noteBefore(subject);
    await answered(() => this.#store.revokeBefore(subject, instant, expiresAt));
    this.#note(this.#subjects, subject, { instant });
  }

  /** Revokes what a subject has in this process alone, until the store knows. */
  noteBefore(subject: string): number {
    const instant = Math.max(Date.now(), this.#subjects.get(subject)?.instant ?? 0);
    this.#latest = Math.max(this.#latest, instant);
    this.#note(this.#subjects, subject, { instant });
    return instant;
  }

  #note<Note extends object>(notes: Map<string, Note & { at: number }>, key: string, note: Note): void {
    const now = performance.now();
    notes.delete(key);
    notes.set(key, { ...note, at: now });
    for (const [other, { at }] of notes) {
      if (now - at <= this.delay + UNDER_WAY) break;
      notes.delete(other);
    }
  }
}
