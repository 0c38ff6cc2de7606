import { inspect } from "node:util";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changesOf, Session, seal } from "./session.ts";

interface Visitor {
  user: string;
  visits: number;
  cart: string[];
  profile: { name: string; tags: string[] };
}

function loaded(): Session<Visitor> {
  return new Session<Visitor>({ user: "ada", cart: ["tea"] });
}

describe("a session's data", () => {
  it("is read, set, tested, listed and deleted", () => {
    const session = loaded();
    session.set("visits", 2);
    expect(session.get("user")).toBe("ada");
    expect(session.get("visits")).toBe(2);
    expect(session.has("visits")).toBe(true);
    expect([...session.entries()]).toEqual([
      ["user", "ada"],
      ["cart", ["tea"]],
      ["visits", 2],
    ]);
    expect(session.delete("user")).toBe(true);
    expect(session.delete("user")).toBe(false);
    expect(session.has("user")).toBe(false);
    expect(session.get("user")).toBeUndefined();
    expect([...session.entries()].map(([key]) => key)).toEqual(["cart", "visits"]);
  });

  it("lists a key once, with its newest value", () => {
    const session = loaded();
    session.set("user", "grace");
    expect([...session.entries()]).toEqual([
      ["user", "grace"],
      ["cart", ["tea"]],
    ]);
  });

  it("is gone after clear(), and what is set then is all there is", () => {
    const session = loaded();
    session.set("visits", 2);
    session.clear();
    expect([...session.entries()]).toEqual([]);
    expect(session.get("user")).toBeUndefined();
    session.set("user", "grace");
    expect([...session.entries()]).toEqual([["user", "grace"]]);
  });

  it("keeps null apart from nothing", () => {
    const session = new Session<{ none: null }>();
    expect(session.has("none")).toBe(false);
    session.set("none", null);
    expect(session.get("none")).toBeNull();
    expect(session.has("none")).toBe(true);
  });

  it("never finds what objects inherit", () => {
    const session = new Session();
    for (const key of ["toString", "constructor", "__proto__", "hasOwnProperty"]) {
      expect(session.get(key)).toBeUndefined();
      expect(session.has(key)).toBe(false);
    }
  });

  it("shows nothing of itself to a log", () => {
    const session = loaded();
    session.set("user", "grace");
    expect(inspect(session, { depth: 9, showHidden: true }) + JSON.stringify(session)).not.toMatch(
      /ada|grace|tea/,
    );
  });
});

describe("a stored object", () => {
  it("is a copy: later changes of the original do not reach the session", () => {
    const session = new Session<Visitor>();
    const profile = { name: "Ada", tags: ["maths"] };
    session.set("profile", profile);
    profile.name = "Eve";
    profile.tags.push("spy");
    expect(session.get("profile")).toEqual({ name: "Ada", tags: ["maths"] });
  });

  it("cannot be changed through get(), so that no change is lost in silence", () => {
    const session = loaded();
    session.set("profile", { name: "Ada", tags: [] });
    expect(() => session.get("profile")?.tags.push("spy")).toThrow(TypeError);
    expect(() => Object.assign(session.get("profile") ?? {}, { name: "Eve" })).toThrow(TypeError);
    expect(() => session.get("cart")?.push("gin")).toThrow(TypeError);
    expect(session.get("cart")).toEqual(["tea"]);
  });

  it("cannot be changed through entries()", () => {
    for (const [key, value] of loaded().entries()) {
      if (key === "cart") {
        expect(() => value.push("gin")).toThrow(TypeError);
      }
    }
    expect.assertions(1);
  });

  it("reads at once as it will read after JSON", () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const session = new Session<{ value: unknown }>();
        try {
          session.set("value", value);
        } catch (error) {
          // Generated keys may be the forbidden ones; nothing else may fail.
          expect(String(error)).toMatch(/cannot have the key "(__proto__|constructor|prototype)"/);
          return;
        }
        expect(session.get("value")).toStrictEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });
});

