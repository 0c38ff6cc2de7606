import { describe, expect, it, vi } from "vitest";
import { OPERATOR } from "./actor.ts";
import { ApiKeys } from "./api-keys.ts";
import { KeyFormat } from "./format.ts";
import { WatchedStore } from "./keys.fixture.ts";

const CI = { owner: "ada", name: "ci", scopes: ["a", "b"] };
const pause = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe("a key that was verified lately", () => {
  it("is answered at once, without asking the store", async () => {
    const store = new WatchedStore();
    const keys = new ApiKeys({ store, prefix: "acme" });
    const { key } = await keys.create(OPERATOR, CI);
    await keys.verify(key);
    for (let round = 0; round < 10; round++) expect(keys.verify(key)).toMatchObject({ owner: "ada" });
    expect(store.count("find")).toBe(1);
  });

  it("is looked up again after the delay, when another process has revoked it", async () => {
    const store = new WatchedStore();
    const [here, there] = [0, 1].map(
      () => new ApiKeys({ store, prefix: "acme", cache: { maxAge: 0.05 } }),
    ) as [ApiKeys, ApiKeys];
    const { key, record } = await here.create(OPERATOR, CI);
    await here.verify(key);
    await there.revoke(OPERATOR, record.id);
    expect(await there.verify(key)).toBeNull();
    expect(await here.verify(key)).not.toBeNull();
    await pause(60);
    expect(await here.verify(key)).toBeNull();
  });

  it("is as old as the question, not as its answer: a slow store makes no delay longer", async () => {
    const store = new WatchedStore();
    const keys = new ApiKeys({ store, prefix: "acme", cache: { maxAge: 0.03 } });
    const { key } = await keys.create(OPERATOR, CI);
    const find = store.find.bind(store);
    store.find = async (id) => {
      const found = await find(id);
      await pause(40);
      return found;
    };
    await keys.verify(key);
    await keys.verify(key);
    expect(store.count("find")).toBe(2);
  });

  it("ends to the millisecond", async () => {
    const keys = new ApiKeys({ store: new WatchedStore(), prefix: "acme" });
    const { key, record } = await keys.create(OPERATOR, { ...CI, expiresIn: 0.05 });
    const end = Number(record.expiresAt);
    let answers = 0;
    for (; Date.now() < end; answers++) {
      const who = await keys.verify(key);
      if (Date.now() < end) expect(who).not.toBeNull();
    }
    expect(answers).toBeGreaterThan(10);
    expect(await keys.verify(key)).toBeNull();
  });

  it("is looked up again when the clock went back: it is not believed for longer than the delay", async () => {
    const store = new WatchedStore();
    const keys = new ApiKeys({ store, prefix: "acme" });
    const { key } = await keys.create(OPERATOR, CI);
    vi.useFakeTimers({ toFake: ["Date"] });
    try {
      await keys.verify(key);
      vi.setSystemTime(Date.now() - 3_600_000);
      await keys.verify(key);
      expect(store.count("find")).toBe(2);
    } finally {
      vi.useRealTimers();
    }
  });

  it("cannot be changed by one request for the next", async () => {
    const keys = new ApiKeys({ store: new WatchedStore(), prefix: "acme" });
    const { key } = await keys.create(OPERATOR, CI);
    const who = (await keys.verify(key)) as unknown as { owner: string; scopes: string[] };
    expect(() => who.scopes.push("admin")).toThrow(TypeError);
    expect(() => Object.assign(who, { owner: "eve" })).toThrow(TypeError);
  });

  it("is not remembered with cache: false", async () => {
    const store = new WatchedStore();
    const keys = new ApiKeys({ store, prefix: "acme", cache: false });
    const { key } = await keys.create(OPERATOR, CI);
    for (let round = 0; round < 3; round++) await keys.verify(key);
    expect(store.count("find")).toBe(3);
  });

  it("is not driven out by any number of unknown ones", async () => {
    const store = new WatchedStore();
    const keys = new ApiKeys({ store, prefix: "acme", cache: { size: 2 } });
    const { key } = await keys.create(OPERATOR, CI);
    await keys.verify(key);
    const format = new KeyFormat("acme");
    for (let round = 0; round < 50; round++) expect(await keys.verify(format.make().text)).toBeNull();
    const before = store.count("find");
    expect(keys.verify(key)).toMatchObject({ owner: "ada" });
    expect(store.count("find")).toBe(before);
  });
});

