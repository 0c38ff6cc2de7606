import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allValues } from "./form.ts";
import { BOUNDARY, inPieces, MULTIPART, multipart, part, readForm } from "./multipart.fixture.ts";
import { refusal, type TestBody } from "./source.fixture.ts";
import { Upload } from "./upload.ts";

const formOf = (body: TestBody) => readForm(body).form;

describe("a multipart form", () => {
  it("has texts and files, in pieces of any size", async () => {
    const body = multipart(
      part('name="title"', "Grüße\r\n--\r\n"),
      part('name="file"; filename="a.txt"', "content", "Text/Plain; charset=utf-8"),
      part('name="empty"', ""),
    );
    for (const size of [1, 2, 7, 64, 10_000]) {
      const form = await formOf(inPieces(body, size));
      expect(form.title).toBe("Grüße\r\n--\r\n");
      expect(form.empty).toBe("");
      const file = form.file;
      if (!(file instanceof Upload)) throw new Error("no file");
      expect(file).toMatchObject({ name: "file", filename: "a.txt", type: "text/plain", size: 7 });
      expect(await file.text()).toBe("content");
    }
  });

  it("takes a part of type application/octet-stream for a file, named or not", async () => {
    const form = await formOf(multipart(part('name="blob"', "x", "application/octet-stream")));
    expect(form.blob).toMatchObject({ filename: "", size: 1, type: "application/octet-stream" });
  });

  it("leaves out a file input without a file", async () => {
    const body = multipart(part('name="avatar"; filename=""', "", "application/octet-stream"));
    expect(await formOf(body)).toEqual({});
  });

  it("keeps the order of repeated fields", async () => {
    const body = multipart(part('name="a"', "1"), part('name="b"', "x"), part('name="a"', "2"));
    expect(allValues(await formOf(body), "a")).toEqual(["1", "2"]);
  });

  it("may be empty, and may have a preamble and an epilogue", async () => {
    expect(await formOf(multipart())).toEqual({});
    const body = `preamble\r\n${multipart(part('name="a"', "1"))}epilogue\r\n${"x".repeat(100_000)}`;
    expect(await formOf(inPieces(body, 1_000))).toEqual({ a: "1" });
    const more = `${multipart(part('name="a"', "1"))}--${BOUNDARY}\r\n--${BOUNDARY}\r\n${part('name="b"', "2")}`;
    expect(await formOf(more)).toEqual({ a: "1" });
  });

  it("decodes names in UTF-8", async () => {
    expect(await formOf(multipart(part('name="größe"', "1")))).toEqual({ größe: "1" });
  });

  it("reads what a browser's FormData sends", async () => {
    const name = fc
      .string({ unit: "grapheme" })
      .filter((text) => !/["\r\n\\\ufffd]|__proto__|constructor/u.test(text));
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(name, fc.string({ unit: "binary" })), { maxLength: 8 }),
        async (pairs) => {
          const sent = new FormData();
          for (const [key, value] of pairs) sent.append(key, value);
          const request = new Response(sent);
          const type = request.headers.get("content-type") ?? "";
          const form = await readForm(new Uint8Array(await request.arrayBuffer()), {}, type).form;
          for (const [key, value] of pairs) {
            const values = pairs
              .filter(([other]) => other === key)
              .map(([, text]) => text.replace(/\r\n?|\n/g, "\r\n"));
            expect(allValues(form, key)).toEqual(values);
            expect(values).toContain(value.replace(/\r\n?|\n/g, "\r\n"));
          }
        },
      ),
      { numRuns: 60 },
    );
  });

  const whole = multipart(part('name="a"', "1"), part('name="f"; filename="x"', "content"));

  it("is malformed wherever it is cut off", async () => {
    const end = whole.indexOf(`--${BOUNDARY}--`) + BOUNDARY.length + 4;
    expect(await refusal(formOf(whole.slice(0, end)))).toBe("accepted");
    for (let length = 0; length < end; length++) {
      expect(await refusal(formOf(whole.slice(0, length)))).toBe("400 malformed_body");
    }
  });

  it.each([
    ["no boundary", "multipart/form-data"],
    ["a boundary of another body", "multipart/form-data; boundary=other"],
    ["a boundary that is too long", `multipart/form-data; boundary=${"b".repeat(71)}`],
    ["a boundary with a quote", 'multipart/form-data; boundary="a\\"b"'],
  ])("is malformed: %s", async (_what, type) => {
    expect(await refusal(readForm(whole, {}, type).form)).toBe("400 malformed_body");
  });

  it.each([
    ["a part without a name", multipart(part('filename="x"', "1"))],
    ["a text that is not UTF-8", new Uint8Array(Buffer.from(multipart(part('name="a"', "\xff")), "latin1"))],
    ["a name that is not UTF-8", new Uint8Array(Buffer.from(multipart(part('name="\xff"', "1")), "latin1"))],
    ["a part without a disposition", `--${BOUNDARY}\r\nX: y\r\n\r\n1\r\n--${BOUNDARY}--\r\n`],
    ["a large part without one", `--${BOUNDARY}\r\nX\r\n\r\n${"x".repeat(70_000)}\r\n--${BOUNDARY}--\r\n`],
    ["a part without an end to its headers", `--${BOUNDARY}\r\nX: y\r\n--${BOUNDARY}--\r\n`],
    ["a part that is named twice", multipart(part('name="a"; name="b"', "1"))],
    ["a part with an open quote", multipart(part('name="a', "1"))],
    ["a part of headers without an end", `--${BOUNDARY}\r\nContent-Disposition: form-data; name="a"`],
  ])("is malformed: %s", async (_what, body) => {
    expect(await refusal(formOf(body))).toBe("400 malformed_body");
  });

  it("cannot reach a prototype", async () => {
    expect(await refusal(formOf(multipart(part('name="__proto__"', "1"))))).toBe("400 forbidden_key");
    const file = multipart(part('name="a[__proto__]"; filename="x"', "1"));
    expect(await refusal(formOf(file))).toBe("400 forbidden_key");
  });

  it("has as many parts as are allowed, and not one more", async () => {
    const parts = (count: number) => multipart(...Array<string>(count).fill(part('name="a"', "1")));
    expect(await refusal(formOf(parts(100)))).toBe("accepted");
    expect(await refusal(formOf(parts(101)))).toBe("413 too_many_parts");
    expect(await refusal(formOf(inPieces(parts(5_000), 500)))).toBe("413 too_many_parts");
  });

  it("has as many text fields as are allowed; files are not counted", async () => {
    const text = part('name="a"', "1");
    const file = part('name="f"; filename="x"', "1");
    expect(await refusal(readForm(multipart(text, file, text), { maxFields: 2 }).form)).toBe("accepted");
    const body = multipart(text, text, text);
    expect(await refusal(readForm(body, { maxFields: 2 }).form)).toBe("413 too_many_fields");
  });

  it("is no larger than is allowed", async () => {
    expect(await refusal(readForm(whole, { maxBodySize: whole.length }).form)).toBe("accepted");
    expect(await refusal(readForm(whole, { maxBodySize: whole.length - 1 }).form)).toBe("413 body_too_large");
  });

  it("holds no more than 1 MiB of text in memory, whatever the limit for files", async () => {
    const body = multipart(part('name="a"', "x".repeat(600_000)), part('name="b"', "x".repeat(600_000)));
    expect(await refusal(readForm(inPieces(body, 60_000), { maxBodySize: 1e9 }).form)).toBe(
      "413 body_too_large",
    );
  });

  it("never hangs or crashes over mutated bytes", async () => {
    const valid = new TextEncoder().encode(whole);
    const change = fc.tuple(fc.nat(valid.length - 1), fc.nat(255));
    await fc.assert(
      fc.asyncProperty(
        fc.array(change, { maxLength: 4 }),
        fc.integer({ min: 1, max: 80 }),
        async (changes, size) => {
          const body = valid.slice();
          for (const [at, byte] of changes) body[at] = byte;
          expect(await refusal(readForm(inPieces(body, size), {}, MULTIPART).form)).toMatch(
            /^(accepted|400 \w+)$/,
          );
        },
      ),
      { numRuns: 300 },
    );
  });
});