describe("what JSON would not give back", () => {
  const cycle: Record<string, unknown> = {};
  cycle["self"] = [cycle];
  let deep: unknown = [];
  for (let level = 0; level < 100_000; level++) {
    deep = [deep];
  }

  it.each([
    ["a function", () => 1, /function/],
    ["a symbol", Symbol("s"), /symbol/],
    ["a bigint", 1n, /bigint/],
    ["NaN", Number.NaN, /finite/],
    ["infinity", Number.POSITIVE_INFINITY, /finite/],
    ["a date", new Date(0), /getTime/],
    ["a map", new Map(), /plain data/],
    ["a class's instance", new (class User {})(), /plain data/],
    ["a nested undefined", { list: [1, undefined] }, /"thing".list\[1\] is undefined/],
    ["a hole in a list", new Array(1), /undefined/],
    ["a toJSON method", { toJSON: () => "other" }, /"thing".toJSON is a function/],
    ["a cycle", cycle, /cycles/],
    ["very deep data", deep, /levels deep/],
  ])("%s is refused with advice, and nothing is stored", (_name, value, advice) => {
    const session = new Session();
    expect(() => session.set("thing", value)).toThrow(TypeError);
    expect(() => session.set("thing", value)).toThrow(advice);
    expect(session.has("thing")).toBe(false);
  });

  it("set(key, undefined) says to use delete", () => {
    expect(() => new Session().set("thing", undefined)).toThrow(/session\.delete\("thing"\)/);
  });

  it("a refused value stands in no message", () => {
    const session = new Session();
    expect(() => session.set("card", { number: "4111-1111", check: () => 1 })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("4111") }),
    );
  });

  it("-0 reads as 0 at once", () => {
    const session = new Session();
    session.set("zero", -0);
    expect(session.get("zero")).toBe(0);
  });
});

describe("attack: prototype pollution through a session's keys", () => {
  const PROTO_DATA: unknown = JSON.parse('{"a":{"__proto__":{"admin":true}}}');

  it.each(["__proto__", "constructor", "prototype"])("the key %s is refused", (key) => {
    expect(() => new Session().set(key, { admin: true })).toThrow(TypeError);
    expect(() => new Session().delete(key)).toThrow(TypeError);
  });

  it("a nested __proto__ key is refused", () => {
    expect(() => new Session().set("data", PROTO_DATA)).toThrow(/__proto__/);
    expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
  });

  it("a key that is no string is refused", () => {
    expect(() => new Session().set(Symbol.iterator as unknown as string, 1)).toThrow(/keys are strings/);
  });
});

describe("a session's patch", () => {
  it("is empty and untouched at first", () => {
    expect(changesOf(loaded())).toEqual({
      touched: false,
      cleared: false,
      regenerate: false,
      set: new Map(),
      deleted: new Set(),
    });
  });

  it.each<[string, (session: Session<Visitor>) => unknown]>([
    ["get", (session) => session.get("user")],
    ["has", (session) => session.has("user")],
    ["entries", (session) => session.entries()],
  ])("%s touches and changes nothing", (_name, read) => {
    const session = loaded();
    read(session);
    expect(changesOf(session)).toMatchObject({ touched: true, cleared: false, regenerate: false });
    expect(changesOf(session).set.size + changesOf(session).deleted.size).toBe(0);
  });

  it("names the keys that were set and deleted, and no others", () => {
    const session = loaded();
    session.set("visits", 1);
    session.delete("cart");
    expect(changesOf(session)).toMatchObject({ set: new Map([["visits", 1]]), deleted: new Set(["cart"]) });
  });

  it("keeps the last word on a key", () => {
    const session = loaded();
    session.set("user", "grace");
    session.delete("user");
    expect(changesOf(session)).toMatchObject({ set: new Map(), deleted: new Set(["user"]) });
    session.set("user", "alan");
    expect(changesOf(session)).toMatchObject({ set: new Map([["user", "alan"]]), deleted: new Set() });
  });

  it("forgets with clear() what came before, and not a regenerate()", () => {
    const session = loaded();
    session.regenerate();
    session.set("visits", 1);
    session.delete("cart");
    session.clear();
    expect(changesOf(session)).toEqual({
      touched: true,
      cleared: true,
      regenerate: true,
      set: new Map(),
      deleted: new Set(),
    });
  });

  it("refuses writes after it was committed, and still reads", () => {
    const session = loaded();
    seal(session);
    expect(() => session.set("user", "eve")).toThrow(/after the answer/);
    expect(() => session.delete("user")).toThrow(/after the answer/);
    expect(() => session.clear()).toThrow(/after the answer/);
    expect(() => session.regenerate()).toThrow(/after the answer/);
    expect(session.get("user")).toBe("ada");
  });
});
