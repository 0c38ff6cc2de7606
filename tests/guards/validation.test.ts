import { API } from "responder-ts";
import { bearer } from "responder-ts/auth";
import { expect, it, vi } from "vitest";
import { z } from "zod";
import { overTransports } from "../support/transports.ts";

const user = bearer({ verify: (token) => token === "good" && { sub: "1" } });
const asUser = { authorization: "Bearer good" };
const Note = z.object({ title: z.string().min(3), tags: z.array(z.string()).default([]) });

overTransports("a request's schemas", (serve) => {
  function application(handler: (...seen: unknown[]) => void = () => {}) {
    return new API({ auth: user })
      .post("/notes", { body: Note }, (req) => {
        handler(req.body);
        return { title: req.body.title, by: req.principal.sub };
      })
      .get(
        "/notes/{id:int}",
        {
          params: z.object({ id: z.number().max(99) }),
          query: z.object({ page: z.coerce.number().default(1), tag: z.array(z.string()).optional() }),
          headers: z.object({ "x-client": z.string().optional() }),
          cookies: z.object({ theme: z.enum(["dark", "light"]).default("light") }),
        },
        (req) => {
          handler();
          return { id: req.params.id, query: req.query, headers: req.headers, cookies: req.cookies };
        },
      );
  }

  it("come out typed and with their defaults, in place of the raw parts", async () => {
    const send = await serve(application());
    const headers = { ...asUser, "X-Client": "cli", cookie: "theme=dark; other=1" };
    const response = await send("/notes/7?page=2&tag=a&tag=b&other=1", { headers });
    expect(await response.json()).toEqual({
      id: 7,
      query: { page: 2, tag: ["a", "b"] },
      headers: { "x-client": "cli" },
      cookies: { theme: "dark" },
    });
    expect(await (await send("/notes/7", { headers: asUser })).json()).toMatchObject({ query: { page: 1 } });
  });

  it("leave the raw request to hooks, and the rest of it to the handler", async () => {
    const hook = vi.fn();
    const api = application().afterRequest((req) =>
      hook(req.query instanceof URLSearchParams, req.headers.get("host")),
    );
    api.get("/rest", { query: z.object({ a: z.string() }) }, async (req, resp) => {
      resp.background(() => undefined);
      return [
        req.method,
        req.path,
        req.url.pathname,
        req.headers.has("authorization"),
        req.principal.sub,
        req.auth.scheme,
        await req.text(),
      ].join();
    });
    const send = await serve(api);
    const response = await send("/rest?a=b", { headers: asUser });
    expect(await response.text()).toBe("GET,/rest,/rest,true,1,bearer,");
    expect(hook).toHaveBeenCalledWith(true, expect.stringContaining("127.0.0.1"));
  });

  it("that it breaks are answered 422: where, a JSON pointer, a message for each fault", async () => {
    const handler = vi.fn();
    const send = await serve(application(handler));
    const response = await send("/notes", {
      method: "POST",
      headers: asUser,
      json: { title: 5, tags: ["a", 7] },
    });
    expect([response.status, response.headers.get("content-type")]).toEqual([
      422,
      "application/problem+json",
    ]);
    expect(await response.json()).toEqual({
      title: "Unprocessable Content",
      status: 422,
      detail: "The request's body did not pass validation",
      code: "validation_failed",
      errors: [
        { in: "body", pointer: "/title", message: expect.any(String) },
        { in: "body", pointer: "/tags/1", message: expect.any(String) },
      ],
    });
    expect(handler).not.toHaveBeenCalled();
  });

  it("are all held against it, not the first alone", async () => {
    const send = await serve(application());
    const response = await send("/notes/100?page=x", { headers: { ...asUser, cookie: "theme=pink" } });
    const { detail, errors } = (await response.json()) as {
      detail: string;
      errors: { in: string; pointer: string }[];
    };
    expect(detail).toBe("The request's params and query and cookies did not pass validation");
    expect(errors.map(({ in: part, pointer }) => [part, pointer])).toEqual([
      ["params", "/id"],
      ["query", "/page"],
      ["cookies", "/theme"],
    ]);
  });

  it("have pointers by RFC 6901 for keys with slashes and tildes", async () => {
    const body = z.object({ "a/b": z.object({ "c~d": z.string() }) });
    const send = await serve(new API().post("/x", { body }, () => "in"));
    const response = await send("/x", { method: "POST", json: { "a/b": { "c~d": 1 } } });
    expect(await response.json()).toMatchObject({ errors: [{ pointer: "/a~1b/c~0d" }] });
  });

  it("take an asynchronous schema", async () => {
    const body = z.object({ name: z.string().refine(async (name) => name !== "taken", "is taken") });
    const send = await serve(new API().post("/x", { body }, (req) => req.body.name));
    expect(await (await send("/x", { method: "POST", json: { name: "free" } })).text()).toBe("free");
    expect((await send("/x", { method: "POST", json: { name: "taken" } })).status).toBe(422);
  });

  it("of a resource reach each of its methods", async () => {
    const api = new API().route(
      "/x",
      { query: z.object({ a: z.coerce.number() }) },
      { onRequest: (req) => void req.query.a.toFixed(), onGet: (req) => ({ twice: req.query.a * 2 }) },
    );
    const send = await serve(api);
    expect(await (await send("/x?a=2")).json()).toEqual({ twice: 4 });
    expect((await send("/x?a=b")).status).toBe(422);
  });
});

