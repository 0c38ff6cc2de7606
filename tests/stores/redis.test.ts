import { randomUUID } from "node:crypto";
import { RESP_TYPES } from "redis";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redis } from "../../src/stores/redis/index.ts";
import { storeContract } from "../../src/testing/index.ts";
import { newSession } from "../../src/testing/store-contract/sessions.ts";
import { newKey, openRedis } from "./redis.fixture.ts";
import { service } from "./services.ts";

const server = await service("redis");

server.describe("redis()", () => {
  let open: Awaited<ReturnType<typeof openRedis>>;

  beforeAll(async () => {
    open = await openRedis(server);
  });
  afterAll(() => open.close());

  describe("keeps the contract", () => {
    for (const { name, run } of storeContract(() => open.store)) it.concurrent(name, run);
  });

  it("leaves nothing without an end but API keys and who has them", async () => {
    const { store, client, keys, prefix } = open;
    const user = randomUUID();
    const expiresAt = Date.now() + 60_000;
    const session = newSession({ user, expiresAt });
    await store.sessions.create(session);
    await store.sessions.create(newSession());
    await store.sessions.rotate(session.id, randomUUID(), { user: `${user}2`, expiresAt: expiresAt + 1 });
    const family = { id: randomUUID(), subject: user, claims: "{}", createdAt: 1, expiresAt };
    await store.refreshTokens.start(family, { digest: "a", expiresAt });
    await store.refreshTokens.revokeFamily(family.id);
    await store.revocations.revoke(user, expiresAt);
    await store.revocations.revokeBefore(user, 1, expiresAt);
    await store.throttles.replace(user, null, { failures: 1, blockedUntil: 0, expiresAt });
    const key = newKey(user);
    await store.apiKeys.create(key);
    await store.apiKeys.rotate(key.id, newKey(user), expiresAt);

    // Among them is all that the contract has left behind.
    const kinds = new Set<string>();
    for (const name of await keys()) {
      const [kind = ""] = name.slice(prefix.length + 1).split(":");
      const left = await client.pTTL(name);
      // -2: it has ended since.
      if (left === -2) continue;
      kinds.add(kind);
      expect(left === -1, name).toBe(["key", "keys"].includes(kind));
    }
    expect([...kinds].sort()).toEqual([
      "families",
      "family",
      "key",
      "keys",
      "revoked",
      "revoked-before",
      "session",
      "sessions",
      "throttle",
    ]);
  });

  it("a user's set ends a minute after the last of the sessions, however often they are given more time", async () => {
    const { store, client, prefix } = open;
    const user = randomUUID();
    const session = newSession({ user, expiresAt: Date.now() + 10_000 });
    await store.sessions.create(session);
    const end = () => client.pExpireTime(`${prefix}:sessions:${user}`);
    expect(await end()).toBe(session.expiresAt + 60_000);
    const later = session.expiresAt + 500_000;
    await store.sessions.patch(session.id, { expiresAt: later });
    expect(await end()).toBe(later + 60_000);
    await store.sessions.deleteAll(user);
    expect(await end()).toBe(-2);
  });

  it("data keys that imitate a session's own fields stay data", async () => {
    const { store } = open;
    const names = [
      "user",
      "expiresAt",
      "createdAt",
      "seenAt",
      "address",
      "userAgent",
      "d:user",
      "d:d:user",
      "d:",
      ":",
    ];
    const data = Object.fromEntries(names.map((name) => [name, '"mallory"']));
    const session = newSession({ user: "ada", data });
    await store.sessions.create(session);
    expect(await store.sessions.read(session.id)).toEqual(session);
    await store.sessions.patch(session.id, { set: { user: '"eve"' }, delete: ["expiresAt", "createdAt"] });
    const { expiresAt: _end, createdAt: _begin, ...rest } = data;
    const patched = { ...session, data: { ...rest, user: '"eve"' } };
    expect(await store.sessions.read(session.id)).toEqual(patched);
    await store.sessions.patch(session.id, { clear: true });
    expect(await store.sessions.read(session.id)).toEqual({ ...session, data: {} });
    await store.sessions.delete(session.id);
  });

  it("stores with two prefixes see nothing of each other", async () => {
    const { store, client, prefix } = open;
    const other = redis(client, { prefix: `${prefix}:other` });
    const session = newSession({ user: "ada" });
    await store.sessions.create(session);
    expect(await other.sessions.read(session.id)).toBeNull();
    expect(await other.sessions.deleteAll("ada")).toBe(0);
    expect(await store.sessions.delete(session.id)).toBe(true);
  });

  it("a session whose user's set the server has lost ends when it asks for more time", async () => {
    const { store, client, prefix } = open;
    const user = randomUUID();
    const session = newSession({ user });
    await store.sessions.create(session);
    await client.unlink(`${prefix}:sessions:${user}`);
    expect(await store.sessions.patch(session.id, { seenAt: 5 })).toBe(true);
    expect(await store.sessions.patch(session.id, { expiresAt: session.expiresAt + 1 })).toBe(false);
    expect(await store.sessions.read(session.id)).toBeNull();
  });

  it("a client that answers with buffers will do", async () => {
    const { client, prefix } = open;
    const store = redis(client.withTypeMapping({ [RESP_TYPES.BLOB_STRING]: Buffer }), { prefix });
    const session = newSession({ user: "ünïcödé", data: { "😀": '"日本"' } });
    await store.sessions.create(session);
    expect(await store.sessions.read(session.id)).toEqual(session);
    expect(await store.sessions.patch(session.id, { expiresAt: session.expiresAt + 1 })).toBe(true);
    expect(await store.sessions.deleteAll("ünïcödé")).toBe(1);
  });
});
