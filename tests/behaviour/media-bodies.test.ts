import { encode } from "@msgpack/msgpack";
import { API, allValues, Upload } from "responder-ts";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { overTransports } from "../support/transports.ts";

overTransports("req.media", (serve) => {
  describe("reads by Content-Type", () => {
    it.each([
      ["application/json", '{"a":[1,2]}'],
      ["application/json; charset=utf-8", '{"a":[1,2]}'],
      ["application/vnd.api+json", '{"a":[1,2]}'],
      ["APPLICATION/JSON", '{"a":[1,2]}'],
      ["application/yaml", "a: [1, 2]"],
      ["application/x-yaml", "a:\n  - 1\n  - 2\n"],
      ["application/msgpack", encode({ a: [1, 2] })],
    ])("%s", async (type, body) => {
      const send = await serve(echo());
      const response = await send("/echo", { method: "POST", headers: { "content-type": type }, body });
      expect(await response.json()).toEqual({ a: [1, 2] });
    });

    it("a form, url-encoded and multipart alike", async () => {
      const send = await serve(echo());
      const form = new FormData();
      form.set("name", "Ada Ü");
      expect(await (await send("/echo", { method: "POST", form: { name: "Ada Ü" } })).json()).toEqual({
        name: "Ada Ü",
      });
      expect(await (await send("/echo", { method: "POST", form })).json()).toEqual({ name: "Ada Ü" });
    });
  });

  describe("form", () => {
    it("takes the form types alone: JSON is 415", async () => {
      const send = await serve(new API().post("/form", async (req) => ({ ...(await req.media("form")) })));
      expect((await send("/form", { method: "POST", json: { a: "1" } })).status).toBe(415);
      expect(await (await send("/form", { method: "POST", form: { a: "1" } })).json()).toEqual({ a: "1" });
    });

    it("holds the first of repeated values, and gives all of them when asked", async () => {
      const api = new API().post("/form", async (req) => {
        const form = await req.media("form");
        return { first: form["role"], all: allValues(form, "role") };
      });
      const send = await serve(api);
      const response = await send("/form", {
        method: "POST",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: "role=user&role=admin",
      });
      expect(await response.json()).toEqual({ first: "user", all: ["user", "admin"] });
    });

    it("gives files as uploads, in memory and on disk alike, and deletes them after the answer", async () => {
      const uploads: Upload[] = [];
      const api = new API().post("/upload", async (req) => {
        const { small, large } = await req.media("form");
        if (!(small instanceof Upload && large instanceof Upload)) return "no files";
        uploads.push(large);
        return {
          small: await small.text(),
          name: small.filename,
          type: small.type,
          large: (await large.bytes()).length,
        };
      });
      const form = new FormData();
      form.set("small", new File(["hello"], "../../etc/passwd", { type: "text/plain" }));
      form.set("large", new File(["x".repeat(200_000)], "large.bin"));
      const send = await serve(api);
      const response = await send("/upload", { method: "POST", form });
      expect(await response.json()).toEqual({
        small: "hello",
        name: "passwd",
        type: "text/plain",
        large: 200_000,
      });
      await api.close();
      await expect(uploads[0]?.bytes()).rejects.toThrow(/temporary file is gone/);
    });

    it("an upload on disk may itself be the answer", async () => {
      const api = new API().post("/back", async (req, resp) => {
        const { file } = await req.media("form");
        if (file instanceof Upload) resp.stream(file.stream());
      });
      const form = new FormData();
      form.set("file", new File(["y".repeat(300_000)], "f.bin"));
      const send = await serve(api);
      const response = await send("/back", { method: "POST", form });
      // The file is deleted once the answer is sent, and it is sent when it is read.
      await new Promise((resolve) => setTimeout(resolve, 20));
      expect((await response.bytes()).length).toBe(300_000);
    });
  });

  describe("with a schema", () => {
    const Login = z.object({ username: z.string(), age: z.coerce.number().int().min(18) });
    const login = () => new API().post("/login", async (req) => ({ got: await req.media(Login) }));

    it("gives what the schema makes of the body", async () => {
      const send = await serve(login());
      const response = await send("/login", {
        method: "POST",
        json: { username: "ada", age: "36", extra: 1 },
      });
      expect(await response.json()).toEqual({ got: { username: "ada", age: 36 } });
    });

    it("is 422 with a pointer to each fault, and never the value", async () => {
      const send = await serve(login());
      const response = await send("/login", { method: "POST", json: { username: 4711_0815, age: 12.5 } });
      expect(response.status).toBe(422);
      const text = await response.text();
      const problem = JSON.parse(text) as { code: string; errors: { in: string; pointer: string }[] };
      expect(problem.code).toBe("validation_failed");
      expect(problem.errors.map(({ in: where, pointer }) => `${where} ${pointer}`)).toEqual(
        expect.arrayContaining(["body /username", "body /age"]),
      );
      expect(text).not.toMatch(/47110815|12\.5/);
    });

    it("escapes a pointer's steps as RFC 6901 has it", async () => {
      const Odd = z.object({ "a/b": z.object({ "c~d": z.array(z.number()) }) });
      const send = await serve(new API().post("/odd", async (req) => ({ got: await req.media(Odd) })));
      const response = await send("/odd", { method: "POST", json: { "a/b": { "c~d": [1, "x"] } } });
      expect(await response.json()).toMatchObject({ errors: [{ pointer: "/a~1b/c~0d/1" }] });
    });

    it("takes forms as well", async () => {
      const send = await serve(login());
      const response = await send("/login", { method: "POST", form: { username: "ada", age: "36" } });
      expect(await response.json()).toEqual({ got: { username: "ada", age: 36 } });
    });
  });

  describe("asked for again", () => {
    it("gives the same again: media, bytes and text in any order", async () => {
      const api = new API().post("/twice", async (req) => {
        const [first, bytes, text, second] = [
          await req.media(),
          await req.bytes(),
          await req.text(),
          await req.media(),
        ];
        return { first, length: bytes.length, text, second };
      });
      const send = await serve(api);
      const response = await send("/twice", { method: "POST", json: { a: 1 } });
      expect(await response.json()).toEqual({
        first: { a: 1 },
        length: 7,
        text: '{"a":1}',
        second: { a: 1 },
      });
    });

    it("gives the same multipart form to a hook and to the handler", async () => {
      const api = new API();
      api.beforeRequest(async (req) => {
        await req.media();
      });
      api.post("/form", async (req) => ({
        ...(await req.media("form")),
        ...((await req.media()) as object),
      }));
      const form = new FormData();
      form.set("a", "1");
      const send = await serve(api);
      expect(await (await send("/form", { method: "POST", form })).json()).toEqual({ a: "1" });
    });
  });
});

function echo(): API {
  return new API().post("/echo", async (req, resp) => {
    resp.media = await req.media();
  });
}