overTransports("attack: learning a schema, or getting round it", (serve) => {
  const handler = vi.fn(() => "in");
  const application = () => {
    handler.mockClear();
    return new API({ auth: user, maxBodySize: 10_000 }).post(
      "/notes",
      { body: Note, query: z.object({ a: z.string() }) },
      handler,
    );
  };

  it.each([
    ["a body that breaks it", { json: { title: 1 } }],
    ["a body that is none", { body: "{", headers: { "content-type": "application/json" } }],
    ["a type that is unknown", { body: "x", headers: { "content-type": "text/x-unknown" } }],
    [
      "a body that is too large",
      { body: "x".repeat(20_000), headers: { "content-type": "application/json" } },
    ],
    ["no body", {}],
  ])("a stranger with %s is told of missing credentials and of nothing else", async (_what, init) => {
    const send = await serve(application());
    const response = await send("/notes", { method: "POST", ...init });
    expect(response.status).toBe(401);
    const { title: _title, ...rest } = (await response.json()) as Record<string, unknown>;
    expect(rest).toEqual({ status: 401, code: "credentials_missing", detail: "This needs credentials" });
    expect(handler).not.toHaveBeenCalled();
  });

  it.each([
    ["application/json\t", 422],
    ["application/json\t;charset=utf-8", 422],
    ["APPLICATION/JSON", 422],
    ["application/json;charset=utf-8", 422],
    [" application/json", 422],
    ["application/json, text/plain", 415],
    ["application\t/json", 415],
    ["application/json\u00a0", 415],
    ["text/json", 415],
    ["text/plain", 415],
    ["application/jsonx", 415],
    ["", 415],
  ])(
    "Content-Type %j: the same value picks the parser and leads to the schema, or it is 415",
    async (type, status) => {
      const send = await serve(application());
      const response = await send("/notes?a=b", {
        method: "POST",
        headers: { ...asUser, "content-type": type },
        body: JSON.stringify({ title: 1 }),
      });
      expect(response.status).toBe(status);
      expect(handler).not.toHaveBeenCalled();
    },
  );

  it("another format meets the same schema", async () => {
    const send = await serve(application());
    for (const [type, body] of [
      ["application/yaml", "title: [1]"],
      ["application/x-www-form-urlencoded", "title=a"],
    ] as const) {
      const headers = { ...asUser, "content-type": type };
      expect((await send("/notes?a=b", { method: "POST", headers, body })).status, type).toBe(422);
    }
    expect(handler).not.toHaveBeenCalled();
  });

  it.each([
    '{"__proto__":{"admin":true},"title":"abc"}',
    '{"title":"abc","constructor":{"prototype":{"admin":true}}}',
  ])("a key that reaches for a prototype is 400: %s", async (body) => {
    const send = await serve(application());
    const headers = { ...asUser, "content-type": "application/json" };
    const response = await send("/notes?a=b", { method: "POST", headers, body });
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([
      400,
      "forbidden_key",
    ]);
    expect(({} as { admin?: boolean }).admin).toBeUndefined();
  });

  it("a query, a header or a cookie named __proto__ changes no object's prototype", async () => {
    const api = new API().get(
      "/x",
      { query: z.looseObject({}), cookies: z.looseObject({}), headers: z.looseObject({}) },
      (req) => ({
        query: "admin" in req.query,
        cookies: "admin" in req.cookies,
        headers: "admin" in req.headers,
      }),
    );
    const send = await serve(api);
    const response = await send("/x?__proto__=admin&__proto__=b&__proto__[admin]=1", {
      headers: { cookie: "__proto__=admin", __proto__x: "1" },
    });
    expect(await response.json()).toEqual({ query: false, cookies: false, headers: false });
  });

  it("identity comes from the guard, never from a body that claims one", async () => {
    const body = z.looseObject({ title: z.string() });
    const api = new API({ auth: user }).post("/x", { body }, (req) => ({
      sub: req.principal.sub,
      scheme: req.auth.scheme,
    }));
    const send = await serve(api);
    const json = { title: "abc", principal: { sub: "admin" }, auth: { scheme: "root" }, sub: "admin" };
    expect(await (await send("/x", { method: "POST", headers: asUser, json })).json()).toEqual({
      sub: "1",
      scheme: "bearer",
    });
  });

  it("a body of thousands of faults is not answered with more than it was", async () => {
    const send = await serve(new API().post("/x", { body: z.array(z.string()) }, () => "in"));
    const response = await send("/x", { method: "POST", json: Array.from({ length: 20_000 }, () => 0) });
    expect(response.status).toBe(422);
    expect(((await response.json()) as { errors: unknown[] }).errors).toHaveLength(100);
  });

  it("a schema that throws is 500, and the handler never runs", async () => {
    const body = z.unknown().transform(() => {
      throw new Error("a bug of the schema's");
    });
    const logger = { info() {}, warn() {}, error: vi.fn() };
    const send = await serve(new API({ logger }).post("/x", { body }, handler));
    expect((await send("/x", { method: "POST", json: {} })).status).toBe(500);
    expect(handler).not.toHaveBeenCalled();
    expect(logger.error).toHaveBeenCalledOnce();
  });
});
