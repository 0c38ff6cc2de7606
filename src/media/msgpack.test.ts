import { encode } from "@msgpack/msgpack";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { read, refusal } from "./source.fixture.ts";

const msgpack = (body: Uint8Array) => read(body, "application/msgpack");
const bytes = (...values: number[]) => new Uint8Array(values);

describe("a MessagePack body", () => {
  it("is read whatever the width of its heads", async () => {
    const value = {
      numbers: [0, 127, 128, 65_536, 2 ** 40, -1, -33, -70_000, -(2 ** 40), 1.5],
      texts: ["", "a".repeat(31), "a".repeat(32), "ä".repeat(200), "a".repeat(70_000)],
      lists: [Array(16).fill(0), Array(70_000).fill(null)],
      maps: Object.fromEntries(Array.from({ length: 70_000 }, (_, index) => [`k${index}`, true])),
    };
    expect(await read(encode(value), "application/msgpack", { maxBodySize: 1e7 })).toEqual(value);
    expect(await msgpack(encode(1.5, { forceFloat32: true }))).toBe(1.5);
  });

  it("gives binary as bytes", async () => {
    for (const size of [2, 300, 70_000]) {
      const binary = new Uint8Array(size).fill(7);
      expect(await msgpack(encode(binary))).toEqual(binary);
    }
  });

  it.each([
    ["nothing", bytes()],
    ["bytes after the value", bytes(1, 2)],
    ["a text cut off", bytes(0xa5, 0x61)],
    ["a list cut off", bytes(0x92, 1)],
    ["a length cut off", bytes(0xdc, 0)],
    ["a number cut off", bytes(0xcb, 0)],
    ["the byte that is never used", bytes(0xc1)],
    ["text that is not UTF-8", bytes(0xa2, 0xc3, 0x28)],
    ["a key that is not UTF-8", bytes(0x81, 0xa1, 0xff, 1)],
    ["a key that is a number", bytes(0x81, 1, 1)],
    ["a key that is binary", bytes(0x81, 0xc4, 1, 0x61, 1)],
    ["a timestamp", encode(new Date(0))],
    ["an extension", bytes(0xc7, 1, 5, 0)],
  ])("is malformed: %s", async (_what, body) => {
    expect(await refusal(msgpack(body))).toBe("400 malformed_body");
  });

  it.each([
    ["at the top", { ["__proto__"]: 1 }],
    ["inside", [{ a: { ["__proto__"]: { admin: true } } }]],
    ["through the constructor", { a: [{ constructor: { prototype: 1 } }] }],
  ])("cannot reach a prototype %s", async (_where, value) => {
    expect(await refusal(msgpack(encode(value)))).toBe("400 forbidden_key");
  });

  it("may have a key named constructor, and the text __proto__", async () => {
    const value = { constructor: "Bau AG", list: ["__proto__"], bin: bytes(1, 2) };
    expect(await msgpack(encode(value))).toEqual(value);
  });

  it("makes no room for elements that are not there", async () => {
    const claim = [0xdd, 0x00, 0x0f, 0xff, 0xff]; // a list of a million
    const body = new Uint8Array(Array(100_000).fill(claim).flat());
    expect(await refusal(msgpack(bytes(0xdd, 0xff, 0xff, 0xff, 0xff)))).toBe("400 malformed_body");
    expect(await refusal(msgpack(bytes(0xdf, 0xff, 0xff, 0xff, 0xff)))).toBe("400 malformed_body");
    expect(await refusal(msgpack(body))).toBe("400 malformed_body");
  });

  it("nests 500 levels, and not one more", async () => {
    const nested = (depth: number) => bytes(...Array(depth).fill(0x91), 1);
    expect(await refusal(msgpack(nested(500)))).toBe("accepted");
    expect(await refusal(msgpack(nested(501)))).toBe("400 malformed_body");
    expect(await refusal(msgpack(bytes(...Array(500).fill(0x91), 0x80)))).toBe("400 malformed_body");
    expect(await refusal(msgpack(nested(100_000)))).toBe("400 malformed_body");
  });

  it("is data or a refusal, whatever the bytes", async () => {
    await fc.assert(
      fc.asyncProperty(fc.uint8Array({ maxLength: 40 }), async (body) => {
        expect(await refusal(msgpack(body))).toMatch(/^(accepted|400 malformed_body|400 forbidden_key)$/);
      }),
      { numRuns: 2_000 },
    );
  });
});