it("a key whose digest is not the one that is kept lets nobody in", async () => {
  const store = new WatchedStore();
  const keys = new ApiKeys({ store, prefix: "acme" });
  const [one, other] = [await keys.create(OPERATOR, CI), await keys.create(OPERATOR, CI)];
  const find = store.find.bind(store);
  for (const digest of [(await find(other.record.id))?.digest ?? "", "", "x".repeat(43), "short"]) {
    store.find = async (id) => {
      const found = await find(id);
      return found && { ...found, digest };
    };
    expect(await keys.verify(one.key)).toBeNull();
  }
});

describe("requests that come at once", () => {
  it("with one key ask the store once", async () => {
    const store = new WatchedStore();
    const keys = new ApiKeys({ store, prefix: "acme" });
    const { key } = await keys.create(OPERATOR, CI);
    const found = await Promise.all(Array.from({ length: 100 }, () => keys.verify(key)));
    expect(found.every((who) => who?.owner === "ada")).toBe(true);
    expect(store.count("find")).toBe(1);
  });

  it("with a revocation: what was looked up before it is neither remembered nor shared after it", async () => {
    const store = new WatchedStore();
    const keys = new ApiKeys({ store, prefix: "acme" });
    const { key, record } = await keys.create(OPERATOR, CI);
    const find = store.find.bind(store);
    let isLate = true;
    store.find = async (id) => {
      const found = await find(id);
      if (isLate) {
        isLate = false;
        await pause(50);
      }
      return found;
    };
    const early = keys.verify(key);
    await keys.revoke(OPERATOR, record.id);
    expect(await keys.verify(key)).toBeNull();
    await early;
    expect(await keys.verify(key)).toBeNull();
  });
});

describe("what a key may do", () => {
  it("is what its owner still may, asked anew after the delay, or at once after forget()", async () => {
    let held: string[] | null = ["a", "b", "c"];
    const keys = new ApiKeys({ store: new WatchedStore(), prefix: "acme", ownerScopes: async () => held });
    const { key } = await keys.create(OPERATOR, CI);
    const scopes = async () => (await keys.verify(key))?.scopes;
    expect(await scopes()).toEqual(["a", "b"]);
    held = ["b", "c"];
    expect(await scopes()).toEqual(["a", "b"]);
    keys.forget();
    expect(await scopes()).toEqual(["b"]);
    held = [];
    keys.forget();
    expect(await scopes()).toEqual([]);
    held = null;
    keys.forget();
    expect(await keys.verify(key)).toBeNull();
  });

  it("is nothing that is no scope any more", async () => {
    const store = new WatchedStore();
    const { key } = await new ApiKeys({ store, prefix: "acme" }).create(OPERATOR, CI);
    const later = new ApiKeys({ store, prefix: "acme", scopes: ["b", "c"] });
    expect((await later.verify(key))?.scopes).toEqual(["b"]);
  });

  it("is unknown while ownerScopes fails: nobody gets in", async () => {
    const failing = {
      store: new WatchedStore(),
      prefix: "acme",
      ownerScopes: (): string[] => {
        throw new Error("the database is away");
      },
    };
    const { key } = await new ApiKeys({ store: failing.store, prefix: "acme" }).create(OPERATOR, CI);
    await expect(new ApiKeys(failing).verify(key)).rejects.toMatchObject({ code: "store_unavailable" });
  });
});
