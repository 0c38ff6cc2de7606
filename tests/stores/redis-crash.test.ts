import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { Store } from "../../src/stores/index.ts";
import { redis } from "../../src/stores/redis/index.ts";
import { newSession } from "../../src/testing/store-contract/sessions.ts";
import { dyingAfter, newKey, openRedis } from "./redis.fixture.ts";
import { service } from "./services.ts";

const server = await service("redis");

/** More than any method needs. */
const MOST_COMMANDS = 20;

server.describe("a process that dies half-way", () => {
  let open: Awaited<ReturnType<typeof openRedis>>;
  let store: Store;

  beforeAll(async () => {
    open = await openRedis(server);
    ({ store } = open);
  });
  afterAll(() => open.close());

  /** Does something once for each number of commands that it may get to, until it gets to its end. */
  async function dying(
    act: (store: Store, died: (work: Promise<unknown>) => Promise<boolean>) => Promise<void>,
  ): Promise<number> {
    for (let commands = 0; commands < MOST_COMMANDS; commands++) {
      let hasDied = false;
      const died = async (work: Promise<unknown>) => {
        await work.catch((error: Error) => {
          expect(error.message).toBe("The process has died");
          hasDied = true;
        });
        return hasDied;
      };
      await act(redis(dyingAfter(open.client, commands), { prefix: open.prefix }), died);
      if (!hasDied) return commands;
    }
    throw new Error("It never got to its end");
  }

  it.each([
    ["within one user", "ada", undefined],
    ["at sign-in", null, "ada"],
    ["from one user to another", "grace", "ada"],
    ["at sign-out", "ada", null],
  ])(
    "in a rotation %s leaves no two sessions, and none that escapes `deleteAll`",
    async (_when, before, after) => {
      const tag = randomUUID();
      const named = (user: string | null) => user && user + tag;
      const commands = await dying(async (mortal, died) => {
        const session = newSession({ user: named(before) });
        const nextId = randomUUID();
        await store.sessions.create(session);
        const patch = after === undefined ? {} : { user: named(after) };
        const hasDied = await died(mortal.sessions.rotate(session.id, nextId, patch));
        const [old, next] = [await store.sessions.read(session.id), await store.sessions.read(nextId)];
        expect(old === null || next === null).toBe(true);
        // The next id is handed out once the rotation has resolved.
        const known = hasDied ? session.id : nextId;
        const { user = null } = (await store.sessions.read(known)) ?? {};
        if (user !== null) {
          expect((await store.sessions.list(user)).map(({ id }) => id)).toContain(known);
          await store.sessions.deleteAll(user);
          expect(await store.sessions.read(known)).toBeNull();
        }
      });
      expect(commands).toBeGreaterThanOrEqual(2);
    },
  );

  it.each([
    ["gives it to a user", null, { user: "ada" }],
    ["gives it to another user", "grace", { user: "ada" }],
    ["gives it more time", "ada", { expiresAt: Date.now() + 900_000 }],
    ["does both", "grace", { user: "ada", expiresAt: Date.now() + 900_000 }],
  ])("in a patch that %s leaves no session that escapes `deleteAll`", async (_what, before, patch) => {
    await dying(async (mortal, died) => {
      const session = newSession({ user: before });
      await store.sessions.create(session);
      await died(mortal.sessions.patch(session.id, { ...patch, set: { a: "1" } }));
      const held = await store.sessions.read(session.id);
      const isWhole = held?.data["a"] === "1";
      expect(held).toMatchObject(isWhole ? patch : { user: before, expiresAt: session.expiresAt, data: {} });
      if (held?.user) {
        await store.sessions.deleteAll(held.user);
        expect(await store.sessions.read(session.id)).toBeNull();
      }
    });
  });

  it("in `deleteAll` leaves sessions that are still listed, and that the next `deleteAll` ends", async () => {
    const user = randomUUID();
    const commands = await dying(async (mortal, died) => {
      const sessions = Array.from({ length: 3 }, () => newSession({ user }));
      for (const session of sessions) await store.sessions.create(session);
      await died(mortal.sessions.deleteAll(user));
      const left = await Promise.all(sessions.map(({ id }) => store.sessions.read(id)));
      expect((await store.sessions.list(user)).length).toBe(left.filter(Boolean).length);
      expect(await store.sessions.deleteAll(user)).toBe(left.filter(Boolean).length);
      for (const { id } of sessions) expect(await store.sessions.read(id)).toBeNull();
      expect(await open.client.exists(`${open.prefix}:sessions:${user}`)).toBe(0);
    });
    expect(commands).toBe(5);
  });

  it("in `deleteAll` leaves none that may be given more time or moved", async () => {
    const user = randomUUID();
    const session = newSession({ user });
    await store.sessions.create(session);
    const mortal = redis(dyingAfter(open.client, 1), { prefix: open.prefix });
    await mortal.sessions.deleteAll(user).catch(() => undefined);
    const nextId = randomUUID();
    expect(await store.sessions.rotate(session.id, nextId, {})).toBe(false);
    expect(await store.sessions.read(nextId)).toBeNull();
    expect(await store.sessions.read(session.id)).toBeNull();
  });

  it("in a rotation of an API key leaves the old one as it was, or at its end, and no key that is not listed", async () => {
    const owner = randomUUID();
    const endsAt = Date.now() + 60_000;
    const commands = await dying(async (mortal, died) => {
      const [key, successor] = [newKey(owner), newKey(owner)];
      await store.apiKeys.create(key);
      const hasDied = await died(mortal.apiKeys.rotate(key.id, successor, endsAt));
      const rotated = { ...key, expiresAt: endsAt, successorId: successor.id };
      const old = await store.apiKeys.find(key.id);
      expect([key, rotated]).toContainEqual(old);
      const next = await store.apiKeys.find(successor.id);
      if (next !== null || !hasDied) {
        expect([old, next]).toEqual([rotated, successor]);
        expect(await store.apiKeys.list(owner)).toContainEqual(successor);
      } else {
        const left = await open.client.pTTL(`${open.prefix}:key:${successor.id}`);
        expect(left === -2 || (left > 0 && left <= 60_000)).toBe(true);
      }
    });
    expect(commands).toBe(5);
  });

  it("in making an API key leaves none that is not listed", async () => {
    const owner = randomUUID();
    await dying(async (mortal, died) => {
      const key = newKey(owner);
      await died(mortal.apiKeys.create(key));
      const found = (await store.apiKeys.find(key.id)) ? [key] : [];
      expect((await store.apiKeys.list(owner)).filter(({ id }) => id === key.id)).toEqual(found);
    });
  });

  it("in revoking a subject leaves families that are still listed, and that the next call revokes", async () => {
    const subject = randomUUID();
    const expiresAt = Date.now() + 60_000;
    await dying(async (mortal, died) => {
      const families = Array.from({ length: 3 }, () => {
        return { id: randomUUID(), subject, claims: "{}", createdAt: 1, expiresAt };
      });
      for (const family of families) await store.refreshTokens.start(family, { digest: "a", expiresAt });
      await died(mortal.refreshTokens.revokeSubject(subject));
      const left = await store.refreshTokens.list(subject);
      expect(await store.refreshTokens.revokeSubject(subject)).toBe(left.length);
      const successor = { digest: "b", expiresAt };
      for (const { id } of families) {
        const claim = await store.refreshTokens.claim(id, "a", { at: 1, sender: "", salt: "", successor });
        expect(claim.outcome).toBe("revoked");
      }
    });
  });
});
