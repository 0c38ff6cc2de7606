import { API, type Hook, Router } from "responder-ts";
import { describe, expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

overTransports("groups and routers", (serve) => {
  describe("a group", () => {
    it("puts its prefix before its paths, and gives prefix parameters to its handlers", async () => {
      const api = new API();
      const shop = api.group("/shops/{shop}");
      shop.get("/", (req) => ({ shop: req.params.shop }));
      shop.get("/items/{id:int}", (req) => ({ shop: req.params.shop, id: req.params.id }));
      const send = await serve(api);
      expect(await (await send("/shops/tea")).json()).toEqual({ shop: "tea" });
      expect(await (await send("/shops/tea/items/4")).json()).toEqual({ shop: "tea", id: 4 });
    });

    it("runs its hooks for its own routes alone", async () => {
      const api = new API();
      const admin = api.group("/admin", { beforeRequest: deny });
      admin.get("/users", () => "users");
      api.get("/admin-help", () => "help");
      api.get("/open", () => "open");
      const send = await serve(api);
      expect((await send("/admin/users")).status).toBe(403);
      expect((await send("/admin-help")).status).toBe(200);
      expect((await send("/open")).status).toBe(200);
    });

    it("runs hooks that came after its routes for them too", async () => {
      const api = new API();
      const admin = api.group("/admin");
      admin.get("/users", () => "users");
      admin.beforeRequest(deny);
      const send = await serve(api);
      expect((await send("/admin/users")).status).toBe(403);
    });

    it("guards HEAD, OPTIONS, other methods and the redirect of its paths alike", async () => {
      const api = new API();
      api.group("/admin", { beforeRequest: deny }).get("/users", () => "users");
      const send = await serve(api);
      for (const method of ["GET", "HEAD", "OPTIONS", "DELETE"]) {
        expect((await send("/admin/users", { method })).status).toBe(403);
      }
      expect((await send("/admin/users/")).status).toBe(403);
    });

    it("nests: prefixes add up, hooks run from the outside in and back", async () => {
      const seen: string[] = [];
      const mark =
        (name: string): Hook =>
        () =>
          void seen.push(name);
      const api = new API();
      const outer = api.group("/a", { beforeRequest: mark("+outer"), afterRequest: mark("-outer") });
      const inner = outer.group("/b/{id:int}", {
        beforeRequest: mark("+inner"),
        afterRequest: mark("-inner"),
      });
      inner.get("/c", (req) => `${req.params.id} ${seen.push("handler")}`);
      const send = await serve(api);
      expect(await (await send("/a/b/5/c")).text()).toBe("5 3");
      expect(seen).toEqual(["+outer", "+inner", "handler", "-inner", "-outer"]);
    });
  });

  describe("a router", () => {
    it("is included under a prefix, with its hooks for its own routes alone", async () => {
      const router = new Router({ beforeRequest: (_req, resp) => resp.headers.set("x-router", "yes") });
      router.get("/", () => "list");
      router.get("/{id:int}", (req) => `note ${req.params.id}`);
      const api = new API().get("/other", () => "other").include(router, { prefix: "/notes" });
      const send = await serve(api);
      expect(await (await send("/notes")).text()).toBe("list");
      const note = await send("/notes/3");
      expect([await note.text(), note.headers.get("x-router")]).toEqual(["note 3", "yes"]);
      expect((await send("/other")).headers.get("x-router")).toBeNull();
    });

    it("is taken in whole, also what is registered on it after the inclusion", async () => {
      const router = new Router();
      const api = new API().include(router, { prefix: "/late" });
      router.beforeRequest((_req, resp) => resp.headers.set("x-late", "hook"));
      router.get("/route", () => "late route");
      router.group("/deep").get("/route", () => "late group");
      const send = await serve(api);
      const response = await send("/late/route");
      expect([await response.text(), response.headers.get("x-late")]).toEqual(["late route", "hook"]);
      expect(await (await send("/late/deep/route")).text()).toBe("late group");
    });

    it("may be included twice, under two prefixes, or within another router", async () => {
      const inner = new Router().get("/x", (req) => req.path);
      const outer = new Router().include(inner, { prefix: "/inner" });
      const api = new API().include(inner, { prefix: "/one" }).include(outer, { prefix: "/two" });
      const send = await serve(api);
      expect(await (await send("/one/x")).text()).toBe("/one/x");
      expect(await (await send("/two/inner/x")).text()).toBe("/two/inner/x");
    });

    it("without a prefix stands where the application stands", async () => {
      const send = await serve(new API().include(new Router().get("/here", () => "here")));
      expect(await (await send("/here")).text()).toBe("here");
    });
  });
});

describe("what cannot be included", () => {
  it("is refused with advice", () => {
    expect(() => new API().include(new API() as never)).toThrow(/goes to mount\(\)/);
    expect(() =>
      new API().include(
        new Router().get("/x", () => "x"),
        { prefix: "/a/" },
      ),
    ).toThrow(/must not end/);
    expect(() => new API().group("admin").get("/x", () => "x")).toThrow(/must start with "\/"/);
  });

  it("is refused where it collides with a route of the application", () => {
    const router = new Router().get("/x", () => "router");
    expect(() => new API().get("/x", () => "api").include(router)).toThrow(/registered twice/);
  });
});

const deny: Hook = (_req, resp) => {
  resp.statusCode = 403;
};
