import { describe, expect, it } from "vitest";
import { memory } from "../stores/memory/memory.ts";
import { OPERATOR } from "./actor.ts";
import { ApiKeys } from "./api-keys.ts";
import { WatchedStore } from "./keys.fixture.ts";

const DAY = 86_400_000;

function service(store = new WatchedStore()) {
  const keys = new ApiKeys({ store, prefix: "acme", scopes: ["reports:read", "reports:write"] });
  return { store, keys };
}

const CI = { owner: "ada", name: "ci", scopes: ["reports:read"] } as const;

describe("a new key", () => {
  it("says whom it stands for", async () => {
    const { keys } = service();
    const { key, record } = await keys.create(OPERATOR, CI);
    expect(await keys.verify(key)).toEqual({ kind: "apiKey", id: record.id, ...CI });
  });

  it("is kept as a digest: neither its text nor its secret is in the store or in its record", async () => {
    const { keys, store } = service();
    const { key, record } = await keys.create(OPERATOR, CI);
    const secret = key.slice(key.lastIndexOf("_") + 1);
    const stored = await store.find(record.id);
    expect(stored?.digest).toMatch(/^[\w-]{43}$/);
    expect(JSON.stringify([stored, record, await keys.list(OPERATOR)])).not.toContain(secret);
    expect(record).not.toHaveProperty("digest");
  });

  it("ends after 90 days, after what was said, or never", async () => {
    const { keys } = service();
    const life = async (expiresIn?: number | null) => {
      const { record } = await keys.create(OPERATOR, {
        ...CI,
        ...(expiresIn !== undefined && { expiresIn }),
      });
      return record.expiresAt && record.expiresAt.getTime() - record.createdAt.getTime();
    };
    expect(await life()).toBe(90 * DAY);
    expect(await life(0.05)).toBe(50);
    expect(await life(null)).toBeNull();
  });

  it("has each scope once", async () => {
    const { keys } = service();
    const scopes = ["reports:read", "reports:read"] as const;
    expect((await keys.create(OPERATOR, { ...CI, scopes })).record.scopes).toEqual(["reports:read"]);
  });

  it.each(["", " ", "x".repeat(101), "two\nlines", "\u0000", "\ud800", 7])(
    "with the name %j is 422",
    async (name) => {
      const { keys, store } = service();
      await expect(keys.create(OPERATOR, { ...CI, name: name as string })).rejects.toMatchObject({
        statusCode: 422,
      });
      expect(store.asked).toEqual([]);
    },
  );

  it.each([[["reports:delete"]], [["reports read"]], ["reports:read"], [undefined], [[7]]])(
    "with the scopes %j is 422",
    async (scopes) => {
      const { keys } = service();
      await expect(keys.create(OPERATOR, { ...CI, scopes: scopes as never })).rejects.toMatchObject({
        code: "validation_failed",
      });
    },
  );

  it.each([undefined, "", "x".repeat(257), "a\r\nb", 7])("of the owner %j is an error", async (owner) => {
    const { keys } = service();
    await expect(keys.create(OPERATOR, { ...CI, owner: owner as string })).rejects.toThrow(TypeError);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e13, "90"])(
    "cannot end in %j s",
    async (expiresIn) => {
      const { keys } = service();
      await expect(keys.create(OPERATOR, { ...CI, expiresIn: expiresIn as number })).rejects.toThrow(
        RangeError,
      );
    },
  );
});

describe("the list of keys", () => {
  it("has those of one owner, or all, the newest first", async () => {
    const { keys } = service();
    await keys.create(OPERATOR, CI);
    await keys.create(OPERATOR, { ...CI, owner: "bob" });
    expect((await keys.list(OPERATOR, { owner: "bob" })).map(({ owner }) => owner)).toEqual(["bob"]);
    expect(await keys.list(OPERATOR)).toHaveLength(2);
    expect(await keys.list(OPERATOR, { owner: "eve" })).toEqual([]);
  });
});

describe("a revoked key", () => {
  it("lets nobody in from then on, remembered or not", async () => {
    const { keys } = service();
    const { key, record } = await keys.create(OPERATOR, CI);
    expect(await keys.verify(key)).not.toBeNull();
    expect(await keys.revoke(OPERATOR, record.id)).toBe(true);
    expect(await keys.verify(key)).toBeNull();
    expect(await keys.revoke(OPERATOR, record.id)).toBe(false);
  });

  it("that is none is no question for the store", async () => {
    const { keys, store } = service();
    for (const id of ["", "x", "'; drop table", "a".repeat(16)]) {
      expect(await keys.revoke(OPERATOR, id)).toBe(false);
      expect(await keys.rotate(OPERATOR, id)).toBeNull();
    }
    expect(store.asked).toEqual([]);
  });

  it("is not believed where the store failed half-way", async () => {
    const { keys, store } = service();
    const { key, record } = await keys.create(OPERATOR, CI);
    await keys.verify(key);
    const revoke = store.revoke.bind(store);
    store.revoke = async (id, at) => {
      await revoke(id, at);
      throw new Error("the connection broke");
    };
    await expect(keys.revoke(OPERATOR, record.id)).rejects.toMatchObject({ statusCode: 503 });
    expect(await keys.verify(key)).toBeNull();
  });
});

