import { describe, expect, it } from "vitest";
import { roles } from "./roles.ts";

const access = roles({
  viewer: ["post:read"],
  editor: ["viewer", "post:write"],
  chief: ["editor", "viewer", "staff:read"],
  admin: ["*"],
  guest: [],
});

describe("roles", () => {
  it.each([
    ["viewer", ["post:read"]],
    ["editor", ["post:read", "post:write"]],
    ["chief", ["post:read", "post:write", "staff:read"]],
    ["admin", ["post:read", "post:write", "staff:read"]],
    ["guest", []],
  ] as const)("%s may do %j", (role, permissions) => {
    expect([...access.permissions(role)].sort()).toEqual([...permissions]);
  });

  it("of several roles, all permissions once", () => {
    expect([...access.permissions(["viewer", "editor"])].sort()).toEqual(["post:read", "post:write"]);
    expect(access.permissions([])).toEqual([]);
  });

  it("takes a role inside which stands another that has everything", () => {
    const nested = roles({ root: ["admin"], admin: ["*"], other: ["a:b"] });
    expect(nested.permissions("root")).toEqual(["a:b"]);
  });

  it.each([
    ["itself", { a: ["a"] }],
    ["each other", { a: ["b"], b: ["a"] }],
    ["a longer way round", { a: ["b"], b: ["c"], c: ["x", "a"] }],
  ])("is not made of roles that inherit from %s", (_what, definitions) => {
    expect(() => roles(definitions)).toThrow(/in a circle: a > /);
  });

  it("is one definition for many: what it gives cannot be changed", () => {
    expect(() => (access.permissions("viewer") as string[]).push("post:write")).toThrow(TypeError);
    expect(() => (access.permissions("nobody") as string[]).push("post:write")).toThrow(TypeError);
  });
});

describe("attack: roles that nobody defined have no permission", () => {
  it.each([
    "constructor",
    "__proto__",
    "toString",
    "hasOwnProperty",
    "*",
    "",
    "Admin",
    "admin ",
    "viewer,admin",
    "post:write",
  ])("%j", (role) => {
    expect(access.permissions(role)).toEqual([]);
    expect(access.permissions([role])).toEqual([]);
  });

  it.each([null, undefined])("%s", (role) => {
    expect(access.permissions(role)).toEqual([]);
  });

  it.each([1, true, {}, { length: 1, 0: "admin" }, Symbol("admin"), () => "admin"])(
    "what is no text: %o",
    (role) => {
      expect(access.permissions(role as unknown as string)).toEqual([]);
      expect(access.permissions([role as unknown as string])).toEqual([]);
    },
  );

  it("a permission that is named like a thing every object has stays a permission", () => {
    const odd = roles({ viewer: ["constructor", "toString"] });
    expect(odd.permissions("viewer")).toEqual(["constructor", "toString"]);
  });
});
