import { describe, expect, it } from "vitest";
import { HTTPError } from "../http/errors.ts";
import { DEFAULT_LIMITS } from "./limits.ts";
import { readMedia } from "./read.ts";
import { read, refusal, sourceOf } from "./source.fixture.ts";

const FORM = "application/x-www-form-urlencoded";

describe("readMedia", () => {
  it.each([
    ["application/json", '{"a":1}'],
    ["Application/JSON; charset=UTF-8", '{"a":1}'],
    ["application/problem+json", '{"a":1}'],
    ["application/yaml", "a: 1"],
    ["application/x-yaml", "a: 1"],
    ["text/yaml; charset=utf-8", "a: 1"],
    ["application/openapi+yaml", "a: 1"],
    ["application/msgpack", new Uint8Array([0x81, 0xa1, 0x61, 1])],
    ["application/x-msgpack", new Uint8Array([0x81, 0xa1, 0x61, 1])],
    ["application/vnd.msgpack", new Uint8Array([0x81, 0xa1, 0x61, 1])],
  ])("reads %s", async (type, body) => {
    expect(await read(body, type)).toEqual({ a: 1 });
  });

  it("reads a url-encoded form", async () => {
    expect(await read("a=1&b=x+y%21", FORM)).toEqual({ a: "1", b: "x y!" });
  });

  it.each([
    ["an unknown type", "text/plain"],
    ["a tab in the type (CVE-2026-25223)", "application/json\ta"],
    ["two types", "application/json, application/yaml"],
    ["a type that only ends like one", "application/notjson"],
    ["another charset", "application/json; charset=iso-8859-1"],
    ["another charset of a form", `${FORM}; charset=utf-16`],
    ["another charset of YAML", "application/yaml; charset=utf-16"],
  ])("answers 415 for %s, and touches nothing", async (_what, type) => {
    const source = sourceOf("{}", { "content-type": type });
    expect(await refusal(readMedia(source, DEFAULT_LIMITS))).toBe("415 unsupported_media_type");
    expect(source.touched).toBe(false);
  });

  it("answers 415 where no type was sent, and names those accepted", async () => {
    const failed = readMedia(sourceOf("{}"), DEFAULT_LIMITS);
    await expect(failed).rejects.toThrow(/application\/json, application\/yaml, application\/msgpack/);
    await expect(failed).rejects.toBeInstanceOf(HTTPError);
  });

  it("answers 415 for a compressed body, and says what is accepted", async () => {
    const source = sourceOf("{}", { "content-type": "application/json", "content-encoding": "gzip" });
    await expect(readMedia(source, DEFAULT_LIMITS)).rejects.toMatchObject({
      statusCode: 415,
      headers: { "Accept-Encoding": "identity" },
    });
    const plain = sourceOf("{}", { "content-type": "application/json", "content-encoding": "Identity" });
    expect(await readMedia(plain, DEFAULT_LIMITS)).toEqual({});
  });

  it("reads forms only where a form is expected", async () => {
    const form = sourceOf("a=1", { "content-type": FORM });
    expect((await readMedia(form, DEFAULT_LIMITS, "form")).a).toBe("1");
    const json = sourceOf('{"a":"1"}', { "content-type": "application/json" });
    expect(await refusal(readMedia(json, DEFAULT_LIMITS, "form"))).toBe("415 unsupported_media_type");
  });

  it.each(["application/json", "application/yaml", "application/msgpack", FORM])(
    "passes the refusal of a body over the limit on: %s",
    async (type) => {
      expect(await refusal(read("x".repeat(11), type, { maxBodySize: 10 }))).toBe("413 body_too_large");
    },
  );

  it("holds YAML to 64 KiB, because its parser is slow", async () => {
    const body = `a: ${"x".repeat(65_536)}`;
    expect(await refusal(read(body, "application/yaml", { maxBodySize: 1e9 }))).toBe("413 body_too_large");
    expect(await refusal(read(JSON.stringify(body), "application/json", { maxBodySize: 1e9 }))).toBe(
      "accepted",
    );
  });

  it("says nothing of the body in a message", async () => {
    for (const type of ["application/json", "application/yaml", "application/msgpack", FORM]) {
      const error = await read("hunter2: [%zz\u0001", type).catch((caught: unknown) => caught);
      expect(error).toBeInstanceOf(HTTPError);
      expect(`${String(error)} ${JSON.stringify(error)}`).not.toContain("hunter2");
      expect(error instanceof HTTPError && error.cause).toBeUndefined();
    }
  });
});
