import type { APIKeyStore, StoredAPIKey } from "../../stores/contracts/index.ts";
import { atOnce, holds, newId, type Promises, rejects, same, settled, until } from "./case.ts";
import { HOSTILE, LOOKALIKES, otherCase, UNKEEPABLE } from "./hostile.ts";

function newKey(given: Partial<StoredAPIKey> = {}): StoredAPIKey {
  return {
    id: newId(),
    digest: newId(),
    owner: newId(),
    name: "a key",
    scopes: ["read"],
    createdAt: Date.now(),
    expiresAt: null,
    revokedAt: null,
    lastUsedAt: null,
    successorId: null,
    ...given,
  };
}

async function created(store: APIKeyStore, given: Partial<StoredAPIKey> = {}): Promise<StoredAPIKey> {
  const key = newKey(given);
  await store.create(key);
  return key;
}

export const apiKeyPromises: Promises<APIKeyStore> = {
  "a key is found as it was kept": async (store) => {
    const bare = await created(store, { scopes: [] });
    same(await store.find(bare.id), bare, "a key without scopes and instants");
    const now = Date.now();
    const instants = { expiresAt: now + 5, revokedAt: now + 6, lastUsedAt: now + 7, successorId: newId() };
    const full = await created(store, { ...instants, scopes: ["write", "read", "admin"] });
    same(await store.find(full.id), full, "a key with everything");
    same(await store.list(full.owner), [full], "the list of its owner");
    same(await store.find(newId()), null, "an id that never was");
    same(await store.list(newId()), [], "an owner without keys");
  },

  "an id that is taken is an error, and what is there stays": async (store) => {
    const first = await created(store);
    await rejects(store.create(newKey({ id: first.id })), "create with a taken id did not reject");
    const other = await created(store);
    const successor = newKey({ id: first.id });
    await rejects(store.rotate(other.id, successor, Date.now()), "rotate to a taken id did not reject");
    same(await store.find(first.id), first, "the key that was there");
    const outcomes = await atOnce(10, () => settled(store.create(newKey({ id: other.id }))));
    same(outcomes.filter((outcome) => "value" in outcome).length, 0, "creations that succeeded");
    const id = newId();
    const racing = await atOnce(10, () => settled(store.create(newKey({ id }))));
    same(racing.filter((outcome) => "value" in outcome).length, 1, "of ten at once, those that succeeded");
  },

  "a rotation to a taken id changes nothing": async (store) => {
    const [taken, old] = [await created(store), await created(store)];
    await settled(store.rotate(old.id, newKey({ id: taken.id, owner: old.owner }), Date.now() + 5));
    same(await store.find(old.id), old, "the key that was to be rotated");
    same(await store.list(old.owner), [old], "the list of its owner");
    same(await store.list(taken.owner), [taken], "the list of the other owner");
  },

  "keys that are over or revoked stay": async (store) => {
    const key = await created(store, { expiresAt: Date.now() + 50 });
    await until(Date.now() + 100);
    same(await store.find(key.id), key, "a key that is over");
    const revokedAt = Date.now();
    same(await store.revoke(key.id, revokedAt), true, "revocation of a key that is over");
    same(await store.find(key.id), { ...key, revokedAt }, "a key that is over and revoked");
    same(await store.list(key.owner), [{ ...key, revokedAt }], "the list");
  },

  "lists have the newest first": async (store) => {
    const owner = newId();
    const now = Date.now();
    const ages = [50, 0, 1_000_000, 7];
    const keys = await Promise.all(ages.map((age) => created(store, { owner, createdAt: now - age })));
    const stranger = await created(store);
    const inOrder = keys.toSorted((a, b) => b.createdAt - a.createdAt);
    same(await store.list(owner), inOrder, "the list of an owner");
    const all = await store.list();
    const instants = all.map(({ createdAt }) => createdAt);
    same(
      instants,
      instants.toSorted((a, b) => b - a),
      "the order of all",
    );
    const ours = all.filter(({ id }) => id === stranger.id || keys.some((key) => key.id === id));
    same(ours.length, keys.length + 1, "how many of ours are among all");
  },

  "the first revocation counts": async (store) => {
    const key = await created(store);
    const at = Date.now();
    const outcomes = await atOnce(10, (index) => store.revoke(key.id, at + index));
    same(outcomes.filter(Boolean).length, 1, "revocations that were the first");
    const revokedAt = at + outcomes.indexOf(true);
    same(await store.revoke(key.id, at + 100), false, "revocation once more");
    same(await store.find(key.id), { ...key, revokedAt }, "the key");
    same(await store.revoke(newId(), at), false, "revocation of an unknown id");
  },

  "a rotation keeps the successor, names it, and ends the old key": async (store) => {
    const now = Date.now();
    const open = await created(store);
    const sooner = await created(store, { expiresAt: now + 30_000 });
    const later = await created(store, { expiresAt: now + 90_000 });
    for (const [key, end] of [
      [open, now + 60_000],
      [sooner, now + 30_000],
      [later, now + 60_000],
    ] as const) {
      const successor = newKey({
        owner: key.owner,
        createdAt: now + 1,
        scopes: ["a", "b"],
        expiresAt: now + 1e6,
      });
      same(await store.rotate(key.id, successor, now + 60_000), true, "rotate");
      const ended = { ...key, expiresAt: end, successorId: successor.id };
      same(await store.find(key.id), ended, "the old key");
      same(await store.find(successor.id), successor, "the successor");
      const list = await store.list(key.owner);
      same(
        list.toSorted((a, b) => b.createdAt - a.createdAt),
        list,
        "the order of the list",
      );
      same(new Set(list.map(({ id }) => id)).size, 2, "how many keys the owner has");
    }
  },

  "a key that is unknown, revoked, over or rotated is not rotated": async (store) => {
    const now = Date.now();
    const revoked = await created(store, { revokedAt: now });
    const over = await created(store, { expiresAt: now - 1 });
    const rotated = await created(store, { successorId: newId() });
    const soonOver = await created(store, { expiresAt: Date.now() + 60 });
    await until(soonOver.expiresAt ?? 0);
    for (const key of [revoked, over, rotated, soonOver, newKey()]) {
      const successor = newKey({ owner: key.owner });
      same(await store.rotate(key.id, successor, now + 60_000), false, "rotate");
      same(await store.find(successor.id), null, "the successor");
    }
    for (const key of [revoked, over, rotated, soonOver]) same(await store.find(key.id), key, "the old key");
  },

  "of twenty rotations at once one wins, and one successor is kept": async (store) => {
    const key = await created(store);
    const endsAt = Date.now() + 60_000;
    const successors = Array.from({ length: 20 }, () => newKey({ owner: key.owner }));
    const outcomes = await Promise.all(
      successors.map((successor, index) => store.rotate(key.id, successor, endsAt + index)),
    );
    same(outcomes.filter(Boolean).length, 1, "rotations that won");
    const winner = successors[outcomes.indexOf(true)];
    holds(winner !== undefined, "a winner");
    const expected = { ...key, expiresAt: endsAt + outcomes.indexOf(true), successorId: winner.id };
    same(await store.find(key.id), expected, "the old key");
    const kept = await Promise.all(successors.map(({ id }) => store.find(id)));
    same(kept.filter(Boolean), [winner], "successors that are kept");
    same((await store.list(key.owner)).length, 2, "the owner's keys");
  },

  "a use is noted, and an earlier one changes nothing": async (store) => {
    const [first, second] = [await created(store), await created(store, { lastUsedAt: 500 })];
    const unknown = newId();
    await store.touch(
      new Map([
        [first.id, 1_000],
        [second.id, 400],
        [unknown, 1_000],
      ]),
    );
    same(await store.find(first.id), { ...first, lastUsedAt: 1_000 }, "a first use");
    same(await store.find(second.id), second, "an earlier use");
    same(await store.find(unknown), null, "a key that never was");
    await atOnce(20, (index) => store.touch(new Map([[first.id, 2_000 + ((index * 7) % 20)]])));
    same(await store.find(first.id), { ...first, lastUsedAt: 2_019 }, "the last of many at once");
    await store.touch(new Map());
    same((await store.find(first.id))?.lastUsedAt, 2_019, "after no uses");
  },

  "hundreds of uses are noted at once": async (store) => {
    const owner = newId();
    const keys = await atOnce(300, () => created(store, { owner }));
    await store.touch(new Map(keys.map(({ id }, index) => [id, index + 1])));
    const used = new Map((await store.list(owner)).map(({ id, lastUsedAt }) => [id, lastUsedAt]));
    for (const [index, { id }] of keys.entries()) same(used.get(id), index + 1, "the use of a key");
  },

  "uses, a revocation and a rotation at once undo nothing of one another": async (store) => {
    for (let round = 0; round < 5; round++) {
      const [key, revokedAt, end] = [await created(store), Date.now(), Date.now() + 60_000];
      const successor = newKey({ owner: key.owner });
      const [rotated, revoked] = await Promise.all([
        store.rotate(key.id, successor, end),
        store.revoke(key.id, revokedAt),
        ...Array.from({ length: 5 }, (_, index) => store.touch(new Map([[key.id, index + 1]]))),
      ]);
      same(revoked, true, "the revocation");
      const rotation = rotated ? { expiresAt: end, successorId: successor.id } : {};
      same(await store.find(key.id), { ...key, ...rotation, revokedAt, lastUsedAt: 5 }, "the key");
      same((await store.find(successor.id)) !== null, rotated, "whether the successor is kept");
    }
  },

  "names and scopes come back as they were, whatever is in them": async (store) => {
    const owner = newId();
    const key = await created(store, { owner, name: HOSTILE.join(""), scopes: HOSTILE });
    same(await store.find(key.id), key, "the key");
    const successor = newKey({ owner, name: "", scopes: HOSTILE.toReversed() });
    await store.rotate(key.id, successor, Date.now());
    same(await store.find(successor.id), successor, "the successor");
  },

  "ids that differ in case, and owners that look alike, are different ones": async (store) => {
    const key = await created(store);
    same(await store.find(otherCase(key.id)), null, "find with the other case");
    same(await store.revoke(otherCase(key.id), 1), false, "revoke with the other case");
    const stem = newId();
    const owners = [...new Set([...LOOKALIKES, ...HOSTILE])].map((end) => stem + end);
    const keys = await Promise.all(owners.map((owner) => created(store, { owner })));
    for (const held of keys) same(await store.list(held.owner), [held], "list");
  },

  "what cannot be kept is rejected, never changed": async (store) => {
    for (const text of UNKEEPABLE) {
      const key = newKey({ owner: newId() + text, name: text, scopes: [text] });
      const outcome = await settled(store.create(key));
      if ("value" in outcome) same(await store.find(key.id), key, "a key that was accepted");
    }
  },
};
