import { API, Router } from "responder-ts";
import { describe, expect, it } from "vitest";

describe("options", () => {
  it.each([
    [
      "new API()",
      () => new API({ secretkey: "x" } as never),
      /new API\(\) has no option "secretkey"\. Did you mean "secretKey"/,
    ],
    ["new API()", () => new API({ maxBodysize: 1 } as never), /Did you mean "maxBodySize"/],
    ["new API()", () => new API({ zzz: 1 } as never), /Known are: .*secretKey/],
    [
      "a route",
      () => new API().get("/x", { nmae: "x" } as never, () => "x"),
      /The route "\/x" has no option "nmae"\. Did you mean "name"/,
    ],
    [
      "route()",
      () => new API().route("/x", { method: ["GET"] } as never, () => "x"),
      /Did you mean "methods"/,
    ],
    [
      "a verb, which has its own method",
      () => new API().get("/x", { methods: ["POST"] } as never, () => "x"),
      /no option "methods"/,
    ],
    ["a group", () => new API().group("/g", { beforeRequests: [] } as never), /Did you mean "beforeRequest"/],
    ["a router", () => new Router({ before: [] } as never), /no option "before"/],
    ["include()", () => new API().include(new Router(), { prefx: "/x" } as never), /Did you mean "prefix"/],
    [
      "sessions",
      () => new API({ secretKey: "x".repeat(32), sessions: { cookiename: "x" } as never }),
      /Did you mean "cookieName"/,
    ],
    ["what is no object", () => new API("secret" as never), /takes an object of options/],
  ])("of %s that are unknown name the nearest known one", (_owner, register, message) => {
    expect(register).toThrow(message);
  });

  it("of listen() that are unknown name the nearest known one", async () => {
    await expect(new API().listen({ prot: 1 } as never)).rejects.toThrow(
      /listen\(\) has no option "prot"\. Did you mean "port"/,
    );
  });

  it.each([
    ["a negative maxBodySize", { maxBodySize: -1 }, RangeError],
    ["half a byte", { maxBodySize: 1.5 }, RangeError],
    ["an empty secret", { secretKey: "" }, TypeError],
    ["an empty list of secrets", { secretKey: [] }, TypeError],
    ["a trusted origin with a path", { trustedOrigins: ["https://app.example/x"] }, TypeError],
    ["a trusted origin with a wildcard", { trustedOrigins: ["https://*.example"] }, TypeError],
  ])("refuse %s when they are given", (_name, options, kind) => {
    expect(() => new API(options)).toThrow(kind);
  });

  it("are taken as they are when given: changing them later changes nothing", async () => {
    const options = { maxBodySize: 3 };
    const api = new API(options).post("/x", async (req) => await req.text());
    options.maxBodySize = 1_000;
    expect((await api.requests.post("/x", { body: "abcd" })).status).toBe(413);
  });

  it.each([undefined, null, "hook", {}])("a hook that is %j is refused where it is given", (hook) => {
    expect(() => new API().beforeRequest(hook as never)).toThrow(/A hook is a function/);
    expect(() => new API().get("/x", { afterRequest: [hook] as never }, () => "x")).toThrow(
      /A hook is a function/,
    );
  });
});

describe("registration after the first request", () => {
  const late: readonly (readonly [string, (api: API, group: Router, router: Router) => unknown])[] = [
    ["a route", (api) => api.get("/late", () => "late")],
    ["a before hook", (api) => api.beforeRequest(() => undefined)],
    ["an after hook", (api) => api.afterRequest(() => undefined)],
    ["an exception handler", (api) => api.exceptionHandler(404, () => "x")],
    ["a mount", (api) => api.mount("/m", new API())],
    ["a route of a group", (_api, group) => group.get("/late", () => "late")],
    ["a route of an included router", (_api, _group, router) => router.get("/late", () => "late")],
    ["a router with routes", (api) => api.include(new Router().get("/late", () => "late"))],
  ];

  it.each(late)("throws: %s", async (_name, register) => {
    const api = new API().get("/x", () => "x");
    const router = new Router();
    api.include(router, { prefix: "/r" });
    const group = api.group("/g") as unknown as Router;
    await api.requests.get("/x");
    expect(() => register(api, group, router)).toThrow(/before the first request/);
  });

  it("throws once the application listens, before any request has come", async () => {
    const api = new API();
    await api.listen({ port: 0 });
    expect(() => api.get("/late", () => "late")).toThrow(/before the first request/);
    await api.close();
  });

  it.each([
    ["a group", (api: API) => api.group("/g")],
    [
      "an included router",
      (api: API) => {
        const router = new Router();
        api.include(router, { prefix: "/g" });
        return router;
      },
    ],
  ])("throws for a hook of %s too: it would guard nothing", async (_name, part) => {
    const api = new API();
    const router = part(api);
    router.get("/x", () => "x");
    await api.requests.get("/g/x");
    expect(() => router.beforeRequest(() => undefined)).toThrow(/before the first request/);
  });
});
