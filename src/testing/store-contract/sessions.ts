import type { SessionPatch, SessionStore, StoredSession } from "../../stores/contracts/index.ts";
import { atOnce, endsAt, holds, newId, type Promises, paced, rejects, same, settled, until } from "./case.ts";
import { HOSTILE, LARGE_JSON, LOOKALIKES, otherCase, UNKEEPABLE } from "./hostile.ts";

/** A session that lives for a minute, unless something else is said. */
export function newSession(given: Partial<StoredSession> = {}): StoredSession {
  const now = Date.now();
  return {
    id: newId(),
    user: null,
    data: {},
    createdAt: now,
    seenAt: now,
    expiresAt: now + 60_000,
    address: null,
    userAgent: null,
    ...given,
  };
}

async function created(store: SessionStore, given: Partial<StoredSession> = {}): Promise<StoredSession> {
  const session = newSession(given);
  await store.create(session);
  return session;
}

export const sessionPromises: Promises<SessionStore> = {
  "a session is read as it was kept": async (store) => {
    const bare = await created(store);
    same(await store.read(bare.id), bare, "a session without anything");
    const full = await created(store, {
      user: "ada",
      data: { cart: "[1,2]", empty: "null", text: '""' },
      createdAt: Date.now() - 1_000_000_000,
      address: "2001:db8::1",
      userAgent: `Mozilla/5.0 (it's "quoted"; ü) ${"x".repeat(400)}`,
    });
    same(await store.read(full.id), full, "a session with everything");
  },

  "an id that never was is unknown to every method": async (store) => {
    const [id, nextId] = [newId(), newId()];
    same(await store.read(id), null, "read");
    same(await store.patch(id, { set: { a: "1" }, expiresAt: Date.now() + 60_000 }), false, "patch");
    same(await store.read(id), null, "read after a patch");
    same(await store.rotate(id, nextId, { expiresAt: Date.now() + 60_000 }), false, "rotate");
    same(await store.read(nextId), null, "read after a rotation");
    same(await store.delete(id), false, "delete");
    same(await store.list(newId()), [], "list");
    same(await store.deleteAll(newId()), 0, "deleteAll");
  },

  "an id that is taken is an error, and what is there stays": async (store) => {
    const first = await created(store, { user: newId(), data: { a: "1" } });
    await rejects(store.create(newSession({ id: first.id })), "create with a taken id did not reject");
    const other = await created(store);
    await rejects(store.rotate(other.id, first.id, {}), "rotate to a taken id did not reject");
    same(await store.read(first.id), first, "the session that was there");
  },

  "of many creations with one id one alone succeeds": async (store) => {
    const id = newId();
    const outcomes = await atOnce(10, (index) =>
      settled(store.create(newSession({ id, data: { by: `${index}` } }))),
    );
    const winners = outcomes.flatMap((outcome, index) => ("value" in outcome ? [`${index}`] : []));
    same(winners.length, 1, "creations that succeeded");
    same((await store.read(id))?.data, { by: winners[0] }, "what is kept");
  },

  "a patch changes what it names and nothing else": async (store) => {
    const session = await created(store, {
      user: "ada",
      data: { a: "1", b: "2", c: "3" },
      address: "192.0.2.1",
      userAgent: "one",
    });
    same(await store.patch(session.id, { set: { a: "10", d: "4" }, delete: ["b", "none"] }), true, "patch");
    const data = { a: "10", c: "3", d: "4" };
    same(await store.read(session.id), { ...session, data }, "after a patch of data");
    const fields = {
      user: "grace",
      seenAt: session.seenAt + 5,
      expiresAt: session.expiresAt + 5,
      address: "192.0.2.2",
      userAgent: "two",
    };
    same(await store.patch(session.id, fields), true, "patch of fields");
    same(await store.read(session.id), { ...session, data, ...fields }, "after a patch of fields");
    same(await store.patch(session.id, { user: null, address: null, userAgent: null }), true, "null");
    same(
      await store.read(session.id),
      { ...session, data, ...fields, user: null, address: null, userAgent: null },
      "after a patch with null",
    );
    same(await store.patch(session.id, {}), true, "an empty patch");
    same(await store.patch(newId(), {}), false, "an empty patch of nothing");
  },

  "`clear` takes all data away before `set` is laid over it": async (store) => {
    const session = await created(store, { user: "ada", data: { a: "1", b: "2" } });
    await store.patch(session.id, { clear: true, set: { b: "3" } });
    same(await store.read(session.id), { ...session, data: { b: "3" } }, "after clear and set");
    await store.patch(session.id, { clear: true });
    same(await store.read(session.id), { ...session, data: {} }, "after clear");
    await store.patch(session.id, { clear: false, delete: ["a"], set: { a: "1" } });
    same((await store.read(session.id))?.data, { a: "1" }, "a key that is deleted and set is set");
  },

  "a session ends at its `expiresAt`, to the millisecond": async (store) => {
    const user = newId();
    const { id, expiresAt } = await created(store, { user, expiresAt: Date.now() + 150 });
    await endsAt(expiresAt, async () => (await store.read(id)) !== null);
    same(await store.list(user), [], "list after the end");
    same(await store.deleteAll(user), 0, "deleteAll after the end");
    same(await store.delete(id), false, "delete after the end");
  },

  "a patch moves the end, both ways": async (store) => {
    await paced(async (pace, doneBefore) => {
      const user = newId();
      const longer = await created(store, { user, expiresAt: Date.now() + 150 * pace });
      const shorter = await created(store, { user });
      const [late, early] = [Date.now() + 400 * pace, Date.now() + 200 * pace];
      const lengthened = await store.patch(longer.id, { expiresAt: late });
      doneBefore(longer.expiresAt);
      same(lengthened, true, "patch to a later end");
      same(await store.patch(shorter.id, { expiresAt: early }), true, "patch to an earlier end");
      await endsAt(early, async () => (await store.read(shorter.id)) !== null);
      await endsAt(late, async () => (await store.list(user)).some(({ id }) => id === longer.id));
      same(await store.patch(longer.id, { expiresAt: Date.now() + 60_000 }), false, "patch after the end");
    });
    const past = await created(store);
    same(await store.patch(past.id, { expiresAt: Date.now() - 1 }), true, "patch to an end in the past");
    same(await store.read(past.id), null, "a session whose end was set to the past");
  },

  "what is over is never brought back": async (store) => {
    const session = await created(store, { user: newId(), expiresAt: Date.now() + 60 });
    await until(session.expiresAt);
    const nextId = newId();
    const patch: SessionPatch = { set: { a: "1" }, expiresAt: Date.now() + 60_000 };
    same(await store.patch(session.id, patch), false, "patch");
    same(await store.rotate(session.id, nextId, patch), false, "rotate");
    same(await store.read(session.id), null, "read");
    same(await store.read(nextId), null, "read of the next id");
  },

  "what was deleted is never brought back": async (store) => {
    const session = await created(store, { user: newId() });
    same(await store.delete(session.id), true, "delete");
    same(await store.delete(session.id), false, "delete once more");
    same(await store.patch(session.id, { set: { a: "1" } }), false, "patch");
    same(await store.rotate(session.id, newId(), {}), false, "rotate");
    same(await store.read(session.id), null, "read");
    same(await store.list(session.user ?? ""), [], "list");
  },

  "a rotation moves everything, and the old id is dead": async (store) => {
    const user = newId();
    const session = await created(store, { data: { a: "1", b: "2" }, address: "192.0.2.1" });
    const nextId = newId();
    const patch = { user, set: { c: "3" }, delete: ["b"], seenAt: session.seenAt + 1 };
    same(await store.rotate(session.id, nextId, patch), true, "rotate");
    const next = { ...session, id: nextId, user, data: { a: "1", c: "3" }, seenAt: patch.seenAt };
    same(await store.read(nextId), next, "the session by its next id");
    same(await store.read(session.id), null, "the session by its old id");
    same(await store.patch(session.id, { set: { a: "9" } }), false, "patch of the old id");
    same(await store.rotate(session.id, newId(), {}), false, "rotation of the old id");
    same(await store.delete(session.id), false, "deletion of the old id");
    same(await store.list(user), [next], "the user's sessions");
    const lastId = newId();
    const seen = { address: "192.0.2.2", userAgent: "two" };
    same(await store.rotate(nextId, lastId, { ...seen, clear: true, set: { d: "4" } }), true, "rotate again");
    same(await store.list(user), [{ ...next, ...seen, id: lastId, data: { d: "4" } }], "the list after it");
  },

  "a rotated session ends when it would have, or when the patch says": async (store) => {
    await paced(async (pace, doneBefore) => {
      const first = await created(store, { user: newId(), expiresAt: Date.now() + 150 * pace });
      const second = await created(store, { expiresAt: Date.now() + 60_000 });
      const [firstId, secondId] = [newId(), newId()];
      const rotated = await store.rotate(first.id, firstId, {});
      doneBefore(first.expiresAt);
      same(rotated, true, "rotation of the first");
      const early = Date.now() + 200;
      same(await store.rotate(second.id, secondId, { expiresAt: early }), true, "rotation of the second");
      await endsAt(first.expiresAt, async () => (await store.read(firstId)) !== null);
      await endsAt(early, async () => (await store.read(secondId)) !== null);
    });
  },

  "a list has one user's sessions, the one seen last first": async (store) => {
    const user = newId();
    const now = Date.now();
    const seen = [now - 20, now, now - 1_000_000, now - 10];
    const sessions = await Promise.all(seen.map((seenAt) => created(store, { user, seenAt })));
    await created(store, { user: newId() });
    await created(store);
    const inOrder = sessions.toSorted((a, b) => b.seenAt - a.seenAt);
    same(await store.list(user), inOrder, "the list");
    const last = inOrder[3];
    holds(last !== undefined, "four sessions");
    await store.patch(last.id, { seenAt: now + 10 });
    same((await store.list(user))[0]?.id, last.id, "the first once another was seen last");
  },

  "a session that changes hands leaves one list for the other": async (store) => {
    const [before, after] = [newId(), newId()];
    const session = await created(store, { user: before });
    await store.patch(session.id, { user: after });
    same(await store.list(before), [], "the list of the user before");
    same(await store.list(after), [{ ...session, user: after }], "the list of the user after");
    same(await store.deleteAll(before), 0, "deleteAll of the user before");
    await store.patch(session.id, { user: null });
    same(await store.list(after), [], "the list after sign-out");
    same(await store.deleteAll(after), 0, "deleteAll after sign-out");
    same(await store.read(session.id), { ...session, user: null }, "the session that is nobody's");
  },

  "`deleteAll` ends a user's sessions, but for one, and nobody else's": async (store) => {
    const user = newId();
    const mine = await atOnce(5, () => created(store, { user }));
    const [other, nobody] = [await created(store, { user: `${user}x` }), await created(store)];
    const kept = mine[2];
    holds(kept !== undefined, "five sessions");
    same(await store.deleteAll(user, kept.id), 4, "how many but for one");
    same(await store.list(user), [kept], "the one that is kept");
    same(await store.deleteAll(user, other.id), 1, "how many but for somebody else's");
    same(await store.deleteAll(user), 0, "how many of none");
    for (const { id } of mine) same(await store.read(id), null, "a session that was deleted");
    same(await store.read(other.id), other, "the session of another");
    same(await store.read(nobody.id), nobody, "the session of nobody");
  },

  "keys and values come back as they were, whatever is in them": async (store) => {
    const data = Object.fromEntries(HOSTILE.map((text) => [text, JSON.stringify(text)]));
    const session = await created(store, { data, userAgent: HOSTILE.join(""), address: HOSTILE.join("|") });
    same(await store.read(session.id), session, "as created");
    const other = Object.fromEntries(HOSTILE.map((text) => [text, JSON.stringify([text])]));
    await store.patch(session.id, { set: other });
    same((await store.read(session.id))?.data, other, "as patched");
    const nextId = newId();
    await store.rotate(session.id, nextId, { set: data });
    same((await store.read(nextId))?.data, data, "as rotated");
    await store.patch(nextId, { delete: HOSTILE });
    same((await store.read(nextId))?.data, {}, "once all keys are deleted");
  },

  "a value of 64 KiB comes back whole, and a thousand keys do": async (store) => {
    const session = await created(store, { data: { large: LARGE_JSON } });
    same((await store.read(session.id))?.data, { large: LARGE_JSON }, "a large value");
    const many = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, index) => [`key ${index}`, `${index}`]),
    );
    await store.patch(session.id, { set: many });
    same((await store.read(session.id))?.data, { large: LARGE_JSON, ...many }, "many keys");
    await store.patch(session.id, { delete: Object.keys(many) });
    same((await store.read(session.id))?.data, { large: LARGE_JSON }, "after their deletion");
  },

  "ids that differ in case, and users that look alike, are different ones": async (store) => {
    const session = await created(store, { data: { a: "1" } });
    same(await store.read(otherCase(session.id)), null, "read with the other case");
    same(await store.delete(otherCase(session.id)), false, "delete with the other case");
    const twin = await created(store, { id: otherCase(session.id), data: { a: "2" } });
    same([await store.read(session.id), await store.read(twin.id)], [session, twin], "both");
    const stem = newId();
    const users = [...new Set([...LOOKALIKES, ...HOSTILE])].map((end) => stem + end);
    const sessions = await Promise.all(users.map((user) => created(store, { user })));
    for (const held of sessions) same(await store.list(held.user ?? ""), [held], "list");
    for (const user of users) same(await store.deleteAll(user), 1, `deleteAll of ${JSON.stringify(user)}`);
  },

  "what cannot be kept is rejected, never changed": async (store) => {
    for (const text of UNKEEPABLE) {
      const session = newSession({ user: newId() + text, data: { [text]: "1" } });
      const outcome = await settled(store.create(session));
      if ("value" in outcome) same(await store.read(session.id), session, "a session that was accepted");
    }
  },
};
