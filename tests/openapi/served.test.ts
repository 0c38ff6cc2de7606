import { API, Router } from "responder-ts";
import { apiKey } from "responder-ts/auth";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { z } from "zod";
import { overTransports } from "../support/transports.ts";

const guard = apiKey({ keys: ["secret"] });
const key = { headers: { "X-API-Key": "secret" } };
const PATHS = [
  "/schema.json",
  "/schema.yml",
  "/docs",
  "/docs/swagger-ui.css",
  "/docs/swagger-ui-bundle.js",
  "/docs/init.js",
];

overTransports("the document and its page", (serve) => {
  it("are served without being asked for", async () => {
    const send = await serve(new API({ title: "Notes" }).get("/x", () => "x"));
    const types: Record<string, string | null> = {};
    for (const path of PATHS) {
      const response = await send(path);
      expect(response.status).toBe(200);
      types[path] = response.headers.get("content-type");
    }
    expect(types).toEqual({
      "/schema.json": "application/json",
      "/schema.yml": "application/yaml",
      "/docs": "text/html; charset=utf-8",
      "/docs/swagger-ui.css": "text/css; charset=utf-8",
      "/docs/swagger-ui-bundle.js": "text/javascript; charset=utf-8",
      "/docs/init.js": "text/javascript; charset=utf-8",
    });
  });

  it("are the same document in both formats", async () => {
    const api = new API().post("/x", { body: z.object({ n: z.enum(["no", "1e3", "~"]) }) }, () => "x");
    const send = await serve(api);
    const asJSON = await (await send("/schema.json")).json();
    expect(parse(await (await send("/schema.yml")).text())).toEqual(asJSON);
    expect(asJSON).toMatchObject({ openapi: "3.1.1", paths: { "/x": { post: {} } } });
  });

  it("have HEAD, 304 for what is there already, 405, and one spelling of the path", async () => {
    const send = await serve(new API());
    const head = await send("/docs/init.js", { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    const headers = { "If-None-Match": head.headers.get("etag") as string };
    expect((await send("/docs/init.js", { headers })).status).toBe(304);
    expect((await send("/docs", { method: "POST" })).status).toBe(405);
    expect((await send("/docs/")).headers.get("location")).toBe("/docs");
  });

  it("are not there with openapi: false, and the paths are the application's own", async () => {
    const send = await serve(new API({ openapi: false }).get("/docs", () => "mine"));
    expect(await (await send("/docs")).text()).toBe("mine");
    expect((await send("/schema.json")).status).toBe(404);
    expect((await send("/docs/init.js")).status).toBe(404);
  });

  it("are elsewhere when they are told to be", async () => {
    const openapi = { docsPath: "/internal/docs", documentPath: "/internal/api/v1" };
    const send = await serve(new API({ openapi }).get("/docs", () => "mine"));
    expect(await (await send("/docs")).text()).toBe("mine");
    expect((await send("/internal/api/v1.json")).status).toBe(200);
    const page = await (await send("/internal/docs")).text();
    expect(page).toContain('data-document="api/v1.json"');
    expect(page).toContain('src="docs/init.js"');
    expect((await send("/internal/docs/init.js")).status).toBe(200);
  });

  it("are found under the prefix of an application that is mounted", async () => {
    const inner = new API({ title: "Inner" });
    const send = await serve(new API({ title: "Outer" }).mount("/inner", inner));
    expect(await (await send("/inner/schema.json")).json()).toMatchObject({ info: { title: "Inner" } });
    expect(await (await send("/inner/docs")).text()).toContain("<title>Inner</title>");
    expect(await (await send("/schema.json")).json()).toMatchObject({ info: { title: "Outer" } });
  });

  it("come before a pattern that would take their paths as a parameter", async () => {
    const send = await serve(new API().route("/{greeting}", (req) => req.params.greeting));
    expect(await (await send("/hello")).text()).toBe("hello");
    expect(await (await send("/docs")).text()).toContain("swagger-ui");
  });
});

overTransports("who may see the document and its page", (serve) => {
  it.each(PATHS)("%s needs what the application's guard asks for", async (path) => {
    const send = await serve(new API({ auth: guard }).get("/x", () => "x"));
    for (const method of ["GET", "HEAD", "OPTIONS", "POST"]) {
      expect((await send(path, { method })).status).toBe(401);
    }
    const response = await send(path, key);
    expect([response.status, response.headers.get("cache-control")]).toEqual([200, "no-store"]);
  });

  it("is everybody where openapi says public, and the application stays guarded", async () => {
    const send = await serve(new API({ auth: guard, openapi: { public: true } }).get("/x", () => "x"));
    for (const path of PATHS) expect((await send(path)).status).toBe(200);
    expect((await send("/x")).status).toBe(401);
    expect((await send("/schema")).status).toBe(401);
  });

  it("is decided by the application's hooks as well", async () => {
    const api = new API().get("/x", () => "x");
    api.beforeRequest((req, resp) => {
      if (req.headers.get("X-API-Key") !== "secret") resp.statusCode = 401;
    });
    const send = await serve(api);
    for (const path of PATHS) {
      expect((await send(path)).status).toBe(401);
      expect((await send(path, key)).status).toBe(200);
    }
  });

  it("is not decided by the guard of a group or a router", async () => {
    const api = new API();
    api.group("/admin", { auth: guard }).get("/x", () => "x");
    api.include(new Router({ auth: guard }).get("/y", () => "y"));
    expect((await (await serve(api))("/docs")).status).toBe(200);
  });
});

describe("the start fails", () => {
  it.each(["/docs", "/schema.json", "/docs/init.js"])("for a route of one's own at %s", async (path) => {
    const api = new API().get(path, () => "mine");
    const start = () => api.requests.get("/");
    await expect(start()).rejects.toThrow(`GET ${path} is a route of the application`);
    await expect(start(), "the same the second time").rejects.toThrow("openapi: false");
  });

  it("not for another method there", async () => {
    const api = new API().post("/docs", () => "posted");
    expect(await (await api.requests.post("/docs")).text()).toBe("posted");
    expect((await api.requests.get("/docs")).status).toBe(200);
  });

  it("for a guard that covers nothing but the document and its page", async () => {
    const api = new API({ auth: guard }).get("/x", { public: true }, () => "x");
    await expect(api.requests.get("/x")).rejects.toThrow("The guard of the application covers no route");
  });
});

describe("the page", () => {
  it("holds no script and no style, and its policy allows none but its own files", async () => {
    const response = await new API().requests.get("/docs");
    const page = await response.text();
    expect(page).not.toMatch(/<style|\sstyle=|\son\w+=|javascript:/i);
    for (const [, attributes, content] of page.matchAll(/<script([^>]*)>([^<]*)<\/script>/g)) {
      expect([attributes, content]).toEqual([expect.stringMatching(/src="docs\/[\w.-]+\.js"/), ""]);
    }
    expect(page).not.toMatch(/https?:|src="\/\/|href="\/\//);
    const policy = response.headers.get("content-security-policy") ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
    expect(response.headers.get("x-content-type-options")).toBe("nosniff");
  });

  it("shows a title as text, whatever it is", async () => {
    const api = new API({ title: `</title><script src="//evil.example"></script>` });
    expect(await (await api.requests.get("/docs")).text()).not.toContain("<script src=//evil");
    expect(await (await api.requests.get("/docs")).text()).toContain("&lt;/title&gt;&lt;script");
  });
});
