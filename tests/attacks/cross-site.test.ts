import { API } from "responder-ts";
import { describe, expect, it } from "vitest";
import { cookieHeader } from "../support/cookies.ts";
import { recordingLogger } from "../support/logger.ts";
import { overTransports, type Send } from "../support/transports.ts";

const SECRET = "0123456789abcdef0123456789abcdef";

function bank(trustedOrigins: string[] = []): { api: API; transfers: unknown[] } {
  const transfers: unknown[] = [];
  const api = new API({ secretKey: SECRET, logger: recordingLogger(), trustedOrigins });
  api.post("/login", (req) => req.session.set("user", "ada"));
  api.route("/transfer", { methods: ["POST", "PUT", "PATCH", "DELETE"] }, (req) => {
    if (!req.session.has("user")) return ["Sign in", 401];
    transfers.push(req.method);
    req.session.set("last", req.method);
    return "done";
  });
  api.get("/balance", (req) => ({ user: req.session.get("user") ?? null }));
  api.post("/webhook", () => "taken");
  return { api, transfers };
}

async function signedIn(send: Send): Promise<string> {
  return cookieHeader(await send("/login", { method: "POST" }));
}

overTransports("another site's page", (serve) => {
  const FORGED: readonly Record<string, string>[] = [
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
    { "sec-fetch-site": "cross-site", origin: "https://evil.example" },
    { origin: "https://evil.example" },
    { origin: "null" },
    { origin: "http://127.0.0.1.evil.example" },
    { origin: "https://evil.example, http://127.0.0.1" },
    { origin: "" },
  ];

  it.each(FORGED)(
    "with %j gets 403 for an unsafe request with a session, and nothing happened",
    async (forged) => {
      const { api, transfers } = bank();
      const send = await serve(api);
      const cookie = await signedIn(send);
      for (const method of ["POST", "PUT", "PATCH", "DELETE"]) {
        const response = await send("/transfer", { method, headers: { ...forged, cookie } });
        expect([method, response.status]).toEqual([method, 403]);
        expect(await response.json()).toMatchObject({ code: "cross_site_request" });
        expect(response.headers.getSetCookie()).toEqual([]);
      }
      expect(transfers).toEqual([]);
    },
  );

  it("cannot sign its visitor in as somebody else", async () => {
    const { api } = bank();
    const send = await serve(api);
    const response = await send("/login", { method: "POST", headers: { origin: "https://evil.example" } });
    expect([response.status, response.headers.getSetCookie()]).toEqual([403, []]);
  });

  it("may read what any link may, and reach what has no session", async () => {
    const { api } = bank();
    const send = await serve(api);
    const cookie = await signedIn(send);
    const headers = { "sec-fetch-site": "cross-site", origin: "https://evil.example", cookie };
    expect(await (await send("/balance", { headers })).json()).toEqual({ user: "ada" });
    expect((await send("/webhook", { method: "POST", headers })).status).toBe(200);
  });

  it("is told apart from the own page, and from a client that is no browser", async () => {
    const { api, transfers } = bank();
    const send = await serve(api);
    const cookie = await signedIn(send);
    for (const headers of [{ "sec-fetch-site": "same-origin" }, { origin: send.origin }, {}]) {
      expect((await send("/transfer", { method: "POST", headers: { ...headers, cookie } })).status).toBe(200);
    }
    expect(transfers).toEqual(["POST", "POST", "POST"]);
  });

  it("is let in where its origin is trusted, and only by its whole name", async () => {
    const { api, transfers } = bank(["https://partner.example"]);
    const send = await serve(api);
    const cookie = await signedIn(send);
    const from = async (origin: string) =>
      (
        await send("/transfer", {
          method: "POST",
          headers: { "sec-fetch-site": "cross-site", origin, cookie },
        })
      ).status;
    expect(await from("https://partner.example")).toBe(200);
    for (const origin of [
      "http://partner.example",
      "https://partner.example.evil.example",
      "https://sub.partner.example",
      "https://partner.example:8443",
    ]) {
      expect([origin, await from(origin)]).toEqual([origin, 403]);
    }
    expect(transfers).toHaveLength(1);
  });

  it("cannot make itself the own origin by forwarded headers or a Host list", async () => {
    const { api, transfers } = bank();
    const send = await serve(api);
    const cookie = await signedIn(send);
    const origin = "https://evil.example";
    for (const headers of [
      { "x-forwarded-host": "evil.example", "x-forwarded-proto": "https" },
      { forwarded: "host=evil.example;proto=https" },
    ]) {
      expect(
        (await send("/transfer", { method: "POST", headers: { ...headers, origin, cookie } })).status,
      ).toBe(403);
    }
    expect(transfers).toEqual([]);
  });

  it("is refused in a before hook that reads the session as well", async () => {
    const reached: string[] = [];
    const api = new API({ secretKey: SECRET, logger: recordingLogger() });
    api.beforeRequest((req, resp) => {
      if (!req.session.has("user")) resp.redirect("/login");
    });
    api.post("/act", () => String(reached.push("handler")));
    const send = await serve(api);
    expect((await send("/act", { method: "POST", headers: { origin: "https://evil.example" } })).status).toBe(
      403,
    );
    expect(reached).toEqual([]);
  });
});

describe("behind a proxy", () => {
  it("the own origin is that which the proxy vouches for", async () => {
    const api = new API({ secretKey: SECRET, trustedProxies: ["loopback"] });
    api.post("/act", (req) => ({ fresh: !req.session.has("user") }));
    const act = async (origin: string) =>
      (
        await api.requests.post("/act", {
          headers: { origin, "x-forwarded-host": "app.example", "x-forwarded-proto": "https" },
        })
      ).status;
    expect(await act("https://app.example")).toBe(200);
    expect(await act("http://app.example")).toBe(403);
    expect(await act("https://localhost")).toBe(403);
  });
});
