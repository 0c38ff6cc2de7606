import { existsSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type SQLiteOptions, sqlite } from "../sqlite/index.ts";

const newSession = (id: string) => ({
  id,
  user: "ada",
  data: { cart: "[1]" },
  createdAt: 1,
  seenAt: 1,
  expiresAt: Date.now() + 60_000,
  address: null,
  userAgent: null,
});

describe("sqlite()", () => {
  let folder: string;
  let path: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), "responder-sqlite-"));
    path = join(folder, "app.db");
  });

  afterEach(() => rmSync(folder, { recursive: true, force: true }));

  it("needs no set-up, and keeps what it was given from one start to the next", async () => {
    const store = sqlite(path);
    const session = newSession("x");
    await store.sessions.create(session);
    await store.close();
    const next = sqlite(path);
    expect(await next.sessions.read("x")).toEqual(session);
    await next.close();
  });

  it("leaves no file behind where nothing was asked", async () => {
    const store = sqlite(path);
    expect(existsSync(path)).toBe(false);
    await store.close();
    expect(readdirSync(folder)).toEqual([]);
  });

  it.skipIf(process.platform === "win32")("makes files that only their owner can read", async () => {
    const store = sqlite(path);
    await store.sessions.create(newSession("x"));
    const files = readdirSync(folder);
    expect(files.sort()).toEqual(["app.db", "app.db-shm", "app.db-wal"]);
    for (const name of files) expect(statSync(join(folder, name)).mode & 0o777).toBe(0o600);
    await store.close();
  });

  it("rejects once it is closed, whether or not it was ever used", async () => {
    const [used, unused] = [sqlite(path), sqlite(":memory:")];
    await used.migrate();
    await used.close();
    await unused.close();
    await used.close();
    await expect(used.sessions.read("x")).rejects.toThrow();
    await expect(unused.sessions.read("x")).rejects.toThrow("closed");
  });

  it("stores in memory know nothing of each other", async () => {
    const [first, second] = [sqlite(":memory:"), sqlite(":memory:")];
    await first.sessions.create(newSession("x"));
    expect(await second.sessions.read("x")).toBeNull();
    await first.close();
    await second.close();
  });

  it("two stores of one process on one file do not stand in each other's way", async () => {
    const [first, second] = [sqlite(path), sqlite(path)];
    await Promise.all([first.migrate(), second.migrate()]);
    await first.sessions.create(newSession("x"));
    const family = { subject: "ada", claims: "{}", createdAt: 1, expiresAt: Date.now() + 60_000 };
    await Promise.all(
      Array.from({ length: 60 }, async (_, index) => {
        const [store, id] = [index % 2 ? first : second, `family-${index}`];
        await store.refreshTokens.start({ id, ...family }, { digest: id, expiresAt: family.expiresAt });
        await store.sessions.patch("x", { set: { [id]: "1" } });
      }),
    );
    expect(await first.refreshTokens.list("ada")).toHaveLength(60);
    expect(Object.keys((await second.sessions.read("x"))?.data ?? {})).toHaveLength(61);
    await first.close();
    await second.close();
  });

  it("waits for another connection that writes, and lets the process go on meanwhile", async () => {
    const store = sqlite(path);
    await store.sessions.create(newSession("x"));
    const other = new DatabaseSync(path);
    other.exec("begin immediate");
    let turns = 0;
    const timer = setInterval(() => turns++, 5);
    setTimeout(() => other.exec("commit"), 300);
    expect(await store.sessions.patch("x", { seenAt: 2 })).toBe(true);
    clearInterval(timer);
    expect(turns).toBeGreaterThan(5);
    // Readers do not wait for writers.
    other.exec("begin immediate; update responder_sessions set seen_at = 9");
    expect((await store.sessions.read("x"))?.seenAt).toBe(2);
    other.exec("rollback");
    other.close();
    await store.close();
  });

  it("rejects when another connection goes on writing, and works again after it", async () => {
    const store = sqlite(path);
    await store.sessions.create(newSession("x"));
    const other = new DatabaseSync(path);
    other.exec("begin immediate");
    const startedAt = performance.now();
    await expect(store.sessions.patch("x", { seenAt: 2 })).rejects.toThrow("locked");
    expect(performance.now() - startedAt).toBeLessThan(4_000);
    other.exec("rollback");
    other.close();
    expect(await store.sessions.patch("x", { seenAt: 2 })).toBe(true);
    await store.close();
  });

  it.each([
    ["full", 2],
    ["normal", 1],
  ] as const)("waits for the disk as %s says", async (synchronous, expected) => {
    const pragmas: unknown[] = [];
    const exec = DatabaseSync.prototype.exec;
    DatabaseSync.prototype.exec = function (text) {
      exec.call(this, text);
      pragmas.push(...Object.values(this.prepare("pragma synchronous").get() ?? {}));
    };
    try {
      const store = sqlite(path, { synchronous });
      await store.migrate();
      expect(pragmas.at(-1)).toBe(expected);
      await store.close();
    } finally {
      DatabaseSync.prototype.exec = exec;
    }
  });

  it("leaves the thread free while a hundred writers wait for another process", async () => {
    const store = sqlite(path);
    await store.migrate();
    const other = new DatabaseSync(path);
    other.exec("begin immediate");
    let turns = 0;
    const turning = setInterval(() => turns++, 10);
    const writes = Array.from({ length: 100 }, (_, index) =>
      store.revocations.revoke(`token-${index}`, Date.now() + 60_000),
    );
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const turnsWhileWaiting = turns;
    other.exec("commit");
    other.close();
    await Promise.all(writes);
    clearInterval(turning);
    await store.close();
    // Had each waited on the thread, there would have been one turn or two.
    expect(turnsWhileWaiting).toBeGreaterThan(15);
  });

  it("says what it needs where it cannot open the file", async () => {
    const nowhere = sqlite(join(folder, "none", "app.db"));
    await expect(nowhere.sessions.read("x")).rejects.toThrow(/folder must be there/);
    writeFileSync(path, "This is no database, whatever its name may be. ".repeat(100));
    const noDatabase = sqlite(path);
    await expect(noDatabase.sessions.read("x")).rejects.toThrow(/cannot open/);
  });

  it.each([
    ["", {}],
    [undefined, {}],
    [":memory:", { synchronous: "off" }],
    [":memory:", { sync: "full" }],
    [":memory:", { prefix: "a b" }],
  ])("refuses sqlite(%j, %j)", (given, options) => {
    expect(() => sqlite(given as string, options as SQLiteOptions)).toThrow();
  });
});
