import { describe, expect, it } from "vitest";
import { read, refusal } from "./source.fixture.ts";

const JSON_TYPE = "application/json";

describe("a JSON body", () => {
  it("may be any value, null included, with a byte order mark or without", async () => {
    expect(await read("null", JSON_TYPE)).toBeNull();
    expect(await read("\ufeff[1]", JSON_TYPE)).toEqual([1]);
  });

  it.each(["", " ", "{", "{'a':1}", '{"a":1}x', "undefined", "NaN", "[1,]"])(
    "is malformed: %j",
    async (body) => {
      expect(await refusal(read(body, JSON_TYPE))).toBe("400 malformed_body");
    },
  );

  it("is malformed where it is not UTF-8", async () => {
    expect(await refusal(read(new Uint8Array([0x22, 0xff, 0x22]), JSON_TYPE))).toBe("400 malformed_body");
  });

  it.each([
    '{"__proto__":{"admin":true}}',
    '{"a":[{"b":{"__proto__":1}}]}',
    '{"\\u005f_proto__":1}',
    '{"constructor":{"prototype":{}}}',
    '[{"constructor" : {"\\u0070rototype":1}}]',
  ])("cannot reach a prototype: %s", async (body) => {
    expect(await refusal(read(body, JSON_TYPE))).toBe("400 forbidden_key");
  });

  it("may have a key named constructor or prototype that reaches nothing", async () => {
    const body = { constructor: "Bau AG", prototype: 1, note: "__proto__" };
    expect(await read(JSON.stringify(body), JSON_TYPE)).toEqual(body);
  });

  it("nests 500 levels, and not one more", async () => {
    const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);
    expect(await refusal(read(nested(500), JSON_TYPE))).toBe("accepted");
    expect(await refusal(read(nested(501), JSON_TYPE))).toBe("400 malformed_body");
    expect(await refusal(read('{"a":'.repeat(100_000), JSON_TYPE))).toBe("400 malformed_body");
  });

  it("may be wide, and may hold brackets in strings", async () => {
    expect(await read(JSON.stringify(Array(2_000).fill([])), JSON_TYPE)).toHaveLength(2_000);
    const text = `${"[{".repeat(2_000)}\\"`;
    expect(await read(JSON.stringify(text), JSON_TYPE)).toBe(text);
  });
});
