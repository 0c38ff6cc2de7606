import type { Store } from "../../stores/contracts/index.ts";
import { atOnce, holds, newId, type Promises, same, until } from "./case.ts";
import { newSession } from "./sessions.ts";

/** What a store as a whole promises. */
export const upkeepPromises: Promises<Store> = {
  "migrations at once, and once more, harm nothing": async (store) => {
    const session = newSession({ user: newId() });
    await atOnce(4, () => store.migrate());
    await store.sessions.create(session);
    await store.migrate();
    same(await store.sessions.read(session.id), session, "a session that was there before");
  },

  "a sweep takes nothing that lives": async (store) => {
    const [over, living] = [newSession({ expiresAt: Date.now() + 50 }), newSession()];
    const [key, id, subject] = [newId(), newId(), newId()];
    const state = { failures: 1, blockedUntil: 0, expiresAt: Date.now() + 60_000 };
    const family = { id: newId(), subject, claims: "{}", createdAt: 1, expiresAt: Date.now() + 60_000 };
    await Promise.all([
      store.sessions.create(over),
      store.sessions.create(living),
      store.throttles.replace(key, null, state),
      store.revocations.revoke(id, Date.now() + 60_000),
      store.refreshTokens.start(family, { digest: newId(), expiresAt: Date.now() + 50 }),
    ]);
    await until(Date.now() + 60);
    const swept = await store.sweep();
    holds(Number.isSafeInteger(swept) && swept >= 0, "sweep() did not answer how many records went");
    same(await store.sessions.read(living.id), living, "a session");
    same(await store.throttles.read(key), state, "a throttle");
    same(await store.revocations.isRevoked({ id, issuedAt: 1 }), true, "a revocation");
    same(await store.refreshTokens.list(subject), [family], "a family");
  },
};
