import { describe, expect, it } from "vitest";
import { OPERATOR } from "./actor.ts";
import { ApiKeys } from "./api-keys.ts";
import { WatchedStore } from "./keys.fixture.ts";
import type { KeyPrincipal } from "./record.ts";

interface User {
  readonly id: string;
}

function service(held: (owner: string) => readonly string[] = () => ["read", "write", "keys:create"]) {
  return new ApiKeys({
    store: new WatchedStore(),
    prefix: "acme",
    scopes: ["read", "write", "keys:create"],
    ownerScopes: held,
    ownerOf: (user: User) => user.id,
    cache: false,
  });
}

async function keyWith(keys: ReturnType<typeof service>, ...scopes: ("read" | "write" | "keys:create")[]) {
  const { key } = await keys.create(OPERATOR, { owner: "ada", name: "k", scopes });
  return (await keys.verify(key)) as KeyPrincipal<"read" | "write" | "keys:create">;
}

describe("a person", () => {
  it("deals with the keys of their own, and with nobody else's", async () => {
    const keys = service();
    const [ada, eve] = [{ id: "ada" }, { id: "eve" }];
    const { record } = await keys.create(ada, { name: "mine", scopes: ["read"] });
    expect(record.owner).toBe("ada");
    expect(await keys.list(eve)).toEqual([]);
    expect(await keys.revoke(eve, record.id)).toBe(false);
    expect(await keys.rotate(eve, record.id)).toBeNull();
    expect(await keys.list(ada)).toHaveLength(1);
    expect(await keys.revoke(ada, record.id)).toBe(true);
  });

  it("makes no key and sees no list in another's name", async () => {
    const keys = service();
    const wanted = { owner: "ada", name: "mine", scopes: ["read"] } as const;
    await expect(keys.create({ id: "eve" }, wanted)).rejects.toMatchObject({ code: "access_denied" });
    await expect(keys.list({ id: "eve" }, { owner: "ada" })).rejects.toMatchObject({ code: "access_denied" });
  });

  it("makes no key that may do more than they may", async () => {
    const keys = service((owner) => (owner === "ada" ? ["read"] : []));
    await expect(keys.create({ id: "ada" }, { name: "x", scopes: ["read", "write"] })).rejects.toMatchObject({
      code: "insufficient_scope",
      detail: "The owner may not do: write",
    });
    await expect(keys.create(OPERATOR, { owner: "eve", name: "x", scopes: ["read"] })).rejects.toMatchObject({
      code: "insufficient_scope",
    });
  });

  it("deals with no keys where nothing says whose theirs are", async () => {
    const keys = new ApiKeys({ store: new WatchedStore(), prefix: "acme" });
    await expect(keys.list({ id: "ada" } as never)).rejects.toThrow("ownerOf");
  });

  it("whom ownerOf cannot name deals with none", async () => {
    const keys = service();
    for (const id of [undefined, "", 7]) {
      await expect(keys.list({ id } as unknown as User)).rejects.toThrow(TypeError);
    }
  });
});

describe("nobody", () => {
  it.each([null, undefined, false, ""])(
    "deals with keys as %j, as an optional guard gives it",
    async (by) => {
      const keys = service();
      const nobody = by as never;
      await expect(keys.create(nobody, { owner: "ada", name: "x", scopes: [] })).rejects.toThrow(TypeError);
      await expect(keys.list(nobody)).rejects.toThrow(TypeError);
      await expect(keys.revoke(nobody, "x")).rejects.toThrow(TypeError);
      await expect(keys.rotate(nobody, "x")).rejects.toThrow(TypeError);
    },
  );
});

describe("a key", () => {
  it("without the scope for it makes, lists, rotates and revokes none, but may end itself", async () => {
    const keys = service();
    const by = await keyWith(keys, "read", "write");
    const other = await keyWith(keys, "read");
    const denied = { code: "insufficient_scope" };
    await expect(keys.create(by, { name: "x", scopes: [] })).rejects.toMatchObject(denied);
    await expect(keys.list(by)).rejects.toMatchObject(denied);
    await expect(keys.rotate(by, by.id)).rejects.toMatchObject(denied);
    await expect(keys.revoke(by, other.id)).rejects.toMatchObject(denied);
    expect(await keys.revoke(by, by.id)).toBe(true);
  });

  it("hands on what it holds, and no more", async () => {
    const keys = service();
    const by = await keyWith(keys, "read", "keys:create");
    expect((await keys.create(by, { name: "x", scopes: ["read"] })).record.owner).toBe("ada");
    await expect(keys.create(by, { name: "x", scopes: ["write"] })).rejects.toMatchObject({
      code: "insufficient_scope",
      detail: "The key that asks does not hold: write",
    });
  });

  it("rotates none that may do more", async () => {
    const keys = service();
    const by = await keyWith(keys, "read", "keys:create");
    const strong = await keyWith(keys, "write");
    const weak = await keyWith(keys, "read");
    await expect(keys.rotate(by, strong.id)).rejects.toMatchObject({ code: "insufficient_scope" });
    expect(await keys.rotate(by, weak.id)).not.toBeNull();
  });

  it("that was revoked makes none, though a request of it goes on: its end could be outlived", async () => {
    const keys = service();
    const by = await keyWith(keys, "read", "keys:create");
    const weak = await keyWith(keys, "read");
    await keys.revoke(OPERATOR, by.id);
    const denied = { code: "access_denied" };
    await expect(keys.create(by, { name: "x", scopes: ["read"] })).rejects.toMatchObject(denied);
    await expect(keys.rotate(by, weak.id)).rejects.toMatchObject(denied);
    expect(await keys.list(OPERATOR)).toHaveLength(2);
  });

  it("makes none for another owner", async () => {
    const keys = service();
    const by = await keyWith(keys, "keys:create");
    await expect(keys.create(by, { owner: "eve", name: "x", scopes: [] })).rejects.toMatchObject({
      code: "access_denied",
    });
  });

  it("has these limits as a copy too, and beside a person", async () => {
    const keys = service();
    const by = await keyWith(keys, "read", "keys:create");
    const guises = [{ ...by }, JSON.parse(JSON.stringify(by)), structuredClone(by), [by, { id: "eve" }]];
    for (const guise of guises) {
      await expect(keys.create(guise, { name: "x", scopes: ["write"] })).rejects.toMatchObject({
        code: "insufficient_scope",
      });
      await expect(keys.create(guise, { owner: "eve", name: "x", scopes: [] })).rejects.toMatchObject({
        code: "access_denied",
      });
    }
  });

  it("that is rotated leaves behind what its owner has lost since", async () => {
    let held = ["read", "write"];
    const keys = service(() => held);
    const { record } = await keys.create(OPERATOR, { owner: "ada", name: "x", scopes: ["read", "write"] });
    held = ["read"];
    expect((await keys.rotate(OPERATOR, record.id))?.record.scopes).toEqual(["read"]);
  });
});
