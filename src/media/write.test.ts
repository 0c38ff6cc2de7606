import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { read } from "./source.fixture.ts";
import { encodeMedia, MEDIA_TYPES, type MediaFormat, mediaFormat } from "./write.ts";

const FORMATS: MediaFormat[] = ["json", "yaml", "msgpack"];

async function throughTheWire(format: MediaFormat, value: unknown): Promise<unknown> {
  return read(await encodeMedia(format, value), MEDIA_TYPES[format]);
}

describe("mediaFormat", () => {
  it.each([
    ["no header", null, "json"],
    ["an empty header", "", "json"],
    ["anything", "*/*", "json"],
    ["JSON", "application/json", "json"],
    ["JSON first", "application/json,application/yaml", "json"],
    ["a browser's header", "text/html,application/xhtml+xml,*/*;q=0.8", "json"],
    ["YAML", "application/yaml", "yaml"],
    ["YAML in other case", "Application/YAML", "yaml"],
    ["YAML by older names", "text/yaml", "yaml"],
    ["MessagePack", "application/msgpack", "msgpack"],
    ["MessagePack by an older name", "application/x-msgpack, */*;q=0.1", "msgpack"],
    ["qualities", "application/json;q=0.5, application/yaml;q=0.6", "yaml"],
    ["a type that only looks like JSON", "application/json-seq, application/yaml", "yaml"],
    ["YAML refused", "application/yaml;q=0, */*", "json"],
    ["all refused", "application/json;q=0, application/yaml;q=0", "json"],
    ["JSON refused, and no other named", "application/json;q=0, application/*", "json"],
  ])("%s", (_what, accept, expected) => {
    expect(mediaFormat(accept)).toBe(expected);
  });

  it.each([
    ["text/html", null],
    ["application/json;q=0", null],
    ["text/*", null],
    ["application/json;q=0, application/*", "yaml"],
    ["text/html, */*;q=0.1", "json"],
    ["application/json", "json"],
    [null, "json"],
  ])("is null when strict and none is accepted: %s", (accept, expected) => {
    expect(mediaFormat(accept, true)).toBe(expected);
  });
});

describe("encodeMedia", () => {
  it("gives JSON at once, without a promise", () => {
    expect(encodeMedia("json", { a: [1, null, "x"] })).toBe('{"a":[1,null,"x"]}');
  });

  it.each(FORMATS)("sends the same data as JSON in %s: dates, undefined, toJSON", async (format) => {
    const value = {
      at: new Date(0),
      gone: undefined,
      list: [undefined, Number.NaN],
      own: { toJSON: () => "mine" },
      map: new Map([[1, 2]]),
    };
    const expected = { at: "1970-01-01T00:00:00.000Z", list: [null, null], own: "mine", map: {} };
    expect(await throughTheWire(format, value)).toEqual(expected);
  });

  it.each(FORMATS)("makes undefined null in %s", async (format) => {
    expect(await throughTheWire(format, undefined)).toBeNull();
  });

  it.each(FORMATS)("refuses a bigint in %s, with advice, before any promise", (format) => {
    expect(() => encodeMedia(format, { id: 1n })).toThrow(/Media cannot hold a bigint: send String\(value\)/);
  });

  it.each(FORMATS)("refuses data that contains itself in %s", (format) => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    expect(() => encodeMedia(format, loop)).toThrow(/circular/);
  });

  it("quotes what YAML 1.1 would misread", async () => {
    expect(await encodeMedia("yaml", { country: "no" })).toBe('country: "no"\n');
  });

  it("writes shared data out instead of YAML aliases", async () => {
    const shared = { a: 1 };
    expect(await encodeMedia("yaml", [shared, shared])).toBe("- a: 1\n- a: 1\n");
  });

  it.each(FORMATS)("round-trips any JSON data in %s", async (format) => {
    const key = fc
      .string({ unit: "binary" })
      .filter((name) => name !== "__proto__" && name !== "constructor");
    const { data } = fc.letrec((tie) => ({
      data: fc.oneof(
        { depthSize: "small" },
        fc.constant(null),
        fc.boolean(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((number) => number + 0),
        fc.integer(),
        fc.string({ unit: "binary" }),
        fc.constantFrom(
          "no",
          "null",
          "~",
          "1",
          "0x1",
          "1e3",
          "2020-01-01",
          "<<",
          "- a",
          "a: b",
          " \n",
          "\n ",
          "a\n\n",
          "#",
          "\u0085",
          "\ufeff",
        ),
        fc.array(tie("data")),
        fc.dictionary(key, tie("data")),
      ),
    }));
    await fc.assert(
      fc.asyncProperty(data, async (value) => {
        const plain: unknown = JSON.parse(JSON.stringify(value));
        expect(await throughTheWire(format, value)).toEqual(plain);
      }),
      { numRuns: 300 },
    );
  });
});
