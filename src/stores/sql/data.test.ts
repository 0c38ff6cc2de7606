import fc from "fast-check";
import { expect, it } from "vitest";
import { dataRead, dataWritten, keyWritten, patchWritten } from "./data.ts";

it("plain keys stand in the column as they are", () => {
  expect(dataWritten({ cart: "[1]", "ünï-code.1": '"x"' })).toBe('{"cart":"[1]","ünï-code.1":"\\"x\\""}');
});

it("a written key has no escape in JSON, and no two are the same", () => {
  const key = fc.string({
    unit: fc.constantFrom("~", '"', "\\", "0", "2", "a", "\0", "\n", "\uD800", "\uDC00"),
  });
  fc.assert(
    fc.property(key, key, (first, second) => {
      expect(JSON.stringify(keyWritten(first))).toBe(`"${keyWritten(first)}"`);
      expect(keyWritten(first) === keyWritten(second)).toBe(first === second);
    }),
  );
});

it("data come back as they were, from a driver that parses and from one that does not", () => {
  const data = fc.dictionary(fc.string({ unit: "binary" }), fc.json());
  fc.assert(
    fc.property(data, (given) => {
      const written = dataWritten(given);
      expect(Object.entries(dataRead(written)).sort()).toEqual(Object.entries(given).sort());
      expect(Object.entries(dataRead(JSON.parse(written))).sort()).toEqual(Object.entries(given).sort());
    }),
  );
});

it("a key that is deleted and set is set", () => {
  expect(JSON.parse(patchWritten({ a: "1" }, ["a", "b", '"']))).toEqual({ a: "1", b: null, "~0022": null });
});
