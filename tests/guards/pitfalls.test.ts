import { API, Router } from "responder-ts";
import { apiKey, bearer, defineGuard } from "responder-ts/auth";
import { expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

const user = bearer({ verify: async (token) => token.startsWith("u") && { sub: token } });
const as = (sub: string) => ({ headers: { authorization: `Bearer ${sub}` } });

overTransports("attack: a guard that is lost on the way to its route", (serve) => {
  it("a handler used on two routes keeps each route's own", async () => {
    const handler = () => "in";
    const api = new API()
      .get("/open", handler)
      .get("/user", { auth: user }, handler)
      .get("/again", { public: true }, handler)
      .get("/key", { auth: apiKey({ keys: ["k"] }) }, handler);
    const send = await serve(api);
    const statuses = await Promise.all(
      ["/open", "/user", "/again", "/key"].map(async (path) => (await send(path)).status),
    );
    expect(statuses).toEqual([200, 401, 200, 401]);
  });

  it("what a handler or a guard looks like does not matter: bound, a proxy, without a name, built from text", async () => {
    const proxied = new Proxy(() => "in", {});
    // A minifier leaves no source that anybody could read.
    const odd = [proxied, (() => "in").bind(null), Object.assign(() => "in", { toString: () => "public" })];
    const api = new API({ auth: user });
    odd.forEach((handler, index) => void api.get(`/${index}`, handler));
    const send = await serve(api);
    for (const index of odd.keys()) expect((await send(`/${index}`)).status).toBe(401);
  });

  it("the order of registration does not matter", async () => {
    const api = new API({ auth: user });
    const router = new Router();
    api.include(router, { prefix: "/r" });
    const group = api.group("/g");
    api.get("/x", { public: true }, () => "open");
    router.get("/late", () => "in");
    group.get("/late", () => "in");
    api.mount("/m", () => new Response("in"));
    const send = await serve(api);
    for (const path of ["/r/late", "/g/late", "/m", "/late"])
      expect((await send(path)).status, path).toBe(401);
  });

  it("a public route beside a guarded pattern opens its own path and no other", async () => {
    const api = new API({ auth: user })
      .get("/files/{path:path}", () => "secret")
      .get("/files/logo.png", { public: true }, () => "logo")
      .get("/users/{id:int}", { public: true }, () => "profile")
      .get("/users/{name}", () => "secret");
    const send = await serve(api);
    for (const path of [
      "/files/logo.pn",
      "/files/logo.png/x",
      "/files/x%2flogo.png",
      "/users/ann",
      "/users/7x",
      "/users/07",
    ]) {
      expect((await send(path)).status, path).toBe(401);
    }
    for (const path of ["/files/logo.png", "/files/./logo.png", "/users/7"]) {
      expect((await send(path)).status, path).toBe(200);
    }
  });

  it("a mounted application keeps its own guard behind the outer one", async () => {
    const inner = new API({ auth: apiKey({ keys: ["k"] }) }).get("/page", () => "in");
    const api = new API({ auth: user })
      .get("/", () => "x")
      .mount("/inner", inner)
      .mount("/open", inner, { public: true });
    const send = await serve(api);
    const key = { "x-api-key": "k" };
    expect((await send("/inner/page", { headers: key })).status).toBe(401);
    expect((await send("/inner/page", as("u1"))).status).toBe(401);
    expect((await send("/inner/page", { headers: { ...key, ...as("u1").headers } })).status).toBe(200);
    expect((await send("/open/page")).status).toBe(401);
    expect((await send("/open/page", { headers: key })).status).toBe(200);
  });
});

overTransports("attack: being taken for somebody else", (serve) => {
  it("requests at the same time have each their own principal", async () => {
    const waiting: (() => void)[] = [];
    const api = new API({ auth: user }).get("/me", async (req) => {
      const before = req.principal.sub;
      await new Promise<void>((resolve) => {
        waiting.push(resolve);
        if (waiting.length === 20) for (const go of waiting) go();
      });
      return [before, req.principal.sub].join(" ");
    });
    const send = await serve(api);
    const names = Array.from({ length: 20 }, (_, index) => `u${index}`);
    const seen = await Promise.all(names.map(async (name) => (await send("/me", as(name))).text()));
    expect(seen).toEqual(names.map((name) => `${name} ${name}`));
  });

  it("a principal that a hook writes down is overwritten by the guard, or by nobody", async () => {
    const api = new API().beforeRequest(
      (req) => void Object.assign(req, { principal: { sub: "admin" }, auth: {} }),
    );
    api.get("/me", { auth: user }, (req) => req.principal.sub);
    api.get("/maybe", { auth: user.optional() }, (req) => String(req.principal?.sub));
    const send = await serve(api);
    expect((await send("/me")).status).toBe(401);
    expect(await (await send("/me", as("u1"))).text()).toBe("u1");
    expect(await (await send("/maybe")).text()).toBe("undefined");
  });

  it("keys and credentials are taken when the guard is made: a later change is none", async () => {
    const keys = ["first"];
    const options = { keys };
    const guard = apiKey(options);
    keys.push("second");
    options.keys = ["third"];
    const send = await serve(new API({ auth: guard }).get("/", () => "in"));
    const statuses = await Promise.all(
      ["first", "second", "third"].map(
        async (key) => (await send("/", { headers: { "x-api-key": key } })).status,
      ),
    );
    expect(statuses).toEqual([200, 401, 401]);
  });

  it("the credential of one request is not remembered for the next on the same connection", async () => {
    const send = await serve(new API({ auth: user }).get("/me", (req) => req.principal.sub));
    expect((await send("/me", as("u1"))).status).toBe(200);
    expect((await send("/me")).status).toBe(401);
    expect(await (await send("/me", as("u2"))).text()).toBe("u2");
  });
});

overTransports("attack: a provider that fails", (serve) => {
  it.each([
    ["an answer that is no user", async () => undefined],
    ["an empty answer", async () => ""],
    ["a timeout", () => Promise.reject(new DOMException("timed out", "TimeoutError"))],
    ["an error that looks like success", () => Promise.reject({ statusCode: 200, sub: "admin" })],
    ["nothing thrown", () => Promise.reject(undefined)],
  ])("%s lets nobody in", async (_what, answer) => {
    let reached = false;
    const guard = defineGuard({
      name: "provider",
      extract: (req) => req.headers.get("authorization"),
      verify: answer as () => Promise<object | undefined>,
      challenge: { scheme: "Bearer" },
      openapi: { type: "http", scheme: "bearer" },
    });
    const logger = { info() {}, warn() {}, error() {} };
    const api = new API({ auth: guard, logger }).get("/", () => {
      reached = true;
      return "in";
    });
    const send = await serve(api);
    expect([401, 500]).toContain((await send("/", as("u1"))).status);
    expect(reached).toBe(false);
  });
});
