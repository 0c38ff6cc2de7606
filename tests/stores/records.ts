import type { RefreshAttempt, StoredAPIKey, StoredSession } from "../../src/stores/index.ts";

const HOUR = 3_600_000;

export function newSession(id: string, given: Partial<StoredSession> = {}): StoredSession {
  const now = Date.now();
  return {
    id,
    user: null,
    data: {},
    createdAt: now,
    seenAt: now,
    expiresAt: now + HOUR,
    address: null,
    userAgent: null,
    ...given,
  };
}

export function newKey(id: string, given: Partial<StoredAPIKey> = {}): StoredAPIKey {
  return {
    id,
    digest: "digest",
    owner: "owner",
    name: "a key",
    scopes: [],
    createdAt: Date.now(),
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
    successorId: null,
    ...given,
  };
}

export function newFamily(id: string, expiresAt = Date.now() + HOUR) {
  return { id, subject: "subject", claims: "{}", createdAt: Date.now(), expiresAt };
}

export function newAttempt(successor: string): RefreshAttempt {
  const expiresAt = Date.now() + HOUR;
  return { at: Date.now(), sender: "sender", salt: "salt", successor: { digest: successor, expiresAt } };
}
