import { API, Router } from "responder-ts";
import { allOf, anyOf, apiKey, basic, bearer, sessionAuth } from "responder-ts/auth";
import { describe, expect, it } from "vitest";

const nobody = (): null => null;
const user = bearer({ verify: nobody, scopes: (): readonly "admin"[] => [] });
const keyed = apiKey({ keys: ["k"] });

/** What the start of an application throws: the first request's, and `listen`'s. */
async function startOf(api: API<never, never, never>): Promise<string> {
  const message = await Promise.resolve()
    .then(() => api.fetch(new Request("http://localhost/")))
    .then(
      () => "it started",
      (error: Error) => error.message,
    );
  await expect(api.listen({ port: 0 })).rejects.toThrow(message);
  return message;
}
const start = (api: unknown) => startOf(api as API<never, never, never>);

describe("the start fails for a guard that covers no route", () => {
  it("of an application whose routes are all public", async () => {
    const api = new API({ auth: user }).get("/", { public: true }, () => "x");
    expect(await start(api)).toMatch(/guard of the application covers no route/);
  });

  it("of an application without routes", async () => {
    expect(await start(new API({ auth: user }))).toMatch(/guard of the application covers no route/);
  });

  it("of a group, by its prefix", async () => {
    const api = new API();
    api.group("/admin", { auth: user });
    expect(await start(api)).toMatch(/guard of The group "\/admin" covers no route/i);
  });

  it("of a group whose routes all have guards of their own", async () => {
    const api = new API();
    api.group("/admin", { auth: user }).get("/x", { auth: keyed }, () => "x");
    expect(await start(api)).toMatch(/"\/admin" covers no route/);
  });

  it("of a router that was included", async () => {
    const api = new API().get("/", () => "x");
    api.include(new Router({ auth: user }), { prefix: "/r" });
    expect(await start(api)).toMatch(/guard of A router covers no route/i);
  });

  it("but not of one that covers a single route, or a mount", async () => {
    const api = new API({ auth: user });
    api.group("/admin", { auth: keyed }).mount("/x", () => new Response());
    api.get("/", () => "x");
    expect((await api.requests.get("/")).status).toBe(401);
  });
});

describe("the registration fails for public beside auth", () => {
  it.each([true, "a reason"])("on a route, which it names: %j", (open) => {
    const register = () => new API().get("/both", { auth: user, public: open } as object, () => "x");
    expect(register).toThrow(/The route "\/both" has both auth and public/);
  });

  it("on a group, a router and a mount", () => {
    const both = { auth: user, public: true } as const;
    expect(() => new API().group("/g", both)).toThrow(/The group "\/g" has both/);
    expect(() => new Router(both)).toThrow(/A router has both/);
    expect(() => new API().mount("/m", () => new Response(), both)).toThrow(/has both auth and public/);
  });

  it.each(["", 1, null, {}])("and for a reason that is none: %j", (reason) => {
    const options = { public: reason } as unknown as { public: boolean };
    expect(() => new API().get("/x", options, () => "x")).toThrow(
      /The route "\/x": public takes true, or the reason/,
    );
  });

  it.each([{}, "bearer", () => true, nobody])("and for an auth that is no guard: %s", (auth) => {
    const options = { auth } as unknown as { auth: typeof user };
    expect(() => new API().get("/x", options, () => "x")).toThrow(/auth takes a guard/);
    expect(() => new API(options)).toThrow(/auth takes a guard/);
  });
});

