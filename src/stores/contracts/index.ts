export type { APIKeyStore, StoredAPIKey } from "./api-keys.ts";
export type {
  RefreshAttempt,
  RefreshClaim,
  RefreshFamily,
  RefreshTokenStore,
  StoredRefreshToken,
} from "./refresh-tokens.ts";
export type { RevocationQuery, RevocationStore } from "./revocations.ts";
export type { SessionPatch, SessionStore, StoredSession } from "./sessions.ts";
export type { Store } from "./store.ts";
export type { ThrottleState, ThrottleStore } from "./throttles.ts";
