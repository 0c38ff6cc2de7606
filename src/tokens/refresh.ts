import { Buffer } from "node:buffer";
import { randomBytes, timingSafeEqual } from "node:crypto";
import { answered } from "../stores/answered.ts";
import type {
  RefreshAttempt,
  RefreshClaim,
  RefreshFamily,
  RefreshTokenStore,
} from "../stores/contracts/index.ts";
import type { RefreshLifetimes } from "./options.ts";
import {
  digestOf,
  newRefreshToken,
  parseRefreshToken,
  type RefreshToken,
  senderDigest,
  successorOf,
  textOf,
} from "./refresh-token.ts";

/** A refresh token that was presented again. */
export interface ReuseEvent {
  readonly subject: string;
  /** The family's id, which opens nothing. */
  readonly family: string;
  /** When the sign-in was that the family came of, in milliseconds since 1970. */
  readonly signedInAt: number;
  /** When the token was used first, in milliseconds since 1970. */
  readonly usedAt: number;
  /** Whether it came from whoever used it first: late, and perhaps no thief. */
  readonly isSameSender: boolean;
}

/** Who presents a token. */
export interface SenderOptions {
  /**
   * Tells one client from another: `${req.ip} ${req.headers.get("user-agent")}`, an id of the device, the thumbprint of
   * its certificate. Default, and where it is empty: nobody's, so that a token works once and has no grace.
   */
  sender?: string | undefined;
}

/** What came of a refresh token: who it is for, and the token that follows. */
export interface Refreshed {
  readonly family: RefreshFamily;
  readonly refreshToken: string;
}

/** Refresh tokens in rotating families (RFC 9700, 4.14.2): each works once, and its reuse ends its family. */
export class RefreshTokens {
  readonly #store: RefreshTokenStore;
  readonly #lifetimes: RefreshLifetimes;
  readonly #onReuse: ((event: ReuseEvent) => void | Promise<void>) | undefined;

  constructor(
    store: RefreshTokenStore,
    lifetimes: RefreshLifetimes,
    onReuse: ((event: ReuseEvent) => void | Promise<void>) | undefined,
  ) {
    this.#store = store;
    this.#lifetimes = lifetimes;
    this.#onReuse = onReuse;
  }

  /** Begins a family, and gives its first token. */
  async start(subject: string, claims: string): Promise<string> {
    const token = newRefreshToken();
    const now = Date.now();
    const { idleTimeout, absoluteTimeout } = this.#lifetimes;
    const family: RefreshFamily = {
      id: token.family,
      subject,
      claims,
      createdAt: now,
      expiresAt: now + absoluteTimeout * 1000,
    };
    const first = { digest: digestOf(token), expiresAt: now + idleTimeout * 1000 };
    await answered(() => this.#store.start(family, first));
    return textOf(token);
  }

  /**
   * Takes a token for its successor. null where it is refused; of a reuse the handler is told first.
   *
   * @param at when the request came, in milliseconds since 1970
   */
  async take(text: unknown, sender: string | undefined, at: number): Promise<Refreshed | null> {
    const token = parseRefreshToken(text);
    if (token === undefined) return null;
    const attempt = this.#attempt(token, sender, at);
    const claim = await this.#claim(token, attempt);
    if (claim.outcome === "claimed") return successor(token, attempt.salt, claim.family);
    if (claim.outcome !== "repeated") return null;
    const isSameSender = isEqual(claim.sender, attempt.sender);
    const grace = this.#lifetimes.grace * 1000;
    if (isSameSender && grace > 0 && at - claim.at <= grace) {
      return successor(token, claim.salt, claim.family);
    }
    await this.revokeFamily(token.family);
    await this.#onReuse?.({
      subject: claim.family.subject,
      family: claim.family.id,
      signedInAt: claim.family.createdAt,
      usedAt: claim.at,
      isSameSender,
    });
    return null;
  }

  /**
   * Ends the family of a token, old or new. The id of a family alone ends nothing.
   *
   * @returns false where there was nothing to end
   */
  async end(text: unknown): Promise<boolean> {
    const token = parseRefreshToken(text);
    if (token === undefined) return false;
    const { outcome } = await this.#claim(token, this.#attempt(token, undefined, Date.now()));
    if (outcome !== "claimed" && outcome !== "repeated") return false;
    return this.revokeFamily(token.family);
  }

  revokeFamily(id: string): Promise<boolean> {
    return answered(() => this.#store.revokeFamily(id));
  }

  revokeSubject(subject: string): Promise<number> {
    return answered(() => this.#store.revokeSubject(subject));
  }

  #claim(token: RefreshToken, attempt: RefreshAttempt): Promise<RefreshClaim> {
    return answered(() => this.#store.claim(token.family, digestOf(token), attempt));
  }

  #attempt(token: RefreshToken, sender: string | undefined, at: number): RefreshAttempt {
    const salt = randomBytes(16).toString("base64url");
    const successorDigest = digestOf(successorOf(token, salt));
    return {
      at,
      // Nobody in particular is never the same as somebody.
      sender: senderDigest(token, sender || randomBytes(16).toString("base64url")),
      salt,
      successor: { digest: successorDigest, expiresAt: Date.now() + this.#lifetimes.idleTimeout * 1000 },
    };
  }
}

function successor(token: RefreshToken, salt: string, family: RefreshFamily): Refreshed {
  return { family, refreshToken: textOf(successorOf(token, salt)) };
}

function isEqual(one: string, other: string): boolean {
  const [a, b] = [Buffer.from(one), Buffer.from(other)];
  return a.length === b.length && timingSafeEqual(a, b);
}
