import { API } from "responder-ts";
import { describe, expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

const MIB = 1_048_576;

overTransports("a body that is refused", (serve) => {
  const post = (body: string | Uint8Array, type?: string) => ({
    method: "POST",
    body,
    ...(type !== undefined && { headers: { "content-type": type } }),
  });

  describe("malformed: 400", () => {
    it.each([
      ["JSON cut off", "application/json", '{"a":'],
      ["JSON with a comment", "application/json", "{} // x"],
      ["an empty body", "application/json", ""],
      ["bytes that are no UTF-8", "application/json", new Uint8Array([0x22, 0xff, 0x22])],
      ["JSON that nests too deep", "application/json", "[".repeat(20_000) + "]".repeat(20_000)],
      ["YAML that is none", "application/yaml", "a: [1"],
      ["MessagePack cut off", "application/msgpack", new Uint8Array([0x92, 0x01])],
      ["a bad escape in a form", "application/x-www-form-urlencoded", "a=%zz"],
      ["multipart without a boundary", "multipart/form-data", "x"],
      [
        "multipart cut off",
        "multipart/form-data; boundary=b",
        '--b\r\nContent-Disposition: form-data; name="a"\r\n\r\nx',
      ],
    ])("%s", async (_name, type, body) => {
      const send = await serve(reader());
      const response = await send("/read", post(body, type));
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: "malformed_body" });
    });
  });

  describe("a type that is not known: 415", () => {
    it.each([
      undefined,
      "",
      "text/plain",
      "application/xml",
      "application/json, text/plain",
      "application/json; charset=utf-16",
      "json",
      "application/jsonx",
    ])("%s", async (type) => {
      const send = await serve(reader());
      const response = await send("/read", post(new Uint8Array([123, 125]), type));
      expect(response.status).toBe(415);
      expect(await response.json()).toMatchObject({ code: "unsupported_media_type" });
    });

    it("a compressed body", async () => {
      const send = await serve(reader());
      const headers = { "content-type": "application/json", "content-encoding": "gzip" };
      expect((await send("/read", { method: "POST", headers, body: "x" })).status).toBe(415);
    });
  });

  describe("too large: 413", () => {
    it("one byte over 1 MiB, and not one byte before", async () => {
      const send = await serve(reader());
      const within = JSON.stringify("x".repeat(MIB - 2));
      expect((await send("/read", post(within, "application/json"))).status).toBe(200);
      const over = await send("/read", post(`${within} `, "application/json"));
      expect(over.status).toBe(413);
      expect(await over.json()).toMatchObject({ code: "body_too_large" });
    });

    it("where no length was declared, too", async () => {
      const send = await serve(reader({ maxBodySize: 100 }));
      const headers = { "content-type": "application/json", "transfer-encoding": "chunked" };
      expect((await send("/read", { method: "POST", headers, body: `"${"x".repeat(99)}"` })).status).toBe(
        413,
      );
      expect((await send("/read", { method: "POST", headers, body: `"${"x".repeat(98)}"` })).status).toBe(
        200,
      );
    });

    it("holds for bytes, text and the stream alike", async () => {
      const api = new API({ maxBodySize: 3 });
      api.post("/bytes", async (req) => await req.bytes());
      api.post("/text", async (req) => await req.text());
      api.post("/stream", async (req) => {
        for await (const _piece of req.stream());
        return "read";
      });
      const send = await serve(api);
      for (const path of ["/bytes", "/text", "/stream"]) {
        expect((await send(path, post("abc"))).status).toBe(200);
        expect((await send(path, post("abcd"))).status).toBe(413);
      }
    });

    it("a stream may be given a limit of its own", async () => {
      const api = new API({ maxBodySize: 3 }).post("/stream", async (req) => {
        let size = 0;
        for await (const piece of req.stream(2 * MIB)) size += piece.length;
        return { size };
      });
      const send = await serve(api);
      expect(await (await send("/stream", post("x".repeat(MIB)))).json()).toEqual({ size: MIB });
    });

    it("1,001 fields of a form", async () => {
      const send = await serve(reader());
      const fields = (count: number) => Array.from({ length: count }, (_, index) => `f${index}=1`).join("&");
      const type = "application/x-www-form-urlencoded";
      expect((await send("/read", post(fields(1_000), type))).status).toBe(200);
      const over = await send("/read", post(fields(1_001), type));
      expect(over.status).toBe(413);
      expect(await over.json()).toMatchObject({ code: "too_many_fields" });
    });

    it("101 parts of a multipart body", async () => {
      const send = await serve(reader());
      const parts = (count: number) => {
        const form = new FormData();
        for (let index = 0; index < count; index++) form.set(`f${index}`, "1");
        return form;
      };
      expect((await send("/read", { method: "POST", form: parts(100) })).status).toBe(200);
      const over = await send("/read", { method: "POST", form: parts(101) });
      expect(over.status).toBe(413);
      expect(await over.json()).toMatchObject({ code: "too_many_parts" });
    });
  });

  it("answers the request after each of them", async () => {
    const send = await serve(reader({ maxBodySize: 100 }));
    expect((await send("/read", post("{", "application/json"))).status).toBe(400);
    expect((await send("/read", post("x".repeat(5_000), "application/json"))).status).toBe(413);
    expect((await send("/read", post("x", "text/plain"))).status).toBe(415);
    expect((await send("/read", post("{}", "application/json"))).status).toBe(200);
  });
});

function reader(options: { maxBodySize?: number } = {}): API {
  return new API(options).post("/read", async (req) => ({ kind: typeof (await req.media()) }));
}
