import { describe, expect, it } from "vitest";
import { API } from "../api.ts";
import { allOf, anyOf, apiKey, basic, bearer, roles, sessionAuth } from "../auth/index.ts";
import { denials } from "./denials.ts";

const access = roles({ reader: ["note:read"], writer: ["reader", "note:write"] });
const user = bearer({
  verify: (token: string) => (token === "good" ? { role: "reader" } : null),
  scopes: ({ role }) => access.permissions(role),
});

describe("denials of a well guarded application", () => {
  const api = new API({ auth: user });
  api.get("/me", (req) => req.principal);
  api.post("/notes/{id:int}", { auth: user.requires("note:write") }, () => "written");
  api.get(
    "/either",
    { auth: anyOf(user, apiKey({ keys: ["k"] }), basic({ credentials: { ops: "pw" } })) },
    () => "in",
  );
  api.get("/both/{rest:path}", { auth: allOf(user, apiKey({ keys: ["k"], name: "second" })) }, () => "in");
  api.get("/feed", { auth: user.optional() }, () => "anybody");
  api.get("/home", { auth: sessionAuth({ loginPath: "/login" }) }, () => "home");
  api.get("/login", { public: true }, () => "login");
  const cases = denials(api);

  it.each(cases.map((denial) => [denial.name, denial] as const))("refuse %s", async (_name, denial) => {
    await denial.check();
  });

  it("name each route and each way", () => {
    const names = cases.map(({ name }) => name);
    expect(names).toContain("GET /me: no credential");
    expect(names).toContain("HEAD /me: by HEAD");
    expect(names).toContain("POST /notes/{id:int}: too few scopes");
    expect(names).toContain("GET /either: a wrong key for apiKey");
    expect(names).toContain("GET /either: malformed credentials for basic");
    expect(names).toContain("GET /both/{rest:path}: an encoded path");
  });

  it("are there for the OpenAPI document and its page as well", () => {
    const names = cases.map(({ name }) => name);
    expect(names).toContain("GET /schema.yml: no credential");
    expect(names).toContain("HEAD /docs: by HEAD");
  });

  it("leave out what is public, and nobody at an optional guard", () => {
    expect(cases.filter(({ name }) => name.includes("/login"))).toEqual([]);
    expect(cases.map(({ name }) => name)).not.toContain("GET /feed: no credential");
    expect(cases.map(({ name }) => name)).toContain("GET /feed: a wrong token for bearer");
  });
});

describe("denials have nothing to say against", () => {
  const all = (api: Pick<API, "fetch">) => Promise.all(denials(api).map((denial) => denial.check()));

  it("a path that is open to GET and guarded for POST", async () => {
    const api = new API({ openapi: false });
    api.get("/notes", { public: true }, () => "list").post("/notes", { auth: user }, () => "made");
    await all(api);
  });

  it("paths whose slashes are not put right", async () => {
    const api = new API({ redirectSlashes: false, openapi: false });
    await all(api.get("/notes", { auth: user }, () => "list"));
  });

  it("a guarded parameter beside a public text", async () => {
    const api = new API({ openapi: false });
    api.get("/u/x", { public: true }, () => "open").get("/u/{name}", { auth: user }, () => "guarded");
    await all(api);
  });

  it("a route that also answers what no client can send", async () => {
    const api = new API({ openapi: false });
    api.route("/t", { auth: user, methods: ["TRACE", "GET"] }, () => "x");
    await all(api);
  });
});

describe("denials find", () => {
  const failures = async (api: API<{}, Record<string, unknown>, object>) => {
    const results = await Promise.allSettled(denials(api).map((denial) => denial.check()));
    return results.flatMap((result) => (result.status === "rejected" ? [String(result.reason.message)] : []));
  };

  it("a verifier that lets anybody in", async () => {
    const api = new API({ auth: bearer({ verify: (token: string) => ({ token }) }), openapi: false });
    api.get("/me", () => "secret");
    expect(await failures(api)).toEqual(["GET /me: a wrong token for bearer: the handler was reached"]);
  });

  it("a verifier that throws, and so answers 500 in place of 401", async () => {
    const verify = (): object => {
      throw new Error("signature");
    };
    const logger = { info() {}, warn() {}, error() {} };
    const api = new API({ auth: bearer({ verify }), openapi: false, logger });
    api.get("/me", () => "secret");
    expect(await failures(api)).toEqual(["GET /me: a wrong token for bearer: answered 500, not 401"]);
  });

  it("a before hook that answers ahead of the guard", async () => {
    const api = new API({ auth: user });
    api.beforeRequest((_req, resp) => {
      resp.statusCode = 401;
    });
    api.get("/me", () => "secret");
    expect(await failures(api)).toContain("GET /me: no credential: the answer has no challenge of Bearer");
  });
});

describe("a client that enters as somebody", () => {
  const api = new API({ auth: user });
  api.get("/me", (req) => ({ role: req.principal.role, scheme: req.auth.scheme, scopes: req.auth.scopes }));
  api.post("/notes", { auth: user.requires("note:write") }, () => "written");
  api.get("/mine", { auth: user.where((who) => who.role === "writer", "writer") }, () => "mine");
  api.get("/either", { auth: anyOf(user, apiKey({ keys: ["k"] })) }, (req) => req.auth.scheme);

  it("needs no credential", async () => {
    const response = await api.requests.as({ role: "reader" }).get("/me");
    expect(await response.json()).toEqual({ role: "reader", scheme: "bearer", scopes: ["note:read"] });
  });

  it("is authorised all the same: by scopes and by rules", async () => {
    expect((await api.requests.as({ role: "reader" }).post("/notes")).status).toBe(403);
    expect((await api.requests.as({ role: "writer" }).post("/notes")).status).toBe(200);
    expect((await api.requests.as({ role: "reader" }).get("/mine")).status).toBe(403);
    expect(
      (await api.requests.as({ role: "reader" }, { scopes: ["note:write"] }).post("/notes")).status,
    ).toBe(200);
  });

  it("enters by the scheme it names", async () => {
    const response = await api.requests.as({ keyId: "1" }, { scheme: "apiKey" }).get("/either");
    expect(await response.text()).toBe("apiKey");
  });

  it("enters allOf as the list of whom its guards let in", async () => {
    const both = allOf(apiKey({ keys: ["k"], name: "svc" }), user);
    const own = new API({ openapi: false }).get("/both", { auth: both }, (req) => {
      const [service, person] = req.principal;
      return { service: service.keyId, role: person.role };
    });
    const response = await own.requests.as([{ keyId: "1" }, { role: "reader" }]).get("/both");
    expect(await response.json()).toEqual({ service: "1", role: "reader" });
  });

  it("says so when an option is mistyped", () => {
    expect(() => api.requests.as({ role: "reader" }, { scope: [] } as never)).toThrow(
      /Did you mean "scopes"/,
    );
  });

  it("cannot be forged from outside: a header, a cookie or a property of the request does nothing", async () => {
    const posed = { principal: { role: "writer" } };
    const request = Object.assign(
      new Request("https://localhost/me", { headers: { posed: JSON.stringify(posed) } }),
      {
        posed,
      },
    );
    expect((await api.fetch(request, posed as object)).status).toBe(401);
    expect((await api.requests.get("/me")).status).toBe(401);
  });
});