describe("a route without a handler in the last place", () => {
  const route = (...rest: unknown[]) => {
    const api = new API();
    return () => Reflect.apply(api.get, api, ["/x", ...rest]);
  };

  it.each([
    ["there is none", []],
    ["it is undefined", [undefined]],
    ["the options come last, which would leave it open or closed by accident", [() => "x", { public: true }]],
  ])("is refused in words that show the order, where %s", (_what, rest) => {
    expect(route(...rest)).toThrow(
      /The route "\/x" takes its handler last: \(path, handler\) or \(path, options/,
    );
  });
});

describe("the start fails for a scheme name that stands for two", () => {
  it("with different settings, and names both routes", async () => {
    const api = new API()
      .get("/a", { auth: apiKey({ keys: ["one"] }) }, () => "x")
      .post("/b", { auth: apiKey({ keys: ["two"] }) }, () => "x");
    const message = await start(api);
    expect(message).toContain('"apiKey" stands for two different schemes, at GET /a and at POST /b');
    expect(message).not.toMatch(/one"|two"/);
  });

  it("of different kinds with the same settings", async () => {
    const settings = { verify: nobody, name: "own" };
    const api = new API()
      .get("/a", { auth: apiKey(settings) }, () => "x")
      .get("/b", { auth: basic(settings) }, () => "x");
    expect(await start(api)).toMatch(/"own" stands for two different schemes/);
  });

  it("within one guard", async () => {
    const auth = anyOf(apiKey({ keys: ["one"] }), apiKey({ keys: ["two"], header: "X-Other" }));
    expect(await start(new API().get("/a", { auth }, () => "x"))).toMatch(/at GET \/a and at GET \/a/);
  });

  it("but not for the same guard in two places, or one made twice of the same things", async () => {
    const keys = ["one"];
    const api = new API()
      .get("/a", { auth: keyed }, () => "x")
      .get("/b", { auth: keyed.where(() => true, "rule") }, () => "x")
      .get("/c", { auth: bearer({ verify: nobody }) }, () => "x")
      .get("/d", { auth: bearer({ verify: nobody }) }, () => "x")
      .get("/e", { auth: apiKey({ keys, name: "other" }) }, () => "x")
      .get("/f", { auth: apiKey({ keys, name: "other" }) }, () => "x");
    expect((await api.requests.get("/a")).status).toBe(401);
  });
});

describe("the start fails for a scope that nobody can have", () => {
  const silent = bearer({ verify: nobody, name: "silent" });

  it("of a scheme that yields none, by route and scheme", async () => {
    const auth = (silent as unknown as typeof user).requires("admin");
    const message = await start(new API().delete("/users/{id:int}", { auth }, () => "x"));
    expect(message).toContain("DELETE /users/{id:int}");
    expect(message).toContain('the scope admin of "silent", which yields none');
  });

  it("of alternatives of which one yields none", async () => {
    const auth = anyOf(user, keyed).requires("admin");
    expect(await start(new API().get("/x", { auth }, () => "x"))).toContain('of "apiKey"');
  });

  it("however deep it stands", async () => {
    const deep = anyOf(
      allOf(user, (silent as unknown as typeof user).requires("admin")).where(() => true, "r"),
      keyed,
    );
    expect(await start(new API().get("/x", { auth: deep.optional() }, () => "x"))).toContain('of "silent"');
  });

  it("but not of several together of which one yields it", async () => {
    const api = new API().get("/x", { auth: allOf(user, keyed).requires("admin") }, () => "x");
    expect((await api.requests.get("/x")).status).toBe(401);
  });
});

describe("the start fails for a sign-in page that its own guard covers", () => {
  const member = sessionAuth({ loginPath: "/login" });

  it.each([
    [
      "registered and guarded",
      () => new API({ auth: member }).get("/", () => "home").get("/login", () => "form"),
    ],
    ["what a guarded parameter takes", () => new API({ auth: member }).get("/{page}", () => "page")],
  ] as const)("%s: a browser would be sent in a circle", async (_what, build) => {
    expect(await start(build())).toMatch(/GET \/login is the loginPath of "session".*make it public/);
  });

  it("and not for a public one, nor for one with another guard's", () => {
    const form = () => "form";
    const open = new API({ auth: member }).get("/", () => "home").get("/login", { public: true }, form);
    const other = new API({ auth: member }).get("/", () => "home").get("/login", { auth: keyed }, form);
    for (const api of [open, other]) expect(() => api.fetch(new Request("http://localhost/"))).not.toThrow();
  });
});

describe("attack: a guard that is there in the source and not when the application starts", () => {
  it.each([undefined, null, false, 0, ""])("auth: %j opens nothing: it throws", (auth) => {
    const given = { auth: auth as never };
    expect(() => new API(given)).toThrow(TypeError);
    expect(() => new API().get("/x", given, () => "x")).toThrow(TypeError);
    expect(() => new API().group("/x", given)).toThrow(TypeError);
    expect(() => new Router(given)).toThrow(TypeError);
  });
});
