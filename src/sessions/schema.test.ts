import type { StandardSchemaV1 } from "@standard-schema/spec";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { acceptStored, checkStored, shape } from "./schema.ts";

const Visitor = z.object({ user: z.string(), cart: z.array(z.string()).optional() });

function schemaOf(validate: (value: unknown) => unknown): StandardSchemaV1<unknown, Record<string, unknown>> {
  return { "~standard": { version: 1, vendor: "test", validate: validate as never } };
}

describe("shape", () => {
  it("passes anything, the very same", () => {
    const stored = { anything: [1] };
    expect(acceptStored(shape<{ anything: number[] }>(), stored)).toBe(stored);
    expect(() => checkStored(shape(), stored)).not.toThrow();
  });
});

describe("acceptStored", () => {
  it("gives what the schema makes of the data", () => {
    expect(acceptStored(Visitor, { user: "ada", old: 1 })).toEqual({ user: "ada" });
  });

  it("gives nothing for data that fails", () => {
    expect(acceptStored(Visitor, { user: 1 })).toBeUndefined();
  });

  it("gives nothing when the schema throws, yields no object, or yields what is no data", () => {
    const fails = [
      () => {
        throw new Error("broken");
      },
      () => ({ value: ["list"] }),
      () => ({ value: null }),
      () => ({ value: { at: new Date(0) } }),
      () => ({ value: JSON.parse('{"__proto__":1}') }),
    ];
    for (const validate of fails) {
      expect(acceptStored(schemaOf(validate), { user: "ada" })).toBeUndefined();
    }
  });

  it("leaves out keys that a schema yields as undefined", () => {
    const schema = schemaOf(() => ({ value: { user: "ada", theme: undefined } }));
    expect(acceptStored(schema, {})).toStrictEqual({ user: "ada" });
  });

  it("copies what the schema yields, so that its own objects are not frozen", () => {
    const shared = { cart: [] as string[] };
    const accepted = acceptStored(
      schemaOf(() => ({ value: shared })),
      {},
    );
    expect(accepted).toEqual({ cart: [] });
    expect(Object.isFrozen(accepted?.["cart"])).toBe(true);
    expect(Object.isFrozen(shared.cart)).toBe(false);
  });

  it("refuses an asynchronous schema with advice, and swallows its failure", async () => {
    const rejected = schemaOf(() => Promise.reject(new Error("late")));
    expect(() => acceptStored(rejected, {})).toThrow(TypeError);
    expect(() =>
      acceptStored(z.object({ user: z.string().refine(async () => true) }), { user: "a" }),
    ).toThrow(/asynchronously: take the async checks/);
    await new Promise((resolve) => setImmediate(resolve)); // an unhandled rejection would fail the run
  });
});

describe("checkStored", () => {
  it("passes what the next request will accept", () => {
    expect(() => checkStored(Visitor, { user: "ada" })).not.toThrow();
  });

  it("names the keys that fail and no values", () => {
    const secret = "4111-1111";
    expect(() => checkStored(Visitor, { cart: [{ secret }] })).toThrow(/"user", "cart\.0"/);
    expect(() => checkStored(Visitor, { cart: [{ secret }] })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining(secret) }),
    );
  });

  it("refuses a schema that yields dates or asks for a promise", () => {
    const dated = z.object({ at: z.string().transform((text) => new Date(text)) });
    expect(() => checkStored(dated, { at: "2020-01-01" })).toThrow(/is a Date/);
    expect(() =>
      checkStored(
        schemaOf(async () => ({ value: {} })),
        {},
      ),
    ).toThrow(/asynchronously/);
  });
});
