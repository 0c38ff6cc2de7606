import type { SessionStore } from "../../stores/contracts/index.ts";
import { atOnce, newId, type Promises, same } from "./case.ts";
import { newSession } from "./sessions.ts";

const ROUNDS = 10;

async function created(store: SessionStore, user: string | null = null): Promise<string> {
  const session = newSession({ user, data: { kept: "1" } });
  await store.create(session);
  return session.id;
}

/** What sessions promise to those who come at the same time. */
export const sessionRacePromises: Promises<SessionStore> = {
  "parallel patches of different keys all last": async (store) => {
    const id = await created(store, newId());
    const keys = Array.from({ length: 50 }, (_, index) => `key${index}`);
    const done = await Promise.all(keys.map((key) => store.patch(id, { set: { [key]: `"${key}"` } })));
    same(done.includes(false), false, "whether a patch answered false");
    const expected = Object.fromEntries(keys.map((key) => [key, `"${key}"`]));
    same((await store.read(id))?.data, { kept: "1", ...expected }, "the data");
    await Promise.all([
      ...keys.slice(0, 25).map((key) => store.patch(id, { delete: [key] })),
      ...keys.slice(25).map((key) => store.patch(id, { set: { [key]: "2" } })),
      store.patch(id, { seenAt: 5 }),
      store.patch(id, { userAgent: "two" }),
    ]);
    const after = await store.read(id);
    const rest = Object.fromEntries(keys.slice(25).map((key) => [key, "2"]));
    same(after?.data, { kept: "1", ...rest }, "the data after deletions and changes");
    same([after?.seenAt, after?.userAgent], [5, "two"], "the fields");
  },

  "no patch undoes what another says of the user": async (store) => {
    for (let round = 0; round < ROUNDS; round++) {
      const [user, next] = [newId(), round % 2 === 0 ? null : newId()];
      const id = await created(store, user);
      await Promise.all([
        ...Array.from({ length: 3 }, (_, index) => store.patch(id, { seenAt: index })),
        store.patch(id, { user: next, address: "192.0.2.1" }),
        ...Array.from({ length: 3 }, (_, index) => store.patch(id, { seenAt: index, set: { a: "1" } })),
      ]);
      const after = await store.read(id);
      same([after?.user, after?.address], [next, "192.0.2.1"], "the user and the address");
      same(await store.list(user), [], "the list of the user before");
    }
  },

  "a patch is seen whole or not at all": async (store) => {
    const id = await created(store);
    await store.patch(id, { set: { a: "0", b: "0" } });
    let writing = true;
    const write = async () => {
      for (let round = 1; round <= 40; round++) {
        await store.patch(id, { clear: true, set: { a: `${round}`, b: `${round}` } });
      }
      writing = false;
    };
    const watch = async () => {
      while (writing) {
        const data = (await store.read(id))?.data;
        same(data?.["a"], data?.["b"], "two values of one patch");
        same(data !== undefined && "a" in data, true, "whether the data is there");
        await new Promise((resolve) => setTimeout(resolve));
      }
    };
    await Promise.all([write(), watch(), watch()]);
  },

  "of twenty rotations at once one wins, and one session is left": async (store) => {
    for (const user of [newId(), null]) {
      const id = await created(store, user);
      const nextIds = Array.from({ length: 20 }, newId);
      const outcomes = await Promise.all(
        nextIds.map((nextId) => store.rotate(id, nextId, { set: { by: `"${nextId}"` } })),
      );
      same(outcomes.filter(Boolean).length, 1, "rotations that won");
      const winner = nextIds[outcomes.indexOf(true)] ?? "";
      same((await store.read(winner))?.data, { kept: "1", by: `"${winner}"` }, "the session of the winner");
      const others = await Promise.all(
        nextIds.filter((nextId) => nextId !== winner).map((nextId) => store.read(nextId)),
      );
      same(others.filter(Boolean), [], "sessions of the others");
      if (user !== null)
        same(
          (await store.list(user)).map((session) => session.id),
          [winner],
          "the list",
        );
    }
  },

  "a patch beside a rotation is moved along, or answers false": async (store) => {
    for (let round = 0; round < ROUNDS; round++) {
      const [id, nextId] = [await created(store, newId()), newId()];
      const [rotated, ...patched] = await Promise.all([
        store.rotate(id, nextId, { set: { rotated: "1" } }),
        ...Array.from({ length: 5 }, (_, index) => store.patch(id, { set: { [`key${index}`]: "1" } })),
      ]);
      same(rotated, true, "the rotation");
      const moved = patched.flatMap((done, index) => (done ? [[`key${index}`, "1"]] : []));
      const expected = { kept: "1", rotated: "1", ...Object.fromEntries(moved) };
      same((await store.read(nextId))?.data, expected, "the data of the patches that answered true");
      same(await store.read(id), null, "the old id");
    }
  },

  "a deletion beside a patch wins": async (store) => {
    for (let round = 0; round < ROUNDS; round++) {
      const user = newId();
      const id = await created(store, user);
      const patch = { set: { a: "1" }, seenAt: 9, expiresAt: Date.now() + 120_000 };
      const [, deleted] = await Promise.all([
        store.patch(id, patch),
        store.delete(id),
        store.patch(id, patch),
      ]);
      same(deleted, true, "the deletion");
      same(await store.read(id), null, "the session");
      same(await store.list(user), [], "the list");
    }
  },

  "of a deletion and a rotation one wins": async (store) => {
    for (let round = 0; round < ROUNDS; round++) {
      const user = newId();
      const [id, nextId] = [await created(store, user), newId()];
      const [deleted, rotated] =
        round % 2 === 0
          ? await Promise.all([store.delete(id), store.rotate(id, nextId, {})])
          : (await Promise.all([store.rotate(id, nextId, {}), store.delete(id)])).toReversed();
      same(deleted !== rotated, true, "whether one of them won");
      same((await store.read(nextId)) !== null, rotated, "whether the next id is there");
      same(await store.read(id), null, "the old id");
      same((await store.list(user)).length, rotated ? 1 : 0, "how many are in the list");
    }
  },

  "no rotation gets a session past `deleteAll`": async (store) => {
    for (let round = 0; round < ROUNDS; round++) {
      const user = newId();
      const ids = await atOnce(4, () => created(store, user));
      const nextIds = ids.map(() => newId());
      const outcomes = await Promise.all([
        ...ids.map((id, index) => store.rotate(id, nextIds[index] ?? "", { seenAt: round })),
        store.deleteAll(user),
      ]);
      // A rotation that began after the deletion finds nothing; one before it is deleted with the rest.
      same(typeof outcomes.at(-1), "number", "what deleteAll answers");
      for (const id of [...ids, ...nextIds]) same(await store.read(id), null, "a session after deleteAll");
      same(await store.list(user), [], "the list");
    }
  },

  "no patch brings a session back past `deleteAll`": async (store) => {
    for (let round = 0; round < ROUNDS; round++) {
      const user = newId();
      const ids = await atOnce(4, () => created(store, user));
      const patch = { seenAt: round, expiresAt: Date.now() + 120_000, set: { a: "1" } };
      await Promise.all([
        ...ids.map((id) => store.patch(id, patch)),
        store.deleteAll(user),
        ...ids.map((id) => store.patch(id, patch)),
      ]);
      for (const id of ids) same(await store.read(id), null, "a session after deleteAll");
    }
  },
};
