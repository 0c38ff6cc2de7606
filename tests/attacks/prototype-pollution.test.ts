import { encode } from "@msgpack/msgpack";
import { API } from "responder-ts";
import { afterEach, expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

const BODIES: readonly (readonly [name: string, type: string, body: string | Uint8Array])[] = [
  ["JSON", "application/json", '{"__proto__":{"admin":true}}'],
  ["JSON, nested", "application/json", '{"a":[{"b":{"__proto__":{"admin":true}}}]}'],
  ["JSON, escaped", "application/json", '{"\\u005f_proto__":{"admin":true}}'],
  ["JSON, by the constructor", "application/json", '{"constructor":{"prototype":{"admin":true}}}'],
  ["YAML", "application/yaml", "__proto__:\n  admin: true\n"],
  ["YAML, merged", "application/yaml", "a: &a\n  __proto__:\n    admin: true\nb:\n  <<: *a\n"],
  ["YAML, by the constructor", "application/yaml", "constructor:\n  prototype:\n    admin: true\n"],
  ["a form", "application/x-www-form-urlencoded", "__proto__=admin"],
  ["a form, as a path", "application/x-www-form-urlencoded", "__proto__[admin]=true"],
  ["a form, as a deep path", "application/x-www-form-urlencoded", "a[__proto__][admin]=true"],
  ["a form, with dots", "application/x-www-form-urlencoded", "constructor.prototype.admin=true"],
  ["a form, escaped", "application/x-www-form-urlencoded", "%5F%5Fproto%5F%5F[admin]=true"],
  ["MessagePack", "application/msgpack", encode(JSON.parse('{"a":1}')).map((byte) => byte)],
];

/** `{"__proto__": {"admin": true}}` in MessagePack, which no encoder writes of itself. */
const PACKED = Uint8Array.from([
  0x81,
  0xa9,
  ...Buffer.from("__proto__"),
  0x81,
  0xa5,
  ...Buffer.from("admin"),
  0xc3,
]);

overTransports("a body that reaches for the prototype", (serve) => {
  afterEach(() => {
    expect(({} as Record<string, unknown>)["admin"]).toBeUndefined();
    expect(Object.prototype).not.toHaveProperty("admin");
  });

  const merging = (taken: unknown[]) =>
    new API().post("/merge", async (req) => {
      const merged = Object.assign({ name: "" }, await req.media());
      taken.push(merged);
      return { admin: (merged as { admin?: boolean }).admin ?? false };
    });

  it.each(BODIES.filter(([name]) => name !== "MessagePack"))(
    "as %s is refused with 400",
    async (_name, type, body) => {
      const taken: unknown[] = [];
      const send = await serve(merging(taken));
      const response = await send("/merge", { method: "POST", headers: { "content-type": type }, body });
      expect(response.status).toBe(400);
      expect(await response.json()).toMatchObject({ code: "forbidden_key" });
      expect(taken).toEqual([]);
    },
  );

  it("as MessagePack is refused with 400", async () => {
    const taken: unknown[] = [];
    const send = await serve(merging(taken));
    const headers = { "content-type": "application/msgpack" };
    expect((await send("/merge", { method: "POST", headers, body: PACKED })).status).toBe(400);
    expect(taken).toEqual([]);
  });

  it("as a multipart field is refused with 400", async () => {
    const send = await serve(merging([]));
    for (const name of ["__proto__", "a[constructor][prototype][admin]"]) {
      const form = new FormData();
      form.set(name, "true");
      expect((await send("/merge", { method: "POST", form })).status).toBe(400);
    }
  });

  it("in the query, the cookies, the headers or the path is data like any other", async () => {
    const api = new API().get("/read/{name}", (req) => ({
      query: req.query.get("__proto__"),
      cookie: Object.hasOwn(req.cookies, "toString") || "admin" in req.cookies,
      header: req.headers.get("__proto__"),
      param: req.params.name,
      missing: req.headers.get("constructor"),
    }));
    const send = await serve(api);
    const headers = { cookie: "__proto__=admin; constructor=x" };
    const response = await send("/read/__proto__?__proto__=x&__proto__[admin]=1", { headers });
    expect(await response.json()).toEqual({
      query: "x",
      cookie: false,
      header: null,
      param: "__proto__",
      missing: null,
    });
  });

  it("by a session's key is refused where it is set", async () => {
    const api = new API({ secretKey: "0123456789abcdef0123456789abcdef" }).get("/set", (req) => {
      const refused = ["__proto__", "constructor", "prototype"].filter((key) => {
        try {
          req.session.set(key, { admin: true });
          return false;
        } catch {
          return true;
        }
      });
      return { refused };
    });
    const send = await serve(api);
    expect(await (await send("/set")).json()).toEqual({ refused: ["__proto__", "constructor", "prototype"] });
  });
});
