import { BoundedCache } from "../bounded-cache.ts";
import { answered } from "../stores/answered.ts";
import type { RevocationStore } from "../stores/contracts/index.ts";

/** Seconds for which a cookie that was found good is believed: so late another process hears of a revocation. */
export const REVOCATION_DELAY = 5;

const REMEMBERED = 10_000;
/** Tokens may be revoked in the same store. */
const PREFIX = "session:";

/** What is asked about a session in a cookie. */
export interface RevocableSession {
  readonly id: string;
  readonly user: string | undefined;
  /** When the id was given out, in milliseconds. */
  readonly issued: number;
}

/** Ends sessions that live in cookies before their time. */
export class CookieRevocations {
  readonly #store: RevocationStore;
  readonly #now: () => number;
  /** In seconds: for so long a revocation is kept. */
  readonly #longest: number;
  /** When each id was last found good, in milliseconds. */
  #good = new BoundedCache<number>(REMEMBERED);
  /** Ids that this process has revoked: an answer from before that does not make them good again. */
  readonly #bad = new BoundedCache<true>(REMEMBERED);

  /** @param longest the absolute lifetime of a session, in seconds */
  constructor(store: RevocationStore, longest: number, now: () => number) {
    this.#store = store;
    this.#longest = longest;
    this.#now = now;
  }

  /** Whether a session was found good within {@link REVOCATION_DELAY}. */
  isKnownGood(session: RevocableSession): boolean {
    const since = this.goodSince(session);
    return since !== undefined && this.#now() - since < REVOCATION_DELAY * 1000;
  }

  /** When a session was last found good, in milliseconds; undefined where this process has revoked anything since. */
  goodSince(session: RevocableSession): number | undefined {
    return this.#bad.get(session.id) ? undefined : this.#good.get(session.id);
  }

  /** @throws HTTPError 503 `store_unavailable` */
  async isRevoked(session: RevocableSession): Promise<boolean> {
    const good = this.#good;
    const asked = this.#now();
    const { id, user, issued } = session;
    const subject = user === undefined ? undefined : PREFIX + user;
    const query = { id: PREFIX + id, subject, issuedAt: issued };
    const isRevoked = (await answered(() => this.#store.isRevoked(query))) !== false;
    // An answer from before a revocation is written where nobody looks any more.
    if (!isRevoked) good.set(id, asked);
    return isRevoked;
  }

  /** @throws HTTPError 503 `store_unavailable` */
  async revoke(id: string): Promise<void> {
    const until = this.#now() + this.#longest * 1000;
    await answered(() => this.#store.revoke(PREFIX + id, until));
    this.#bad.set(id, true);
  }

  /** @param instant what was issued then or before is over, in milliseconds */
  async revokeAll(user: string, instant: number): Promise<void> {
    const until = this.#now() + this.#longest * 1000;
    await answered(() => this.#store.revokeBefore(PREFIX + user, instant, until));
    this.#good = new BoundedCache(REMEMBERED);
  }
}
