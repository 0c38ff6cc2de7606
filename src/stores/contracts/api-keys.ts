/** One API key, as it is kept. */
export interface StoredAPIKey {
  /** The public part of the key, by which it is found. */
  readonly id: string;
  /** The SHA-256 of the whole key, base64url. */
  readonly digest: string;
  readonly owner: string;
  /** What its owner calls it. */
  readonly name: string;
  readonly scopes: readonly string[];
  readonly createdAt: number;
  /** null: it does not end by itself. */
  readonly expiresAt: number | null;
  readonly revokedAt: number | null;
  /** When it was last used, as far as has been written; null: never. */
  readonly lastUsedAt: number | null;
  /** The id of the key that takes its place, once it has been rotated. */
  readonly successorId: string | null;
}

/**
 * Keeps API keys. Those that are over or revoked stay, so that their owner sees them and an audit finds them; whoever
 * verifies looks at the instants.
 */
export interface APIKeyStore {
  /** Keeps a new key. Ids are random: one that is there already is an error. */
  create(key: StoredAPIKey): Promise<void>;
  find(id: string): Promise<StoredAPIKey | null>;
  /** The keys of an owner, or all, the newest first. */
  list(owner?: string): Promise<readonly StoredAPIKey[]>;
  /** @returns false where there is no such key, or it was revoked before: the first instant stays */
  revoke(id: string, revokedAt: number): Promise<boolean>;
  /**
   * Keeps the successor of a key, names it there, and lets the old key end at `endsAt` or at its own end, whichever is
   * first, in one step. A successor's id that is there already is an error, and nothing changes.
   * @returns false, and nothing is kept, where the old key is unknown, revoked, over or rotated before; of several at once
   * one alone gets true
   */
  rotate(id: string, successor: StoredAPIKey, endsAt: number): Promise<boolean>;
  /** Notes when keys were last used, many at a time. An instant before the one that is kept changes nothing. */
  touch(uses: ReadonlyMap<string, number>): Promise<void>;
}
