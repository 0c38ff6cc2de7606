import { decodeJwt } from "jose";
import { describe, expect, it } from "vitest";
import { RawConnection, statusesOf } from "../support/raw-socket.ts";
import { answer, badTokens, bearer, CREDENTIALS, FORMS, type Form, running, tokenOf } from "./example.ts";

/** A list of paths does not have the one with a slash more; a route that is public, its redirect is, too. */
function beyondSlash(form: Form, path: string): [status: number, location: string | null] {
  return form === "guide" ? [401, null] : [308, path];
}

const NO_GOOD_TOKEN = { error: "Missing, invalid or expired token" };

describe.each(FORMS)("bearer-tokens, by %s", (form) => {
  const program = running("bearer-tokens", form);
  const missing = [401, { error: "Missing bearer token" }];
  const invalid = [401, { error: "Invalid or expired token" }];

  it("gives a token for 24 hours, signed with HS256", async () => {
    const token = await tokenOf(program());
    const { sub, exp = 0 } = decodeJwt(token);
    expect(sub).toBe("1");
    expect(exp - Date.now() / 1000).toBeGreaterThan(24 * 3600 - 60);
    expect(exp - Date.now() / 1000).toBeLessThanOrEqual(24 * 3600);
    expect(Buffer.from(token.split(".")[0] as string, "base64url").toString()).toBe('{"alg":"HS256"}');
  });

  it.each([
    { username: "admin", password: "wrong" },
    { username: "root", password: "secret" },
    { username: "", password: "" },
  ])("gives none for %j", async (json) => {
    expect(await answer(program().send("/login", { json }))).toEqual([401, { error: "Invalid credentials" }]);
  });

  it.each([[{}], [null], [[]], [{ username: ["admin"], password: "secret" }]])(
    "says of %j that it is no login, and repeats no value",
    async (json) => {
      const response = await program().send("/login", { json });
      expect(response.status).toBe(422);
      expect(await response.text()).not.toContain("secret");
    },
  );

  it("knows the token's owner", async () => {
    const token = await tokenOf(program());
    expect(await answer(program().send("/me", bearer(token)))).toEqual([200, { user_id: "1" }]);
  });

  it.each(["bearer", "BEARER", "bEaReR"])("takes the scheme's name as %s", async (scheme) => {
    const headers = { Authorization: `${scheme} ${await tokenOf(program())}` };
    expect(await answer(program().send("/me", { headers }))).toEqual([200, { user_id: "1" }]);
  });

  it.each(["", "Bearer", "Bearer ", "Basic YWRtaW46c2VjcmV0", "Bearer: x", "BearerX y", "Bearer a b"])(
    "finds no token in %j",
    async (Authorization) => {
      expect(await answer(program().send("/me", { headers: { Authorization } }))).toEqual(missing);
    },
  );

  it("finds no token where there is no header, and challenges", async () => {
    const response = await program().send("/me");
    expect(response.headers.get("www-authenticate")).toBe("Bearer");
    expect([response.status, await response.json()]).toEqual(missing);
  });

  it("refuses every token that it did not make, or that is over", async () => {
    for (const [fault, token] of Object.entries(await badTokens())) {
      expect(await answer(program().send("/me", bearer(token))), fault).toEqual(invalid);
    }
  });

  it("refuses two Authorization lines, though the first or the second is good", async () => {
    const good = `Bearer ${await tokenOf(program())}`;
    for (const Authorization of [
      [good, "Bearer nonsense"],
      ["Bearer nonsense", good],
      [good, good],
    ]) {
      expect((await program().send("/me", { headers: { Authorization } })).status).toBe(401);
    }
  });

  it.each(["HEAD", "OPTIONS", "POST"])("refuses %s /me without a token", async (method) => {
    expect((await program().send("/me", { method })).status).toBe(401);
  });

  it("knows /login/ as the way to /login at most", async () => {
    const sent = await program().send("/login/", { json: CREDENTIALS });
    expect([sent.status, sent.headers.get("location")]).toEqual(beyondSlash(form, "/login"));
  });

  it.each(["/unknown", "/login/../me", "/login%2F..%2Fme", "/LOGIN"])(
    "takes %s for no login",
    async (path) => {
      expect((await program().send(path)).status).toBe(401);
    },
  );
});

describe.each(FORMS)("public-routes, by %s", (form) => {
  const program = running("public-routes", form);

  it("answers /health without a token", async () => {
    expect(await answer(program().send("/health"))).toEqual([200, { status: "ok" }]);
  });

  it("takes /%68ealth for /health, in the guard as in the router", async () => {
    expect(await answer(program().send("/%68ealth"))).toEqual([200, { status: "ok" }]);
  });

  it.each([
    ["/docs", "text/html"],
    ["/docs/swagger-ui.css", "text/css"],
    ["/schema.yml", "application/yaml"],
    ["/schema.json", "application/json"],
  ])("shows its interface to everybody: %s", async (path, type) => {
    const response = await program().send(path);
    expect([response.status, response.headers.get("content-type")?.split(";")[0]]).toEqual([200, type]);
  });

  it("asks for a token at /me, and knows its owner", async () => {
    expect(await answer(program().send("/me"))).toEqual([401, NO_GOOD_TOKEN]);
    const token = await tokenOf(program());
    expect(await answer(program().send("/me", bearer(token)))).toEqual([200, { user_id: "1" }]);
  });

  it("gives no token for a wrong password", async () => {
    const json = { username: "admin", password: "wrong" };
    expect(await answer(program().send("/login", { json }))).toEqual([401, { error: "Invalid credentials" }]);
  });

  it("knows /health/ as the way to /health at most", async () => {
    const sent = await program().send("/health/");
    expect([sent.status, sent.headers.get("location")]).toEqual(beyondSlash(form, "/health"));
  });

  it.each([
    "/health/../me",
    "/health/%2e%2e/me",
    "/health/..%2fme",
    "/docs/../me",
    "/docs/%2e%2e/me",
    "/schema.yml/../me",
    "/health%2f..%2fme",
    "/health/me",
    "//health",
    "/health;/me",
    "/Health",
    "/%2568ealth",
    "/unknown",
    "/me?/health",
    "/me#/health",
    "/%6de",
  ])("opens nothing for %s", async (path) => {
    expect((await program().send(path)).status).toBe(401);
  });

  it("opens nothing for an absolute target, whatever its host", async () => {
    for (const target of ["http://health/me", "http://127.0.0.1/health/../me"]) {
      const connection = await RawConnection.to(program().port);
      connection.write(`GET ${target} HTTP/1.1\r\nHost: health\r\nConnection: close\r\n\r\n`);
      expect(statusesOf(await connection.ended()), target).toEqual([401]);
    }
  });

  it("opens nothing for a header that speaks of another path", async () => {
    const headers = {
      "X-Original-URL": "/health",
      "X-Rewrite-URL": "/health",
      "X-Forwarded-Prefix": "/health",
    };
    expect((await program().send("/me", { headers })).status).toBe(401);
  });

  it("refuses every token that it did not make, or that is over", async () => {
    for (const [fault, token] of Object.entries(await badTokens())) {
      expect(await answer(program().send("/me", bearer(token))), fault).toEqual([401, NO_GOOD_TOKEN]);
    }
  });

  it.each(["HEAD", "OPTIONS"])("by %s too keeps /me closed and /health open", async (method) => {
    expect((await program().send("/me", { method })).status).toBe(401);
    expect((await program().send("/health", { method })).status).toBeLessThan(300);
  });
});
