import type { StoredAPIKey } from "../stores/contracts/index.ts";

/** Who presents a key. */
export interface KeyPrincipal<Scope extends string = string> {
  /** Tells it from a person where a guard lets in both. */
  readonly kind: "apiKey";
  /** The key's id: it stands in lists and logs, and is no secret. */
  readonly id: string;
  readonly owner: string;
  /** What its owner calls it. */
  readonly name: string;
  /** What it may do: what it was given, as far as its owner may still do that. */
  readonly scopes: readonly Scope[];
}

/** What may be shown of a key. Neither its text nor its digest is here. */
export interface KeyRecord<Scope extends string = string> {
  readonly id: string;
  readonly owner: string;
  readonly name: string;
  /** What it was given. What its owner lost since counts for nothing when it is verified. */
  readonly scopes: readonly Scope[];
  readonly createdAt: Date;
  /** null: it does not end by itself. */
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
  /** As far as has been written, which is once in `lastUseInterval`; null: never. */
  readonly lastUsedAt: Date | null;
  /** The id of the key that takes its place, once it has been rotated. */
  readonly successorId: string | null;
}

/** A new key. */
export interface IssuedKey<Scope extends string = string> {
  /** The key itself. It is here once: nobody can find it out later, the store has a digest of it. */
  readonly key: string;
  readonly record: KeyRecord<Scope>;
}

export function recordOf<Scope extends string>(key: StoredAPIKey): KeyRecord<Scope> {
  const { id, owner, name, successorId } = key;
  return {
    id,
    owner,
    name,
    scopes: [...key.scopes] as Scope[],
    createdAt: new Date(key.createdAt),
    expiresAt: dateOf(key.expiresAt),
    revokedAt: dateOf(key.revokedAt),
    lastUsedAt: dateOf(key.lastUsedAt),
    successorId,
  };
}

/** Whether a key lets nobody in any more. The millisecond at which it expires is over. */
export function isOver(key: StoredAPIKey): boolean {
  return key.revokedAt !== null || (key.expiresAt !== null && key.expiresAt <= Date.now());
}

function dateOf(instant: number | null): Date | null {
  return instant === null ? null : new Date(instant);
}
