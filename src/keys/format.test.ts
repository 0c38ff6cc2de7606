import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { base62, base62OfBytes } from "./base62.ts";
import { KeyFormat } from "./format.ts";

const format = new KeyFormat("acme");

describe("the text of a key", () => {
  it("is prefix, id, secret and checksum, of letters and digits, and always as long", () => {
    for (let round = 0; round < 100; round++) {
      const { id, text } = format.make();
      expect(text).toMatch(/^acme_[0-9A-Za-z]{15}_[0-9A-Za-z]{49}$/);
      expect(format.idOf(text)).toBe(id);
    }
  });

  it("is unlike any other", () => {
    const made = Array.from({ length: 1000 }, () => format.make());
    expect(new Set(made.map(({ id }) => id)).size).toBe(1000);
    expect(new Set(made.map(({ text }) => text.slice(21, 64))).size).toBe(1000);
  });

  it("with any one character changed is no key", () => {
    fc.assert(
      fc.property(fc.nat(69), fc.constantFrom(..."09AZaz_-é\n\0 "), (place, character) => {
        const { text } = format.make();
        const changed = text.slice(0, place) + character + text.slice(place + 1);
        expect(format.idOf(changed) === null).toBe(changed !== text);
      }),
      { numRuns: 2000 },
    );
  });

  it("with two neighbours swapped is no key", () => {
    const { text } = format.make();
    for (let place = 0; place < text.length - 1; place++) {
      const swapped = text.slice(0, place) + text[place + 1] + text[place] + text.slice(place + 2);
      expect(format.idOf(swapped) === null).toBe(swapped !== text);
    }
  });

  it.each(["", "acme_", "acme", "x".repeat(100_000), `${format.make().text} `, `\n${format.make().text}`])(
    "is not %j",
    (text) => {
      expect(format.idOf(text)).toBeNull();
    },
  );

  it.each([undefined, null, 7, {}, ["x"]])("is not %j, of whatever type", (value) => {
    expect(format.idOf(value)).toBeNull();
  });

  it("is found by its pattern in a line of a file, and in an address", () => {
    const { text } = format.make();
    for (const line of [`KEY="${text}"`, `https://x.example/?key=${text}&y=1`, `${text}\n`, text]) {
      expect(format.pattern.exec(line)?.[0]).toBe(text);
    }
    expect(format.pattern.test(`x${text}`)).toBe(false);
    expect(format.pattern.test(`${text}x`)).toBe(false);
  });

  it("of a longer prefix is no key of a shorter one", () => {
    const { text } = new KeyFormat("acme_live").make();
    expect(format.idOf(text)).toBeNull();
    expect(format.pattern.test(text)).toBe(false);
  });
});

describe("a prefix", () => {
  it.each(["acme", "a", "acme_live", "A1_b2", "x".repeat(32)])("may be %j", (prefix) => {
    const own = new KeyFormat(prefix);
    expect(own.idOf(own.make().text)).not.toBeNull();
  });

  it.each(["", "_acme", "acme_", "a__b", "1a", "a-b", "a.b", "a b", "é", "x".repeat(33), undefined])(
    "is not %j",
    (prefix) => {
      expect(() => new KeyFormat(prefix as string)).toThrow(TypeError);
    },
  );
});

describe("base 62", () => {
  it("has room for 256 bits in 43 digits, and one spelling for each number", () => {
    expect(base62OfBytes(new Uint8Array(32).fill(255), 43)).toHaveLength(43);
    expect(() => base62OfBytes(new Uint8Array(32).fill(255), 42)).toThrow(RangeError);
    expect([base62(0, 4), base62(61, 2), base62(62, 2), base62(2 ** 32 - 1, 6)]).toEqual([
      "0000",
      "0z",
      "10",
      "4gfFC3",
    ]);
    expect(base62OfBytes(Uint8Array.of(255, 255, 255, 255), 6)).toBe("4gfFC3");
    expect(() => base62(62 ** 2, 2)).toThrow(RangeError);
  });
});
