import { expectTypeOf, it } from "vitest";
import type { Guard } from "../auth/guard.ts";
import { memory } from "../stores/memory/memory.ts";
import { OPERATOR } from "./actor.ts";
import { ApiKeys } from "./api-keys.ts";
import type { KeyPrincipal } from "./record.ts";

const keys = new ApiKeys({ store: memory(), prefix: "acme", scopes: ["read", "write"] });
const theirs = new ApiKeys({
  store: memory(),
  prefix: "acme",
  ownerOf: (user: { id: string }) => user.id,
  ownerScopes: () => ["read"],
});

it("a mistyped scope does not compile", () => {
  expectTypeOf(keys.guard()).toEqualTypeOf<Guard<KeyPrincipal<"read" | "write">, "read" | "write">>();
  keys.guard().requires("read");
  // @ts-expect-error there is no such scope
  keys.guard().requires("raed");
  void keys.create(OPERATOR, { owner: "ada", name: "x", scopes: ["write"] });
  // @ts-expect-error there is no such scope
  void keys.create(OPERATOR, { owner: "ada", name: "x", scopes: ["wirte"] });
});

it("without a list any scope is a text", () => {
  const open = new ApiKeys({ store: memory(), prefix: "acme" });
  expectTypeOf(open.guard()).toEqualTypeOf<Guard<KeyPrincipal<string>, string>>();
});

it("nobody cannot deal with keys, and a person only where it is said whose theirs are", () => {
  void theirs.list({ id: "ada" });
  // @ts-expect-error a person is { id } here
  void theirs.list({ name: "ada" });
  // @ts-expect-error an optional guard's principal may be null
  void theirs.list(null as { id: string } | null);
  // @ts-expect-error no ownerOf
  void keys.list({ id: "ada" });
  // @ts-expect-error who asks is not optional
  void keys.create({ owner: "ada", name: "x", scopes: ["read"] });
});

it("a key may be null, and a rotation nothing", async () => {
  expectTypeOf(await keys.verify("x")).toEqualTypeOf<KeyPrincipal<"read" | "write"> | null>();
  // @ts-expect-error null where there is no such key
  (await keys.rotate(OPERATOR, "x")).key;
});
