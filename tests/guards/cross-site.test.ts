import { API } from "responder-ts";
import { allOf, anyOf, bearer, defineGuard, type SecurityScheme, sessionAuth } from "responder-ts/auth";
import { expect, it } from "vitest";
import { cookieHeader } from "../support/cookies.ts";
import { overTransports, type Send } from "../support/transports.ts";

const user = bearer({ verify: (token) => token === "good" && { sub: "1" } });
const member = sessionAuth({ load: (id: string) => ({ id }) });

overTransports("attack: another site's page makes the browser act (cross-site request forgery)", (serve) => {
  const done: string[] = [];
  function application(options: { trustedOrigins?: readonly string[] } = {}) {
    done.length = 0;
    const api = new API({
      secretKey: "k".repeat(32),
      auth: member,
      logger: { info() {}, warn() {}, error() {} },
      ...options,
    });
    const act = (req: { path: string }) => {
      done.push(req.path);
      return "done";
    };
    api.post("/login", { public: true }, (req) => {
      req.session.set("user", "u1");
      return act(req);
    });
    api.route("/transfer", act);
    api.route("/token", { auth: user }, act);
    api.route("/either", { auth: anyOf(member, user) }, act);
    api.route("/both", { auth: allOf(member, user) }, act);
    return api;
  }
  const signIn = async (send: Send) => cookieHeader(await send("/login", { method: "POST" }));
  const bearerField = { authorization: "Bearer good" };

  it.each([
    ["Sec-Fetch-Site: cross-site", { "sec-fetch-site": "cross-site" }],
    ["Sec-Fetch-Site: same-site, another subdomain", { "sec-fetch-site": "same-site" }],
    ["another Origin", { origin: "https://evil.example" }],
    ["an opaque Origin", { origin: "null" }],
    ["two Origins", { origin: ["http://127.0.0.1", "https://evil.example"] }],
  ] as const)("by %s: 403 for every unsafe method, and nothing happened", async (_what, headers) => {
    const send = await serve(application());
    const cookie = await signIn(send);
    done.length = 0;
    for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
      const response = await send("/transfer", { method, headers: { ...headers, cookie } });
      expect([method, response.status]).toEqual([method, 403]);
      expect(await response.json()).toMatchObject({ code: "cross_site_request" });
      expect(response.headers.getSetCookie()).toEqual([]);
    }
    expect(done).toEqual([]);
  });

  it("a link from another site still works, and so does the own page's form", async () => {
    const send = await serve(application());
    const cookie = await signIn(send);
    const link = await send("/transfer", { headers: { cookie, "sec-fetch-site": "cross-site" } });
    const form = await send("/transfer", {
      method: "POST",
      headers: { cookie, "sec-fetch-site": "same-origin" },
    });
    const old = await send("/transfer", { method: "POST", headers: { cookie, origin: send.origin } });
    expect([link.status, form.status, old.status]).toEqual([200, 200, 200]);
  });

  it("signing in for somebody is refused too (login forgery)", async () => {
    const send = await serve(application());
    const response = await send("/login", { method: "POST", headers: { "sec-fetch-site": "cross-site" } });
    expect(response.status).toBe(403);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(done).toEqual([]);
  });

  it("a trusted origin may, and only that one", async () => {
    const send = await serve(application({ trustedOrigins: ["https://partner.example"] }));
    const cookie = await signIn(send);
    const by = (origin: string) =>
      send("/transfer", { method: "POST", headers: { cookie, origin, "sec-fetch-site": "cross-site" } });
    expect((await by("https://partner.example")).status).toBe(200);
    expect((await by("https://partner.example.evil.example")).status).toBe(403);
    expect((await by("http://partner.example")).status).toBe(403);
  });

  it("a bearer request is nobody's ambient authority, and passes", async () => {
    const send = await serve(application());
    const headers = { ...bearerField, origin: "https://evil.example", "sec-fetch-site": "cross-site" };
    expect((await send("/token", { method: "POST", headers })).status).toBe(200);
    expect((await send("/either", { method: "POST", headers })).status).toBe(200);
  });

  it("where both are needed, or the token is bad, the session's part is not forgiven", async () => {
    const send = await serve(application());
    const cookie = await signIn(send);
    done.length = 0;
    const cross = { cookie, "sec-fetch-site": "cross-site" };
    const both = await send("/both", { method: "POST", headers: { ...cross, ...bearerField } });
    const none = await send("/either", { method: "POST", headers: cross });
    const bad = await send("/either", { method: "POST", headers: { ...cross, authorization: "Bearer bad" } });
    expect([both.status, none.status, bad.status]).toEqual([403, 403, 401]);
    expect(done).toEqual([]);
  });

  it("optional() does not make a forged request anonymous", async () => {
    const api = new API({ secretKey: "k".repeat(32) }).route("/x", { auth: member.optional() }, () => "in");
    const send = await serve(api);
    expect((await send("/x", { method: "POST", headers: { "sec-fetch-site": "cross-site" } })).status).toBe(
      403,
    );
  });
});

overTransports(
  "attack: a cookie credential whose scheme is described by a function, or as another type",
  (serve) => {
    const cookieGuard = (openapi: SecurityScheme | (() => SecurityScheme), ambient?: boolean) =>
      defineGuard({
        name: "own",
        extract: (req) => req.cookies["tok"],
        verify: (token: string) => ({ token }),
        challenge: { scheme: "Own" },
        openapi,
        ...(ambient !== undefined && { ambient }),
      });
    const headers = { cookie: "tok=1", "sec-fetch-site": "cross-site", origin: "https://evil.example" };

    it("is no authority for another site's unsafe request", async () => {
      const byFunction = cookieGuard(() => ({ type: "apiKey", in: "cookie", name: "tok" }));
      const send = await serve(
        new API({ auth: byFunction }).post("/x", () => "done").get("/x", () => "read"),
      );
      expect((await send("/x", { method: "POST", headers })).status).toBe(403);
      expect((await send("/x", { headers })).status).toBe(200);
    });

    it("where the type does not say it, ambient does", async () => {
      const described = { type: "openIdConnect", openIdConnectUrl: "https://id.example" } as const;
      const send = await serve(new API({ auth: cookieGuard(described, true) }).post("/x", () => "done"));
      expect((await send("/x", { method: "POST", headers })).status).toBe(403);
    });
  },
);
