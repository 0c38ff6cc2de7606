import { checkOptions } from "../options.ts";
import { answered } from "../stores/answered.ts";
import type { SessionStore, StoredSession } from "../stores/contracts/index.ts";
import type { SessionAdministration, SessionInfo } from "./backend.ts";
import { isSessionText } from "./session-id.ts";
import { checkUser } from "./user.ts";

/** Looks after the sessions of a store. */
export function storedAdministration(store: SessionStore): SessionAdministration {
  return {
    list: async (user) => {
      checkUser(user);
      return (await answered(() => store.list(user))).map(infoOf);
    },
    revoke: async (id, options = {}) => {
      checkOptions("sessions.revoke()", options, ["user"]);
      // A user that is undefined by mistake is no leave to end anybody's.
      const isChecked = Object.hasOwn(options, "user");
      if (isChecked) checkUser(options.user);
      if (!isSessionText(id)) return false;
      if (isChecked && (await answered(() => store.read(id)))?.user !== options.user) return false;
      return answered(() => store.delete(id));
    },
    revokeAll: async (user, options = {}) => {
      checkUser(user);
      const { except } = checkOptions("sessions.revokeAll()", options, ["except"]);
      return answered(() => store.deleteAll(user, except));
    },
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
