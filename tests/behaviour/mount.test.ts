import { API } from "responder-ts";
import { describe, expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

overTransports("mount", (serve) => {
  it("hands everything under its prefix to the other application, which sees the path without it", async () => {
    const inner = new API();
    inner.get("/", (req) => `root ${req.path}`);
    inner.get("/posts/{slug}", (req) => `post ${req.params.slug}`);
    const send = await serve(new API().mount("/blog", inner));
    expect(await (await send("/blog")).text()).toBe("root /");
    expect(await (await send("/blog/")).text()).toBe("root /");
    expect(await (await send("/blog/posts/a%20b")).text()).toBe("post a b");
    expect((await send("/blog/none")).status).toBe(404);
    expect((await send("/blogs")).status).toBe(404);
  });

  it("takes a Fetch handler, and passes method, query, headers and body on", async () => {
    const api = new API().mount("/raw", async (request) =>
      Response.json({
        method: request.method,
        search: new URL(request.url).search,
        header: request.headers.get("x-test"),
        body: await request.text(),
      }),
    );
    const send = await serve(api);
    const response = await send("/raw/x?a=1", { method: "PUT", headers: { "x-test": "t" }, body: "payload" });
    expect(await response.json()).toEqual({ method: "PUT", search: "?a=1", header: "t", body: "payload" });
  });

  it("tells the other application who the client is", async () => {
    const inner = new API({ trustedProxies: ["loopback"] }).get("/ip", (req) => ({ ip: req.ip }));
    const send = await serve(new API().mount("/inner", inner));
    expect(await (await send("/inner/ip")).json()).toEqual({ ip: "127.0.0.1" });
    const client = { ip: "198.51.100.4" };
    const outer = new API({ trustedProxies: ["10.0.0.1"] }).mount("/inner", inner);
    const ipOf = async (headers: Record<string, string>, platform: object) =>
      (await outer.fetch(new Request("http://app.example/inner/ip", { headers }), platform)).json();
    expect(await ipOf({ "x-forwarded-for": "203.0.113.7" }, client)).toEqual({ ip: "198.51.100.4" });
    expect(await ipOf({ "x-forwarded-for": "203.0.113.7" }, { ip: "10.0.0.1" })).toEqual({
      ip: "203.0.113.7",
    });
  });

  it("is behind the hooks of the application", async () => {
    const api = new API();
    api.beforeRequest((req, resp) => {
      if (!req.headers.has("x-key")) resp.statusCode = 401;
    });
    api.afterRequest((_req, resp) => resp.headers.set("x-outer", "yes"));
    api.mount("/inner", () => new Response("inside", { headers: { "x-inner": "yes" } }));
    const send = await serve(api);
    expect((await send("/inner/x")).status).toBe(401);
    const response = await send("/inner/x", { headers: { "x-key": "1" } });
    expect([await response.text(), response.headers.get("x-inner"), response.headers.get("x-outer")]).toEqual(
      ["inside", "yes", "yes"],
    );
  });

  it("passes an encoded slash on as data, never as a divider", async () => {
    const seen: string[] = [];
    const api = new API().mount("/files", (request) => {
      seen.push(new URL(request.url).pathname);
      return new Response("ok");
    });
    const send = await serve(api);
    await send("/files/a/..%2F..%2Fsecret");
    expect(seen.every((path) => !path.includes(".."))).toBe(true);
  });

  it("keeps every Set-Cookie line of the other application", async () => {
    const api = new API().mount("/in", () => {
      const response = new Response("ok");
      response.headers.append("set-cookie", "a=1");
      response.headers.append("set-cookie", "b=2");
      return response;
    });
    const send = await serve(api);
    expect((await send("/in")).headers.getSetCookie()).toEqual(["a=1", "b=2"]);
  });

  it("answers an error of the other application with a 500 that tells nothing", async () => {
    const logged: unknown[] = [];
    const logger = {
      info() {},
      warn() {},
      error: (_message: string, error?: unknown) => void logged.push(error),
    };
    const api = new API({ logger }).mount("/in", () => {
      throw new Error("connection to db:5432 refused");
    });
    const send = await serve(api);
    const response = await send("/in");
    expect(response.status).toBe(500);
    expect(await response.text()).not.toContain("5432");
    expect(logged).toHaveLength(1);
  });

  it("keeps the limits of the outer application, and says so with 413", async () => {
    const inner = new API().post("/read", async (req) => `${(await req.bytes()).length}`);
    const api = new API({ maxBodySize: 10 }).mount("/in", inner);
    const send = await serve(api);
    expect(await (await send("/in/read", { method: "POST", body: "x".repeat(10) })).text()).toBe("10");
    const chunked = { method: "POST", headers: { "transfer-encoding": "chunked" }, body: "x".repeat(11) };
    expect((await send("/in/read", chunked)).status).toBe(413);
  });
});

describe("what cannot be mounted", () => {
  it("is refused with advice", () => {
    expect(() => new API().mount("/", new API())).toThrow(/literal segments/);
    expect(() => new API().mount("/{x}", new API())).toThrow(/literal segments/);
    expect(() => new API().mount("/x", {} as never)).toThrow(/takes an application/);
  });
});
