/** One session, as it is kept. */
export interface StoredSession {
  /** The SHA-256 of what the cookie carries, base64url: it names the session and opens nothing. */
  readonly id: string;
  /** Whose it is; null before sign-in. */
  readonly user: string | null;
  /** Each key with its value as JSON text, so that a patch replaces whole values and never looks into them. */
  readonly data: Readonly<Record<string, string>>;
  /** When it began: the absolute lifetime counts from here, through every rotation. */
  readonly createdAt: number;
  /** When its client was last noticed. */
  readonly seenAt: number;
  /** When it ends unless somebody comes: the end of the idle or of the absolute lifetime, whichever is first. */
  readonly expiresAt: number;
  /** The client's address when it was last noticed, or null. */
  readonly address: string | null;
  /** The client's `User-Agent` when it was last noticed, or null. */
  readonly userAgent: string | null;
}

/** What a request changes in a session. What is not named stays as it is by then. */
export interface SessionPatch {
  /** Whether all data goes before `set` is laid over it. */
  readonly clear?: boolean;
  readonly set?: Readonly<Record<string, string>>;
  readonly delete?: readonly string[];
  readonly user?: string | null;
  readonly seenAt?: number;
  readonly expiresAt?: number;
  readonly address?: string | null;
  readonly userAgent?: string | null;
}

/** Keeps sessions. An id that was deleted, rotated away or that is over is as unknown as one that never was. */
export interface SessionStore {
  /** Keeps a new session. Ids are random: one that is there already is an error. */
  create(session: StoredSession): Promise<void>;
  read(id: string): Promise<StoredSession | null>;
  /**
   * Lays a patch over what is there by then: of two parallel ones that touch different keys both last.
   * @returns false where there is no such session; it is not made then
   */
  patch(id: string, patch: SessionPatch): Promise<boolean>;
  /**
   * Moves a session to another id and lays a patch over it, in one step: the old id is dead at once. The next id is
   * random: one that is there already is an error.
   * @returns false where the old id is unknown; of several at once one alone gets true
   */
  rotate(id: string, nextId: string, patch: SessionPatch): Promise<boolean>;
  /** @returns whether it was there */
  delete(id: string): Promise<boolean>;
  /** The sessions of a user, the one seen last first. */
  list(user: string): Promise<readonly StoredSession[]>;
  /**
   * Deletes every session of a user, but for one id. One that is rotated or patched meanwhile is deleted too.
   * @returns how many
   */
  deleteAll(user: string, except?: string): Promise<number>;
}
