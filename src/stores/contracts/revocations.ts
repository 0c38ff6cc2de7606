/** What is asked of the revocations about one credential. */
export interface RevocationQuery {
  /** The credential's own id (`jti`, RFC 7519, 4.1.7), where it has one. */
  readonly id?: string | undefined;
  readonly subject?: string | undefined;
  readonly issuedAt: number;
}

/** Keeps what was revoked before its time. */
export interface RevocationStore {
  /**
   * Revokes one credential. It is remembered until `expiresAt`, when the credential is over by itself; of two instants the
   * later one counts.
   */
  revoke(id: string, expiresAt: number): Promise<void>;
  /**
   * Revokes all that was issued to a subject at `instant` or before. It is remembered until `expiresAt`. Of two calls the
   * later instant counts, and the later `expiresAt`, whichever came first.
   */
  revokeBefore(subject: string, instant: number, expiresAt: number): Promise<void>;
  /** Whether a credential is revoked, by its id or by its subject. One round trip. */
  isRevoked(query: RevocationQuery): Promise<boolean>;
}
