import { API, type Hook } from "responder-ts";
import { describe, expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

overTransports("the canonical path", (serve) => {
  it.each([
    ["/caf%C3%A9", "/café"],
    ["/%61dmin", "/admin"],
    ["/health/../me", "/me"],
    ["/health/%2e%2e/me", "/me"],
    ["/./a/./b", "/a/b"],
    ["/../../etc", "/etc"],
    ["/a%2Fb", "/a%2Fb"],
    ["/a%2fb", "/a%2Fb"],
    ["/%2561dmin", "/%2561dmin"],
    ["/a//b", "/a//b"],
    ["/a\\b", "/a/b"],
    ["/a?x=/../b", "/a"],
  ])("of %s is %s, to hooks and to the router alike", async (target, path) => {
    const seen: string[] = [];
    const api = new API();
    api.beforeRequest((req) => {
      seen.push(req.path);
    });
    api.get("/{rest:path}", (req) => req.path);
    api.get("/{first}", (req) => req.path);
    const send = await serve(api);
    expect(await (await send(target)).text()).toBe(path);
    expect(seen).toEqual([path]);
  });

  it.each(["/%", "/%zz", "/%ff", "/%C3", "/a%00b", "/%u0061"])("refuses %s with 400", async (target) => {
    const seen: string[] = [];
    const api = new API();
    api.get("/{rest:path}", (req) => {
      seen.push(req.path);
      return "reached";
    });
    const send = await serve(api);
    const response = await send(target);
    expect(response.status).toBe(400);
    expect(await response.json()).toMatchObject({ code: "malformed_path" });
    expect(seen).toEqual([]);
  });

  it("keeps an encoded slash as data: it divides nothing", async () => {
    const api = new API();
    api.get("/files/{name}", (req) => ({ name: req.params.name }));
    api.get("/files/{folder}/{name}", () => "two segments");
    const send = await serve(api);
    expect(await (await send("/files/a%2F..%2Fb")).json()).toEqual({ name: "a/../b" });
  });

  it("leaves the query alone", async () => {
    const api = new API();
    api.get("/search", (req) => ({ q: req.query.getAll("q"), path: req.path }));
    const send = await serve(api);
    expect(await (await send("/search?q=a%2Fb&q=c+d")).json()).toEqual({
      q: ["a/b", "c d"],
      path: "/search",
    });
  });
});

overTransports("redirectSlashes", (serve) => {
  const twoForms = () => new API().get("/bare", () => "bare").get("/slashed/", () => "slashed");

  it.each([
    ["/bare/", "/bare"],
    ["/slashed", "/slashed/"],
    ["/bare/?a=1&b=%2F", "/bare?a=1&b=%2F"],
    ["/slashed?next=//evil.example", "/slashed/?next=//evil.example"],
  ])("sends %s to %s by 308", async (from, to) => {
    const send = await serve(twoForms());
    const response = await send(from);
    expect([response.status, response.headers.get("location")]).toEqual([308, to]);
  });

  it("holds for every method, so that a POST is not lost", async () => {
    const send = await serve(new API().post("/orders", () => "made"));
    const response = await send("/orders/", { method: "POST", body: "x" });
    expect([response.status, response.headers.get("location")]).toEqual([308, "/orders"]);
  });

  it("fills parameters in as they were sent", async () => {
    const api = new API();
    api.get("/users/{name}", (req) => req.params.name);
    const send = await serve(api);
    expect((await send("/users/a%2Fb%20c/")).headers.get("location")).toBe("/users/a%2Fb%20c");
  });

  it("serves both forms where both are registered", async () => {
    const send = await serve(new API().get("/a", () => "without").get("/a/", () => "with"));
    expect(await (await send("/a")).text()).toBe("without");
    expect(await (await send("/a/")).text()).toBe("with");
  });

  it("runs the route's hooks first: a guarded path is not given away", async () => {
    const api = new API();
    api.get("/closed", { beforeRequest: refuse }, () => "secret");
    const send = await serve(api);
    expect((await send("/closed/")).status).toBe(401);
  });

  it("is 404 when it is off", async () => {
    const api = new API({ redirectSlashes: false }).get("/bare", () => "bare");
    const send = await serve(api);
    expect((await send("/bare/")).status).toBe(404);
    expect((await send("/bare")).status).toBe(200);
  });
});

describe("urlFor", () => {
  const api = new API();
  api.get("/users/{name}", { name: "user" }, () => "user");
  api.get("/files/{rest:path}", { name: "file" }, () => "file");
  api.get("/items/{id:int}", { name: "item" }, () => "item");
  api.group("/admin").get("/people/{name}", { name: "person" }, () => "person");

  it.each([
    ["user", { name: "a/b c" }, "/users/a%2Fb%20c"],
    ["user", { name: "100%" }, "/users/100%25"],
    ["user", { name: "?#" }, "/users/%3F%23"],
    ["file", { rest: "a/b c.txt" }, "/files/a/b%20c.txt"],
    ["item", { id: 7 }, "/items/7"],
    ["person", { name: "ada" }, "/admin/people/ada"],
  ])("%s with %j is %s", (name, params, url) => {
    expect(api.urlFor(name, params)).toBe(url);
  });

  it("gives what the router reads back as the same values", async () => {
    const echo = new API().get("/e/{value}", { name: "echo" }, (req) => ({ value: req.params.value }));
    for (const value of ["a/b", "%2F", "%252F", "ü?#&=+ ", "..a", "\\"]) {
      expect(await (await echo.requests.get(echo.urlFor("echo", { value }))).json()).toEqual({ value });
    }
  });

  it("refuses what would lead elsewhere, and what does not fit", () => {
    expect(() => api.urlFor("user", { name: ".." })).toThrow(/takes a string/);
    expect(() => api.urlFor("file", { rest: "../secret" })).toThrow(TypeError);
    expect(() => api.urlFor("item", { id: "7" })).toThrow(/takes a safe integer/);
    expect(() => api.urlFor("user")).toThrow(/needs the parameter "name"/);
    expect(() => api.urlFor("user", { name: "x", nam: "y" })).toThrow(/Did you mean "name"/);
    expect(() => api.urlFor("usr", { name: "x" })).toThrow(/Did you mean "user"/);
  });

  it("refuses one name for two paths", () => {
    const named = new API().get("/a", { name: "same" }, () => "a");
    expect(() => named.get("/b", { name: "same" }, () => "b")).toThrow(/belongs to "\/a" already/);
  });
});

const refuse: Hook = (_req, resp) => {
  resp.statusCode = 401;
};
