import { afterAll, beforeAll, expect, it } from "vitest";
import type { Store } from "../../src/stores/index.ts";
import { DATABASES } from "./databases.ts";
import { newAttempt, newFamily, newKey, newSession } from "./records.ts";
import { type Opened, open } from "./targets.ts";

const PAYLOADS: readonly string[] = [
  "' or '1'='1",
  "' or 1=1 -- ",
  "\\' or 1=1 -- ",
  "\\\\' or 1=1 # ",
  '" or ""="',
  "`; drop table responder_sessions; --",
  "'; delete from responder_sessions; --",
  "'); delete from responder_api_keys; --",
  "x' union select id, digest, owner, name, scopes, 1, 1, 1, 1, id from responder_api_keys -- ",
  "1; update responder_api_keys set revoked_at = null",
  "$$; drop schema public cascade; $$",
  "?::text",
  ":id",
  "$1",
  "%",
  "_",
  "\u00bf\u0027 or 1=1 -- ",
  "/*!50000 or 1=1 */",
  '{"$ne": null}',
  '","victim":"1',
  '$."a"',
  "$[0]",
  "a.b[*]",
];

/** Every method, with a payload wherever a string goes. */
async function attack(store: Store, payload: string): Promise<void> {
  const { sessions, apiKeys, refreshTokens, revocations, throttles } = store;
  expect(await sessions.read(payload)).toBeNull();
  expect(await sessions.list(payload)).toEqual([]);
  expect(await sessions.delete(payload)).toBe(false);
  expect(await sessions.deleteAll(payload, payload)).toBe(0);
  expect(await sessions.patch(payload, { set: { [payload]: payload }, user: payload })).toBe(false);
  const session = newSession(payload, {
    user: payload,
    data: { [payload]: JSON.stringify(payload) },
    address: payload,
    userAgent: payload,
  });
  await sessions.create(session);
  expect(await sessions.read(payload)).toEqual(session);
  expect(await sessions.patch(payload, { set: { [`${payload}2`]: payload }, delete: [payload] })).toBe(true);
  expect((await sessions.read(payload))?.data).toEqual({ [`${payload}2`]: payload });
  expect(await sessions.rotate(payload, `${payload}-next`, { userAgent: payload })).toBe(true);
  expect(await sessions.deleteAll(payload, payload)).toBe(1);

  expect(await apiKeys.find(payload)).toBeNull();
  expect(await apiKeys.list(payload)).toEqual([]);
  expect(await apiKeys.revoke(payload, 1)).toBe(false);
  expect(await apiKeys.rotate(payload, newKey(`${payload}-next`), 1)).toBe(false);
  await apiKeys.touch(new Map([[payload, Date.now()]]));
  const key = newKey(payload, { owner: payload, name: payload, digest: payload, scopes: [payload] });
  await apiKeys.create(key);
  expect(await apiKeys.list(payload)).toEqual([key]);

  expect(await refreshTokens.claim(payload, payload, newAttempt(payload))).toEqual({ outcome: "unknown" });
  expect(await refreshTokens.revokeFamily(payload)).toBe(false);
  expect(await refreshTokens.revokeSubject(payload)).toBe(0);
  const family = { ...newFamily(payload), subject: payload, claims: payload };
  await refreshTokens.start(family, { digest: payload, expiresAt: family.expiresAt });
  expect(await refreshTokens.list(payload)).toEqual([family]);

  expect(await revocations.isRevoked({ id: payload, subject: payload, issuedAt: 1 })).toBe(false);
  await revocations.revoke(payload, Date.now() + 60_000);
  await revocations.revokeBefore(payload, 5, Date.now() + 60_000);
  expect(await revocations.isRevoked({ subject: payload, issuedAt: 6 })).toBe(false);

  const state = { failures: 1, blockedUntil: 0, expiresAt: Date.now() + 60_000 };
  expect(await throttles.replace(payload, state, state)).toBe(false);
  expect(await throttles.replace(payload, null, state)).toBe(true);
  expect(await throttles.read(payload)).toEqual(state);
}

for (const database of DATABASES) {
  database.describe(`Whoever attacks a store on ${database.name}`, () => {
    let opened: Opened;

    beforeAll(async () => {
      opened = open(await database.make());
      await opened.store.migrate();
    });

    afterAll(async () => {
      await opened.close();
      await database.remove();
    });

    it("gets no string into a statement, whatever is in it and wherever it goes", async () => {
      const { store } = opened;
      const victim = newSession("victim", { user: "victim", data: { role: '"user"' } });
      const key = newKey("victim", { owner: "victim", revokedAt: 5 });
      await store.sessions.create(victim);
      await store.apiKeys.create(key);
      for (const payload of PAYLOADS) await attack(store, payload);
      expect(await store.sessions.read("victim")).toEqual(victim);
      expect(await store.apiKeys.find("victim")).toEqual(key);
      expect(await store.revocations.isRevoked({ id: "victim", subject: "victim", issuedAt: 0 })).toBe(false);
      const [row] = await opened.query("select count(*) as count from responder_api_keys");
      expect(Number(row?.["count"])).toBe(PAYLOADS.length + 1);
    });

    it.each([{ id: 1 }, ["victim", "x"], 0, true, null, undefined])(
      "gets nothing that is no string into a statement: %j",
      async (value) => {
        const { sessions, apiKeys, throttles } = opened.store;
        const given = value as unknown as string;
        await expect(sessions.read(given)).rejects.toThrow(TypeError);
        await expect(sessions.deleteAll(given)).rejects.toThrow(TypeError);
        await expect(apiKeys.find(given)).rejects.toThrow(TypeError);
        await expect(throttles.read(given)).rejects.toThrow(TypeError);
      },
    );

    it("learns from no error what was to be kept", async () => {
      const { store } = opened;
      await store.sessions.create(newSession("taken"));
      const secret = "what-only-its-user-knows";
      const failing = [
        () => store.sessions.create(newSession("taken", { data: { note: secret } })),
        () => store.sessions.create(newSession("late", { data: { note: secret }, seenAt: Number.NaN })),
        () => store.sessions.patch("taken", { set: { note: secret }, expiresAt: 2 ** 80 }),
      ];
      for (const fail of failing) {
        const error = await fail().then(
          () => undefined,
          (thrown: unknown) => thrown,
        );
        if (!(error instanceof Error)) continue;
        const all = [error.message, error.stack, ...Object.values(error), error.cause].map(String).join();
        expect(all).not.toContain(secret);
      }
      expect(await failing[0]?.().catch(String)).toBe("Error: There is a session with this id already");
    });

    it("is not told apart from another by an id that is cut off", async () => {
      const { store } = opened;
      const id = "x".repeat(600);
      const kept = await store.revocations.revoke(id, Date.now() + 60_000).then(
        () => true,
        () => false,
      );
      expect(await store.revocations.isRevoked({ id, issuedAt: 0 })).toBe(kept);
      for (const length of [255, 512, 599]) {
        expect(await store.revocations.isRevoked({ id: id.slice(0, length), issuedAt: 0 })).toBe(false);
      }
    });
  });
}
