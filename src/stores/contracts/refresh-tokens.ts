/** What one sign-in's refresh tokens have in common: each is the successor of the one before. */
export interface RefreshFamily {
  /** Random. It stands in each of the tokens, and opens nothing. */
  readonly id: string;
  readonly subject: string;
  /** What access tokens are made of, as JSON text. */
  readonly claims: string;
  readonly createdAt: number;
  /** The end of the family, however often it is refreshed. */
  readonly expiresAt: number;
}

/** One refresh token, as it is kept. */
export interface StoredRefreshToken {
  /** The SHA-256 of the token, base64url. */
  readonly digest: string;
  readonly expiresAt: number;
}

/** What whoever presents a token wants to happen. */
export interface RefreshAttempt {
  readonly at: number;
  /** A digest of who presents it, to tell the same sender from another. */
  readonly sender: string;
  /** Random, and of no use without the token: the successor is derived from both, so that it can be handed out again. */
  readonly salt: string;
  readonly successor: StoredRefreshToken;
}

/** What became of an attempt. */
export type RefreshClaim =
  /** It was the first with this token: the successor is kept. */
  | { readonly outcome: "claimed"; readonly family: RefreshFamily }
  /** Somebody was before, as told. Nothing has changed. */
  | {
      readonly outcome: "repeated";
      readonly family: RefreshFamily;
      readonly at: number;
      readonly sender: string;
      readonly salt: string;
    }
  /** The family was revoked. */
  | { readonly outcome: "revoked"; readonly family: RefreshFamily }
  /** There is no such token, or it is over, or its family is. */
  | { readonly outcome: "unknown" };

/** Keeps refresh tokens in families. A token that was claimed stays as long as its family, so that its reuse is noticed. */
export interface RefreshTokenStore {
  /** Keeps a new family with its first token. Ids are random: one that is there already is an error. */
  start(family: RefreshFamily, token: StoredRefreshToken): Promise<void>;
  /** Claims a token for one successor. Of a hundred at once one alone is `claimed`, and all others see it `repeated`. */
  claim(familyId: string, digest: string, attempt: RefreshAttempt): Promise<RefreshClaim>;
  /** @returns false where there is no such family, or it was revoked before */
  revokeFamily(familyId: string): Promise<boolean>;
  /**
   * Revokes every family of a subject.
   * @returns how many had not been before
   */
  revokeSubject(subject: string): Promise<number>;
  /** The families of a subject that are neither revoked nor over, the newest first. */
  list(subject: string): Promise<readonly RefreshFamily[]>;
}
