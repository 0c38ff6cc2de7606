import { describe, expect, it, vi } from "vitest";
import { OPERATOR } from "./actor.ts";
import { ApiKeys } from "./api-keys.ts";
import { WatchedStore } from "./keys.fixture.ts";
import { LastUse } from "./last-use.ts";

const CI = { owner: "ada", name: "ci", scopes: [] };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("when a key was last used", () => {
  it("is written for many requests at a time, and not by a request", async () => {
    const store = new WatchedStore();
    const keys = new ApiKeys({ store, prefix: "acme", lastUseInterval: 0.05 });
    const { key, record } = await keys.create(OPERATOR, CI);
    for (let round = 0; round < 100; round++) await keys.verify(key);
    expect(store.count("touch")).toBe(0);
    await vi.waitFor(async () => expect((await store.find(record.id))?.lastUsedAt).not.toBeNull());
    await pause(120);
    expect(store.count("touch")).toBe(1);
    await keys.close();
  });

  it("is written by flush() and close(), which leave no timer behind", async () => {
    const store = new WatchedStore();
    const keys = new ApiKeys({ store, prefix: "acme", lastUseInterval: 0.03 });
    const { key, record } = await keys.create(OPERATOR, CI);
    const before = Date.now();
    await keys.verify(key);
    await keys.flush();
    const [listed] = await keys.list(OPERATOR);
    expect(Number(listed?.lastUsedAt)).toBeGreaterThanOrEqual(before);
    await keys.verify(key);
    await keys.close();
    const touched = store.count("touch");
    await pause(60);
    expect([touched, store.count("touch")]).toEqual([2, 2]);
    expect((await store.find(record.id))?.lastUsedAt).not.toBeNull();
  });

  it("is not written for a key that was refused", async () => {
    const store = new WatchedStore();
    const keys = new ApiKeys({ store, prefix: "acme" });
    const { key, record } = await keys.create(OPERATOR, CI);
    await keys.revoke(OPERATOR, record.id);
    await keys.verify(key);
    await keys.flush();
    expect(store.count("touch")).toBe(0);
  });

  it("is in the next batch when a write failed, and no request hears of it", async () => {
    const store = new WatchedStore();
    const keys = new ApiKeys({ store, prefix: "acme", lastUseInterval: 0.02 });
    const { key, record } = await keys.create(OPERATOR, CI);
    await keys.verify(key);
    store.away = new Error("away");
    await pause(60);
    expect(store.count("touch")).toBeGreaterThan(0);
    expect(keys.verify(key)).toMatchObject({ owner: "ada" });
    await expect(keys.flush()).rejects.toMatchObject({ statusCode: 503 });
    store.away = undefined;
    await vi.waitFor(async () => expect((await store.find(record.id))?.lastUsedAt).not.toBeNull());
    await keys.close();
  });

  it("does not go back: a failed batch does not undo what was noted since", async () => {
    const store = new WatchedStore();
    const uses = new LastUse(store, 60);
    uses.note("x", 1);
    store.away = new Error("away");
    const failed = uses.write();
    await Promise.resolve();
    uses.note("x", 2);
    await expect(failed).rejects.toMatchObject({ statusCode: 503 });
    store.away = undefined;
    const seen: number[] = [];
    store.touch = async (batch) => void seen.push(...batch.values());
    await uses.close();
    expect(seen).toEqual([2]);
  });
});
