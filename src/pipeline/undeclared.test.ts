import { type } from "arktype";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { stripperOf } from "./undeclared.ts";

const SECRET = "secret";
type AnyType = Parameters<typeof stripperOf>[0];
const stripped = (schema: unknown, value: unknown) => stripperOf(schema as AnyType)(value);

describe("stripperOf an ArkType", () => {
  it("takes undeclared fields out at every depth, in lists and in tuples", () => {
    const schema = type({
      a: "number",
      "b?": { c: "string" },
      list: type({ x: "string" }).array(),
      pair: [{ y: "number" }, "string"],
    });
    const value = {
      a: 1,
      SECRET,
      b: { c: "c", SECRET },
      list: [{ x: "x", SECRET }],
      pair: [{ y: 1, SECRET }, "z"],
    };
    expect(stripped(schema, value)).toEqual({
      a: 1,
      b: { c: "c" },
      list: [{ x: "x" }],
      pair: [{ y: 1 }, "z"],
    });
  });

  it("in a type that contains itself", () => {
    const { node } = type.module({ node: { v: "number", "kids?": "node[]" } });
    const value = { v: 1, SECRET, kids: [{ v: 2, SECRET, kids: [{ v: 3, SECRET }] }] };
    expect(stripped(node, value)).toEqual({ v: 1, kids: [{ v: 2, kids: [{ v: 3 }] }] });
  });

  it("in the branch of a union that the value is of", () => {
    const schema = type({ kind: "'a'", x: "string" }).or({ kind: "'b'", y: "string" }).or("null");
    expect(stripped(schema, { kind: "a", x: "1", y: SECRET })).toEqual({ kind: "a", x: "1" });
    expect(stripped(schema, { kind: "b", x: SECRET, y: "1" })).toEqual({ kind: "b", y: "1" });
    expect(stripped(schema, null)).toBeNull();
    const wide = type({ a: "string" }).or("'on' | 'off' | number | boolean").or("string[]");
    expect(stripped(wide, { a: "1", SECRET })).toEqual({ a: "1" });
    expect(stripped(wide, ["x"])).toEqual(["x"]);
  });

  it("in a list of one of two kinds", () => {
    const schema = type({ a: "string" })
      .array()
      .or(type({ b: "string" }).array());
    expect(stripped(schema, [{ b: "1", SECRET }])).toEqual([{ b: "1" }]);
  });

  it("keeps what an index signature or a pattern declares", () => {
    expect(stripped(type({ "[string]": { a: "number" } }), { one: { a: 1, SECRET } })).toEqual({
      one: { a: 1 },
    });
    expect(stripped(type({ "[/^x-/]": "string", b: "string" }), { "x-a": "1", b: "2", SECRET })).toEqual({
      "x-a": "1",
      b: "2",
    });
  });

  it("keeps whole what the type says nothing of", () => {
    const date = new Date(0);
    expect(
      stripped(type({ free: "unknown", date: "Date", object: "object" }), {
        free: { z: 1 },
        date,
        object: { z: 1 },
      }),
    ).toEqual({
      free: { z: 1 },
      date,
      object: { z: 1 },
    });
    expect(stripped(type("string"), "text")).toBe("text");
    expect(stripped(type("unknown[]"), [{ z: 1 }])).toEqual([{ z: 1 }]);
  });

  it("keeps what a morph gives, as its output declares it", () => {
    const schema = type({ at: "string.date.parse", n: "number = 1" });
    const at = new Date(0);
    expect(stripped(schema, { at, n: 1, SECRET })).toEqual({ at, n: 1 });
  });

  it("reads the declared fields of a class instance, getters included", () => {
    class Row {
      readonly id = 1;
      readonly hash = SECRET;
      get name() {
        return "Ann";
      }
    }
    expect(stripped(type({ id: "number", name: "string" }), new Row())).toEqual({ id: 1, name: "Ann" });
  });

  it("attack: a field named __proto__ stays a field of nobody", () => {
    const value = JSON.parse('{"a":1,"__proto__":{"admin":true}}');
    const out = stripped(type({ a: "number" }), value) as object;
    expect(Object.keys(out)).toEqual(["a"]);
    expect("admin" in out).toBe(false);
  });

  it("leaves its argument as it is", () => {
    const value = { a: 1, SECRET };
    stripped(type({ a: "number" }), value);
    expect(value).toEqual({ a: 1, SECRET });
  });
});

it("stripperOf another library's schema leaves the work to the library", () => {
  const value = { a: 1, extra: 2 };
  expect(stripped(z.looseObject({ a: z.number() }), value)).toBe(value);
});
