import { describe, expect, it } from "vitest";
import { cookieHeader } from "../support/cookies.ts";
import { CREDENTIALS, FORMS, running, sessionCookie } from "./example.ts";

describe.each(FORMS)("sessions, by %s", (form) => {
  const program = running("sessions", form);

  const signIn = async (headers: Record<string, string> = {}) =>
    program().send("/login", { form: CREDENTIALS, headers });
  const dashboard = (cookie: string) =>
    program().send("/dashboard", { headers: { cookie, accept: "text/html" } });
  /** Where a stranger is sent from the dashboard; a guard adds the way back. */
  const toLogin = [302, form === "guide" ? "/login" : "/login?next=%2Fdashboard"];

  /** The session's id: what the cookie holds is signed, not secret. */
  function idIn(cookie: string): string {
    const payload = cookie.slice(cookie.indexOf("=") + 1).split(".")[0] as string;
    return JSON.parse(Buffer.from(payload, "base64url").toString()).id;
  }

  it("sends a stranger from the dashboard to a page with a form", async () => {
    const response = await dashboard("");
    expect([response.status, response.headers.get("location")]).toEqual(toLogin);
    const page = await program().send("/login");
    expect(page.headers.get("content-type")).toBe("text/html; charset=utf-8");
    expect(await page.text()).toContain('<form method="post">');
  });

  it("starts no session for somebody who only looks", async () => {
    for (const path of ["/login", "/dashboard"]) {
      expect((await program().send(path)).headers.getSetCookie()).toEqual([]);
    }
  });

  it("signs in, and greets", async () => {
    const response = await signIn();
    expect([response.status, response.headers.get("location")]).toEqual([303, "/dashboard"]);
    const page = await dashboard(cookieHeader(response));
    expect(page.status).toBe(200);
    expect(page.headers.get("cache-control")).toBe("no-store");
    expect(await page.text()).toContain("<h1>Welcome, admin!</h1>");
  });

  it("leads back to what was asked for, by guards", async () => {
    const path = "/login?next=%2Fdashboard%3Ftab%3D2";
    const response = await program().send(path, { form: CREDENTIALS });
    expect(response.headers.get("location")).toBe(form === "guide" ? "/dashboard" : "/dashboard?tab=2");
  });

  it.each(["//evil.example", "https://evil.example/", "/\\evil.example", "javascript:alert(1)"])(
    "leads nobody who signs in to %s",
    async (next) => {
      const path = `/login?next=${encodeURIComponent(next)}`;
      const response = await program().send(path, { form: CREDENTIALS });
      expect([response.status, response.headers.get("location")]).toEqual([303, "/dashboard"]);
    },
  );

  it("keeps the cookie from scripts and from other sites' forms", async () => {
    expect((await signIn()).headers.getSetCookie()).toEqual([
      expect.stringMatching(/;(?=.*\bHttpOnly\b)(?=.*\bSameSite=Lax\b)(?=.*\bPath=\/(;|$))/),
    ]);
  });

  it.each([
    { username: "admin", password: "wrong" },
    { username: "root", password: "secret" },
    { username: "admin" },
    {},
  ])("refuses %j and starts no session", async (form: Record<string, string>) => {
    const response = await program().send("/login", { form });
    expect(response.status).toBe(401);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.text()).toContain("<p>Invalid credentials</p>");
  });

  it("escapes a name that is markup", async () => {
    const page = await dashboard(await sessionCookie('<img src=x onerror="alert(1)">'));
    const text = await page.text();
    expect(text).toContain("<h1>Welcome, &lt;img src=x onerror=&quot;alert(1)&quot;&gt;!</h1>");
    expect(text).not.toContain("<img");
  });

  it("takes no cookie that was changed, and none of another secret", async () => {
    const good = cookieHeader(await signIn());
    const at = good.indexOf("=") + 5;
    const changed = good.slice(0, at) + (good[at] === "A" ? "B" : "A") + good.slice(at + 1);
    const foreign = await sessionCookie("admin", "a secret that somebody else has made up");
    for (const cookie of [changed, good.slice(0, -1), `${good}x`, good.split(".")[0] as string, foreign]) {
      const response = await dashboard(cookie);
      expect([response.status, response.headers.get("location")], cookie).toEqual(toLogin);
    }
  });

  it("gives whoever signs in a new session, not one that somebody planted", async () => {
    const planted = await sessionCookie("mallory");
    const after = cookieHeader(await signIn({ cookie: planted }));
    expect(idIn(after)).toMatch(/^[\w-]{22}$/);
    expect(idIn(after)).not.toBe(idIn(planted));
    expect(await (await dashboard(after)).text()).toContain("Welcome, admin!");
  });

  it("signs out by POST: the cookie goes, and the way leads to /login", async () => {
    const cookie = cookieHeader(await signIn());
    const response = await program().send("/logout", { method: "POST", headers: { cookie } });
    expect([response.status, response.headers.get("location")]).toEqual([303, "/login"]);
    expect(response.headers.getSetCookie()).toEqual([expect.stringMatching(/^[^=]+=;.*Max-Age=0/)]);
  });

  it.each(["GET", "HEAD"])("signs nobody out by %s", async (method) => {
    const cookie = cookieHeader(await signIn());
    const response = await program().send("/logout", { method, headers: { cookie } });
    expect(response.status).toBe(405);
    expect(response.headers.getSetCookie()).toEqual([]);
  });

  it("lets no other site sign anybody in or out", async () => {
    const cookie = cookieHeader(await signIn());
    for (const foreign of [{ "Sec-Fetch-Site": "cross-site" }, { Origin: "https://evil.example" }]) {
      const login = await signIn(foreign as Record<string, string>);
      expect([login.status, login.headers.getSetCookie()]).toEqual([403, []]);
      const logout = await program().send("/logout", { method: "POST", headers: { cookie, ...foreign } });
      expect([logout.status, logout.headers.getSetCookie()]).toEqual([403, []]);
    }
  });
});
