import { answered } from "../stores/answered.ts";
import type { SessionStore, StoredSession } from "../stores/contracts/index.ts";
import type { SessionAdministration, SessionInfo } from "./backend.ts";

/** Looks after the sessions of a store. */
export function storedAdministration(store: SessionStore): SessionAdministration {
  return {
    list: async (user) => (await answered(() => store.list(user))).map(infoOf),
    revoke: async (id, { user } = {}) => {
      if (user !== undefined && (await answered(() => store.read(id)))?.user !== user) return false;
      return answered(() => store.delete(id));
    },
    revokeAll: (user, { except } = {}) => answered(() => store.deleteAll(user, except)),
  };
}

function infoOf({ id, user, createdAt, seenAt, expiresAt, address, userAgent }: StoredSession): SessionInfo {
  return {
    id,
    user: user ?? "",
    createdAt: new Date(createdAt),
    seenAt: new Date(seenAt),
    expiresAt: new Date(expiresAt),
    address,
    userAgent,
  };
}
