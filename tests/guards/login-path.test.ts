import { API } from "responder-ts";
import { anyOf, apiKey, bearer, returnPath, sessionAuth } from "responder-ts/auth";
import { expect, it } from "vitest";
import { cookieHeader } from "../support/cookies.ts";
import { overTransports } from "../support/transports.ts";

const SILENT = { info() {}, warn() {}, error() {} };
const BROWSER = { accept: "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8" };
const member = sessionAuth({
  load: (id: string) => (id === "gone" ? null : { id }),
  loginPath: "/login",
});

function application() {
  const api = new API({ auth: member, secretKey: "k".repeat(32), logger: SILENT });
  api.get("/login", { public: true }, () => "sign in");
  api.post("/login/{user}", { public: true }, (req, resp) => {
    req.session.set("user", req.params.user);
    resp.redirect(returnPath(req, "/home"));
  });
  api.route("/{rest:path}", () => "in");
  return api;
}

overTransports("a browser at a session guard with a loginPath", (serve) => {
  it.each([
    ["/home", "/home"],
    ["/home?a=b&c=d%20e", "/home?a=b&c=d%20e"],
    ["/caf%C3%A9", "/caf%C3%A9"],
    ["/a%20b%3Fc", "/a%20b%3Fc"],
    ["/a%2fb", "/a%2Fb"],
    ["/x?next=https://evil.example", "/x?next=https://evil.example"],
  ])("is sent to sign in from %s, and comes back to %s", async (path, back) => {
    const send = await serve(application());
    const response = await send(path, { headers: BROWSER });
    expect([response.status, response.headers.get("location")]).toEqual([
      302,
      `/login?next=${encodeURIComponent(back)}`,
    ]);
    const next = response.headers.get("location") as string;
    const signedIn = await send(next.replace("/login?", "/login/u1?"), { method: "POST", headers: BROWSER });
    expect([signedIn.status, signedIn.headers.get("location")]).toEqual([303, back]);
  });

  it("is sent there without a way back when it cannot ask again: its form is gone", async () => {
    const send = await serve(application());
    for (const method of ["POST", "PUT", "DELETE"]) {
      const response = await send("/home", { method, headers: BROWSER });
      expect([response.status, response.headers.get("location")]).toEqual([303, "/login"]);
    }
    expect((await send("/home", { method: "HEAD", headers: BROWSER })).headers.get("location")).toBe(
      "/login?next=%2Fhome",
    );
  });

  it("is sent there when the account is gone", async () => {
    const send = await serve(application());
    const cookie = cookieHeader(await send("/login/gone", { method: "POST" }));
    const response = await send("/home", { headers: { ...BROWSER, cookie } });
    expect([response.status, response.headers.get("location")]).toEqual([302, "/login?next=%2Fhome"]);
  });

  it.each([
    ["no Accept", {}],
    ["*/*", { accept: "*/*" }],
    ["JSON", { accept: "application/json" }],
    ["something like it", { accept: "text/html-fragment, application/xhtml+xml" }],
  ])("but not who asks for %s: that is 401", async (_what, headers) => {
    const send = await serve(application());
    const response = await send("/home", { headers: headers as Record<string, string> });
    expect([response.status, response.headers.has("location")]).toEqual([401, false]);
  });

  it("is told of a forged request by 403, not by a sign-in page", async () => {
    const send = await serve(application());
    const response = await send("/home", {
      method: "POST",
      headers: { ...BROWSER, "sec-fetch-site": "cross-site" },
    });
    expect(response.status).toBe(403);
  });

  it("with a bad token is told so: a sign-in page would not help", async () => {
    const user = bearer({ verify: (): null => null });
    const api = new API({ auth: anyOf(member, user), secretKey: "k".repeat(32) }).get("/x", () => "in");
    const send = await serve(api);
    expect((await send("/x", { headers: { ...BROWSER, authorization: "Bearer bad" } })).status).toBe(401);
    expect((await send("/x", { headers: BROWSER })).status).toBe(302);
  });

  it("who may not is told 403", async () => {
    const api = new API({ secretKey: "k".repeat(32), logger: SILENT });
    api.post("/in", (req) => {
      req.session.set("user", "u1");
      return "in";
    });
    api.get("/x", { auth: member.where(() => false, "never") }, () => "in");
    const send = await serve(api);
    const cookie = cookieHeader(await send("/in", { method: "POST" }));
    expect((await send("/x", { headers: { ...BROWSER, cookie } })).status).toBe(403);
  });
});

overTransports("attack: a way back that leads elsewhere", (serve) => {
  it.each([
    "//evil.example",
    "//evil.example/%2e%2e",
    "/%5Cevil.example",
    "/%09/evil.example",
    "/%2F/evil.example",
    "/.//evil.example",
    "/x/..//evil.example",
    "/%0d%0aset-cookie:%20a=b",
    "/\\evil.example",
  ])("from %s a browser stays on this origin, there and back", async (path) => {
    const send = await serve(application());
    const response = await send(path, { headers: BROWSER });
    expect([302, 400]).toContain(response.status);
    if (response.status === 400) return;
    const location = response.headers.get("location") as string;
    expect(location).toMatch(/^\/login\?next=[A-Za-z0-9%._~!*'()-]*$/);
    const back = await send(location.replace("/login?", "/login/u1?"), { method: "POST", headers: BROWSER });
    expect(new URL(back.headers.get("location") as string, send.origin).origin).toBe(send.origin);
    expect(back.headers.getSetCookie().filter((line) => line.startsWith("a="))).toEqual([]);
  });

  it("the Host header does not move it", async () => {
    const send = await serve(application());
    const response = await send("/home", { headers: { ...BROWSER, host: "evil.example" } });
    expect(response.headers.get("location")).toBe("/login?next=%2Fhome");
  });

  it("an API key in the query is not carried to the sign-in page", async () => {
    const auth = anyOf(member, apiKey({ keys: ["secret-key"], query: "key" }));
    const api = new API({ secretKey: "k".repeat(32), logger: SILENT }).get("/x", { auth }, () => "in");
    api.post("/in", (req) => {
      req.session.set("user", "gone");
      return "in";
    });
    const send = await serve(api);
    const cookie = cookieHeader(await send("/in", { method: "POST" }));
    for (const [path, next] of [
      ["/x?a=1&key=secret-key", "/x?a=1"],
      ["/x?key=secret-key", "/x"],
      ["/x?%6bey=secret-key", "/x"],
    ] as const) {
      const response = await send(path, { headers: { ...BROWSER, cookie } });
      expect(response.headers.get("location")).toBe(`/login?next=${encodeURIComponent(next)}`);
    }
  });
});
