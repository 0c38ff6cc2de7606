import { API, Router } from "responder-ts";
import { apiKey, bearer } from "responder-ts/auth";
import { expect, it } from "vitest";
import { overTransports, type Send } from "../support/transports.ts";

const user = bearer({ verify: (token) => token === "good" && { sub: "1" } });
const partner = apiKey({ keys: ["k"], name: "partner" });
const asUser = { authorization: "Bearer good" };
const asPartner = { "x-api-key": "k" };

/** Every request to these paths by nobody is 401, whatever the method, and no handler runs. */
async function expectDenied(send: Send, path: string, methods = ["GET", "HEAD", "OPTIONS", "POST", "PATCH"]) {
  for (const method of methods) {
    const response = await send(path, { method });
    expect(response.status, `${method} ${path}`).toBe(401);
    expect(response.headers.get("allow"), `${method} ${path}`).toBeNull();
    expect(response.headers.get("location"), `${method} ${path}`).toBeNull();
  }
}

overTransports("with a guard on the application", (serve) => {
  const reached: string[] = [];
  function application() {
    reached.length = 0;
    const api = new API({ auth: user });
    const seen = (req: { path: string }) => {
      reached.push(req.path);
      return "in";
    };
    api.get("/", { public: true }, seen);
    api.get("/health", { public: "for the load balancer" }, seen);
    api.get("/me", seen);
    api.post("/notes", seen);
    api.get("/notes/{id:int}", seen);
    api.route("/any", seen);
    api.get("/files/{path:path}", seen);
    api.route("/resource", { onGet: seen, onPost: seen });
    api.group("/admin").get("/users", seen);
    api.include(new Router().get("/list", seen), { prefix: "/router" });
    api.mount("/legacy", () => new Response("legacy"));
    api.mount("/inner", new API().get("/page", seen));
    return api;
  }

  it.each([
    "/me",
    "/notes",
    "/notes/7",
    "/any",
    "/files/a/b.txt",
    "/resource",
    "/admin/users",
    "/router/list",
    "/legacy",
    "/legacy/deep/er",
    "/inner/page",
  ])("a stranger is asked for credentials at %s, by every method", async (path) => {
    const send = await serve(application());
    await expectDenied(send, path, ["GET", "HEAD", "OPTIONS", "POST", "PUT", "PATCH", "DELETE"]);
    expect(reached).toEqual([]);
  });

  it("an unknown path and an unknown method are no hint to a stranger", async () => {
    const send = await serve(application());
    await expectDenied(send, "/nothing/here");
    await expectDenied(send, "/me", ["PUT", "PROPFIND", "PURGE"]);
    expect((await send("/nothing/here", { headers: asUser })).status).toBe(404);
    const wrongMethod = await send("/me", { method: "PUT", headers: asUser });
    expect([wrongMethod.status, wrongMethod.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });

  it("a slash too many or too few leads nowhere for a stranger", async () => {
    const send = await serve(application());
    await expectDenied(send, "/me/");
    await expectDenied(send, "/notes/7/");
    expect((await send("/me/", { headers: asUser })).headers.get("location")).toBe("/me");
  });

  it("what is public stays open, and only that", async () => {
    const send = await serve(application());
    for (const path of ["/", "/health"]) {
      expect((await send(path)).status).toBe(200);
      expect((await send(path, { method: "HEAD" })).status).toBe(200);
      expect((await send(path, { method: "OPTIONS" })).status).toBe(204);
    }
    expect((await send("/health/")).status).toBe(308);
    await expectDenied(send, "/healt");
    await expectDenied(send, "/health/x");
  });

  it("somebody known gets what the route answers", async () => {
    const send = await serve(application());
    for (const path of [
      "/me",
      "/notes/7",
      "/any",
      "/files/a/b",
      "/resource",
      "/admin/users",
      "/router/list",
      "/inner/page",
    ]) {
      expect((await send(path, { headers: asUser })).status, path).toBe(200);
    }
    expect(await (await send("/legacy/x", { headers: asUser })).text()).toBe("legacy");
  });

  it.each([
    "/%6de",
    "/%6D%65",
    "/./me",
    "/x/../me",
    "/x/%2e%2e/me",
    "/me?x=1",
    "/%61ny",
    "/inner/%70age",
    "/%69nner/page",
    "/admin/%75sers",
    "//me",
    "/me%2f",
    "/me%00",
    "/me;a=b",
    "/ME",
  ])("attack: %s opens nothing", async (path) => {
    const send = await serve(application());
    for (const method of ["GET", "HEAD", "POST", "OPTIONS"]) {
      const { status } = await send(path, { method });
      expect([400, 401], `${method} ${path}`).toContain(status);
    }
    expect(reached).toEqual([]);
  });

  it.each([
    ["x-http-method-override", "GET"],
    ["x-original-url", "/health"],
    ["x-rewrite-url", "/health"],
    ["x-middleware-subrequest", "middleware:middleware:middleware"],
    ["x-forwarded-prefix", "/health"],
    ["x-forwarded-user", "admin"],
    ["x-public", "true"],
  ])("attack: the header %s switches no guard off", async (name, value) => {
    const send = await serve(application());
    expect((await send("/me", { headers: { [name]: value } })).status).toBe(401);
    expect((await send("/any", { method: "POST", headers: { [name]: value } })).status).toBe(401);
    expect(reached).toEqual([]);
  });
});

overTransports("the innermost word counts", (serve) => {
  function application() {
    const api = new API({ auth: user });
    const open = api.group("/open", { public: true });
    open.get("/page", () => "open");
    open.get("/closed", { auth: partner }, (req) => req.principal.keyId);
    open.group("/inner", { auth: user }).get("/page", (req) => req.principal.sub);
    const keyed = api.group("/keyed", { auth: partner });
    keyed.get("/page", () => "keyed");
    keyed.get("/public", { public: "a status page" }, () => "public");
    keyed.get("/user", { auth: user }, () => "user");
    keyed.group("/deep").get("/page", () => "deep");
    api.include(
      new Router({ auth: partner }).get("/page", () => "router"),
      { prefix: "/router" },
    );
    api.include(
      new Router({ public: true }).get("/page", () => "router"),
      { prefix: "/public-router" },
    );
    keyed.include(
      new Router().get("/page", () => "router"),
      { prefix: "/plain" },
    );
    api.mount("/mount", () => new Response("mount"), { auth: partner });
    api.mount("/public-mount", () => new Response("mount"), { public: true });
    api.get("/app", { public: false }, () => "app");
    return api;
  }

  it.each([
    ["/open/page", 200, 200, 200],
    ["/open/closed", 401, 401, 200],
    ["/open/inner/page", 401, 200, 401],
    ["/keyed/page", 401, 401, 200],
    ["/keyed/public", 200, 200, 200],
    ["/keyed/user", 401, 200, 401],
    ["/keyed/deep/page", 401, 401, 200],
    ["/router/page", 401, 401, 200],
    ["/public-router/page", 200, 200, 200],
    ["/keyed/plain/page", 401, 401, 200],
    ["/mount/x", 401, 401, 200],
    ["/public-mount/x", 200, 200, 200],
    ["/app", 401, 200, 401],
    ["/open/nothing", 401, 404, 401],
    ["/keyed/nothing", 401, 404, 401],
  ])("%s: a stranger %i, a user %i, a partner %i", async (path, stranger, known, keyed) => {
    const send = await serve(application());
    expect((await send(path)).status).toBe(stranger);
    expect((await send(path, { headers: asUser })).status).toBe(known);
    expect((await send(path, { headers: asPartner })).status).toBe(keyed);
  });
});

overTransports("one path with several guards", (serve) => {
  function application() {
    return new API()
      .get("/notes", { auth: user }, () => "read")
      .post("/notes", { auth: partner }, () => "written")
      .post("/login", { public: true }, () => "in")
      .get("/free", () => "free")
      .delete("/free", { auth: user }, () => "gone");
  }

  it("each method has its own", async () => {
    const send = await serve(application());
    expect((await send("/notes", { headers: asUser })).status).toBe(200);
    expect((await send("/notes", { headers: asPartner })).status).toBe(401);
    expect((await send("/notes", { method: "POST", headers: asUser })).status).toBe(401);
    expect((await send("/notes", { method: "POST", headers: asPartner })).status).toBe(200);
    expect((await send("/free", { method: "DELETE" })).status).toBe(401);
    expect((await send("/free")).status).toBe(200);
  });

  it("HEAD, OPTIONS and 405 ask what GET asks, or the only route there is", async () => {
    const send = await serve(application());
    await expectDenied(send, "/notes", ["HEAD", "OPTIONS", "PUT"]);
    expect((await send("/notes", { method: "OPTIONS", headers: asUser })).status).toBe(204);
    expect((await send("/notes", { method: "OPTIONS", headers: asPartner })).status).toBe(401);
    expect((await send("/login")).status).toBe(405);
  });

  it("in whichever order they were registered", async () => {
    const api = new API()
      .post("/x", { public: true }, () => "written")
      .get("/x", { auth: user }, () => "read");
    const send = await serve(api);
    await expectDenied(send, "/x", ["GET", "HEAD", "OPTIONS", "PUT"]);
    await expectDenied(send, "/x/", ["GET"]);
    expect((await send("/x", { method: "POST" })).status).toBe(200);
  });

  it("without a guard on the application an unknown path is a plain 404", async () => {
    const send = await serve(application());
    expect((await send("/nothing")).status).toBe(404);
  });
});

overTransports("before hooks run ahead of the guard, and a resource's onRequest after it", (serve) => {
  it("in this order", async () => {
    const order: string[] = [];
    const note = (what: string) => () => void order.push(what);
    const guard = bearer({
      verify: (token) => {
        order.push("guard");
        return token === "good" && { sub: "1" };
      },
    });
    const api = new API({ auth: guard }).beforeRequest(note("app")).afterRequest(note("after"));
    api
      .group("/g", { beforeRequest: note("group") })
      .route("/r", { beforeRequest: note("route") }, { onRequest: note("onRequest"), onGet: () => "in" });
    const send = await serve(api);
    expect((await send("/g/r", { headers: { authorization: "Bearer bad" } })).status).toBe(401);
    expect(order.splice(0)).toEqual(["app", "group", "route", "guard", "after"]);
    expect((await send("/g/r", { headers: asUser })).status).toBe(200);
    expect(order).toEqual(["app", "group", "route", "guard", "onRequest", "after"]);
  });

  it("a hook's refusal comes before the guard's", async () => {
    const api = new API({ auth: user }).get("/me", () => "in");
    api.beforeRequest((_req, resp) => {
      resp.statusCode = 429;
    });
    const send = await serve(api);
    expect((await send("/me")).status).toBe(429);
  });
});