describe("a rotated key", () => {
  it("and its successor are both good during the overlap, and stand for the same", async () => {
    const { keys } = service();
    const old = await keys.create(OPERATOR, CI);
    const next = await keys.rotate(OPERATOR, old.record.id);
    expect(next?.record).toMatchObject(CI);
    expect(next?.key).not.toBe(old.key);
    expect(await keys.verify(old.key)).toMatchObject({ id: old.record.id });
    expect(await keys.verify(next?.key ?? "")).toMatchObject({ ...CI, id: next?.record.id });
    const listed = (await keys.list(OPERATOR)).find(({ id }) => id === old.record.id);
    expect(listed?.successorId).toBe(next?.record.id);
    expect(Number(listed?.expiresAt) - Date.now()).toBeLessThanOrEqual(DAY);
  });

  it("ends with the overlap, remembered or not", async () => {
    const { keys } = service();
    const { key, record } = await keys.create(OPERATOR, CI);
    await keys.verify(key);
    await keys.rotate(OPERATOR, record.id, { overlap: 0.05 });
    expect(await keys.verify(key)).not.toBeNull();
    await new Promise((resolve) => setTimeout(resolve, 60));
    expect(await keys.verify(key)).toBeNull();
  });

  it("without an overlap ends at once", async () => {
    const { keys } = service();
    const { key, record } = await keys.create(OPERATOR, CI);
    await keys.verify(key);
    const next = await keys.rotate(OPERATOR, record.id, { overlap: 0 });
    expect(await keys.verify(key)).toBeNull();
    expect(await keys.verify(next?.key ?? "")).not.toBeNull();
  });

  it("is followed by one that lives as long as it was made for", async () => {
    const { keys } = service();
    const life = async (expiresIn: number | null) => {
      const { record } = await keys.create(OPERATOR, { ...CI, expiresIn });
      const next = (await keys.rotate(OPERATOR, record.id))?.record;
      return next?.expiresAt ? next.expiresAt.getTime() - next.createdAt.getTime() : next?.expiresAt;
    };
    expect(await life(3600)).toBe(3_600_000);
    expect(await life(null)).toBeNull();
  });

  it("is rotated once, also by many at a time", async () => {
    const { keys } = service(new WatchedStore());
    const { record } = await keys.create(OPERATOR, CI);
    const made = await Promise.all(Array.from({ length: 20 }, () => keys.rotate(OPERATOR, record.id)));
    expect(made.filter((next) => next !== null)).toHaveLength(1);
    expect(await keys.list(OPERATOR)).toHaveLength(2);
  });

  it("may not be revoked or over", async () => {
    const { keys } = service();
    const revoked = await keys.create(OPERATOR, CI);
    await keys.revoke(OPERATOR, revoked.record.id);
    expect(await keys.rotate(OPERATOR, revoked.record.id)).toBeNull();
    const over = await keys.create(OPERATOR, { ...CI, expiresIn: 0.001 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(await keys.rotate(OPERATOR, over.record.id)).toBeNull();
  });

  it.each([-1, Number.NaN, Number.POSITIVE_INFINITY, 9e15, "60"])(
    "has no overlap of %j s",
    async (overlap) => {
      const { keys } = service();
      await expect(keys.rotate(OPERATOR, "x", { overlap: overlap as number })).rejects.toThrow(RangeError);
    },
  );
});

it.each([
  [{}, "needs a store"],
  [{ store: memory() }, "prefix takes"],
  [{ store: memory(), prefix: "a", scope: [] }, 'no option "scope". Did you mean "scopes"?'],
  [{ store: memory(), prefix: "a", scopes: ["a b"] }, "scopes takes"],
  [{ store: memory(), prefix: "a", cache: { maxAge: 0 } }, "cache: false"],
  [{ store: memory(), prefix: "a", cache: { maxage: 1 } }, 'Did you mean "maxAge"?'],
  [{ store: memory(), prefix: "a", cache: { size: 1 } }, "size"],
  [{ store: memory(), prefix: "a", expiresIn: 0 }, "null for never"],
  [{ store: memory(), prefix: "a", lastUseInterval: 100_000 }, "lastUseInterval"],
  [{ store: memory(), prefix: "a", ownerScopes: [] }, "ownerScopes takes a function"],
  [{ store: memory(), prefix: "a", createScope: "" }, "createScope"],
  [{ store: memory(), prefix: "a", ownerOf: () => "ada" }, "ownerScopes must say what each of them may do"],
])("the options %o are refused with a word on what is right", (options, message) => {
  expect(() => new ApiKeys(options as never)).toThrow(message);
});
