import { afterEach, describe, expect, it, vi } from "vitest";
import { DATABASES } from "./databases.ts";
import { newAttempt, newSession } from "./records.ts";
import { type Opened, open } from "./targets.ts";

const OVER = 1_300;

for (const database of DATABASES) {
  database.describe(`What is over on ${database.name}`, () => {
    let opened: Opened;

    afterEach(async () => {
      vi.useRealTimers();
      await opened.close();
      await database.remove();
    });

    /** A store with sessions that are over, and one that lives. */
    async function filled(): Promise<Opened> {
      opened = open(await database.make());
      await opened.store.migrate();
      const { sessions } = opened.store;
      const ids = Array.from({ length: OVER }, (_, index) => `over-${index}`);
      const expiresAt = Date.now() - 1;
      await Promise.all(ids.map((id) => sessions.create(newSession(id, { expiresAt }))));
      await sessions.create(newSession("living"));
      return opened;
    }

    async function count(table: string): Promise<number> {
      const [row] = await opened.query(`select count(*) as count from responder_${table}`);
      return Number(row?.["count"]);
    }

    it("goes in batches, and what lives stays", async () => {
      const { store } = await filled();
      expect(await count("sessions")).toBe(OVER + 1);
      expect(await store.sweep()).toBe(OVER);
      expect(await count("sessions")).toBe(1);
      expect(await store.sessions.read("living")).not.toBeNull();
      expect(await store.sweep()).toBe(0);
    });

    it("goes by itself once a minute has passed, at the next write", async () => {
      const { store } = await filled();
      await store.sessions.patch("living", { seenAt: 1 });
      expect(await count("sessions")).toBe(OVER + 1);
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
      await store.sessions.patch("living", { seenAt: 2 });
      await vi.waitFor(async () => expect(await count("sessions")).toBe(1), { timeout: 10_000 });
      expect(await store.sessions.read("living")).not.toBeNull();
    });

    it("goes from every table, tokens with their family, and API keys stay", async () => {
      opened = open(await database.make());
      const { store, query } = opened;
      await store.migrate();
      const [soon, late] = [Date.now() + 300, Date.now() + 3_600_000];
      for (const [name, expiresAt] of [
        ["over", soon],
        ["living", late],
      ] as const) {
        const family = { id: name, subject: name, claims: "{}", createdAt: 1, expiresAt };
        await store.refreshTokens.start(family, { digest: name, expiresAt: late });
        await store.refreshTokens.claim(name, name, newAttempt(`${name}-2`));
        await store.revocations.revoke(name, expiresAt);
        await store.revocations.revokeBefore(name, 1, expiresAt);
        await store.throttles.replace(name, null, { failures: 1, blockedUntil: 0, expiresAt });
        await store.apiKeys.create({
          ...{ id: name, digest: name, owner: name, name, scopes: [], createdAt: 1, expiresAt: 2 },
          ...{ revokedAt: 2, lastUsedAt: null, successorId: null },
        });
      }
      expect(await store.sweep()).toBe(0);
      await new Promise((resolve) => setTimeout(resolve, soon - Date.now() + 5));
      // A family with its two tokens is one record.
      expect(await store.sweep()).toBe(4);
      const tokens = await query("select digest from responder_refresh_tokens order by digest");
      expect(tokens.map(({ digest }) => digest)).toEqual(["living", "living-2"]);
      for (const table of ["refresh_families", "revocations", "revocation_subjects", "throttles"]) {
        expect(await count(table)).toBe(1);
      }
      expect(await count("api_keys")).toBe(2);
      expect((await store.refreshTokens.claim("living", "living", newAttempt("x"))).outcome).toBe("repeated");
    });

    it("makes no write fail when it cannot go", async () => {
      const { store, db } = await filled();
      // Nobody sweeps here any more, and sessions are written all the same.
      if (db) await opened.query("drop table responder_throttles");
      vi.useFakeTimers({ toFake: ["Date"], now: Date.now() + 61_000 });
      expect(await store.sessions.patch("living", { seenAt: 2 })).toBe(true);
      await vi.waitFor(async () => expect(await count("sessions")).toBe(1), { timeout: 10_000 });
      expect(await store.sessions.patch("living", { seenAt: 3 })).toBe(true);
      if (db) await expect(store.sweep()).rejects.toThrow(/migrate/);
    });
  });
}

describe("A process that has swept", () => {
  it("ends by itself", async () => {
    const { sqlite } = await import("../../src/stores/sqlite/index.ts");
    const store = sqlite(":memory:");
    const before = process.getActiveResourcesInfo().filter((name) => name === "Timeout").length;
    await store.sweep();
    expect(process.getActiveResourcesInfo().filter((name) => name === "Timeout").length).toBe(before);
    await store.close();
  });
});
