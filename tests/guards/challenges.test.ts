import { once } from "node:events";
import { request } from "node:http";
import { API, HTTPError } from "responder-ts";
import { allOf, anyOf, apiKey, basic, bearer, sessionAuth } from "responder-ts/auth";
import { describe, expect, it } from "vitest";
import { overTransports } from "../support/transports.ts";

const nobody = (): null => null;
const user = bearer({
  verify: (token) => token === "good" && { sub: "1" },
  scopes: (): readonly "admin"[] => [],
});
const key = apiKey({ keys: ["k"] });
const operator = basic({ credentials: { ops: "pw" }, realm: "ops" });

/** The `WWW-Authenticate` lines of an answer, as they stand on the wire. */
async function linesOf(api: API, headers: Record<string, string> = {}): Promise<string[]> {
  const { port } = await api.listen({ port: 0 });
  try {
    const sent = request({ host: "127.0.0.1", port, path: "/x", headers, agent: false }).end();
    const [message] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
    message.resume();
    await once(message, "end");
    expect(message.statusCode).toBe(401);
    return message.headersDistinct["www-authenticate"] ?? [];
  } finally {
    await api.close();
  }
}

describe("the challenges of a 401", () => {
  it("are a line a scheme", async () => {
    const api = new API().get("/x", { auth: anyOf(user, key, operator) }, () => "x");
    expect(await linesOf(api)).toEqual([
      "Bearer",
      'ApiKey realm="api", in="header", name="X-API-Key"',
      'Basic realm="ops", charset="UTF-8"',
    ]);
  });

  it("are those of all that must let in together", async () => {
    const api = new API().get("/x", { auth: allOf(user, key) }, () => "x");
    expect(await linesOf(api, { "x-api-key": "k" })).toHaveLength(2);
  });

  it("say an error where it happened and nowhere else", async () => {
    const api = new API().get("/x", { auth: anyOf(operator, user) }, () => "x");
    expect(await linesOf(api, { authorization: "Bearer bad" })).toEqual([
      'Basic realm="ops", charset="UTF-8"',
      'Bearer error="invalid_token", error_description="The credentials are not valid"',
    ]);
  });

  it("are said once where two schemes have the same", async () => {
    const auth = anyOf(bearer({ name: "one", verify: nobody }), bearer({ name: "two", verify: nobody }));
    expect(await linesOf(new API().get("/x", { auth }, () => "x"))).toEqual(["Bearer"]);
  });

  it("take the place of one that a hook set", async () => {
    const api = new API()
      .get("/x", { auth: user }, () => "x")
      .beforeRequest((_req, resp) => {
        resp.headers.set("www-authenticate", "Other");
      });
    expect(await linesOf(api)).toEqual(["Bearer"]);
  });

  it("stay when an exception handler answers in another shape", async () => {
    const api = new API()
      .get("/x", { auth: anyOf(user, key) }, () => "x")
      .exceptionHandler(401, (_req, resp) => {
        resp.statusCode = 401;
        resp.media = { error: "Sign in first" };
      });
    expect(await linesOf(api)).toHaveLength(2);
  });
});

overTransports("an answer to whoever is not let in", (serve) => {
  it.each([
    [{}, 401, "credentials_missing"],
    [{ authorization: "Bearer" }, 401, "credentials_malformed"],
    [{ authorization: "Bearer bad" }, 401, "credentials_refused"],
    [{ authorization: "Bearer good" }, 403, "insufficient_scope"],
  ])("to %j is %i %s, a problem document", async (headers, status, code) => {
    const send = await serve(new API().get("/x", { auth: user.requires("admin") }, () => "x"));
    const response = await send("/x", { headers });
    expect(response.status).toBe(status);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toMatchObject({ status, code });
    expect(response.headers.has("www-authenticate")).toBe(true);
  });

  it("says what scope is missing, not who has it", async () => {
    const send = await serve(new API().get("/x", { auth: user.requires("admin") }, () => "x"));
    const response = await send("/x", { headers: { authorization: "Bearer good" } });
    expect(response.headers.get("www-authenticate")).toBe('Bearer error="insufficient_scope", scope="admin"');
    expect(await response.json()).toMatchObject({ detail: "This needs the scope admin" });
  });

  it("is access_denied without a challenge where a rule says no: other credentials are not the remedy", async () => {
    const send = await serve(new API().get("/x", { auth: user.where(() => false, "owner") }, () => "x"));
    const response = await send("/x", { headers: { authorization: "Bearer good" } });
    expect([response.status, await response.json()]).toEqual([
      403,
      { title: "Forbidden", status: 403, detail: "This is not allowed to you", code: "access_denied" },
    ]);
    expect(response.headers.has("www-authenticate")).toBe(false);
  });

  it("has no body for HEAD, and all the rest", async () => {
    const send = await serve(new API().get("/x", { auth: user }, () => "x"));
    const response = await send("/x", { method: "HEAD" });
    expect([response.status, response.headers.get("www-authenticate"), await response.text()]).toEqual([
      401,
      "Bearer",
      "",
    ]);
  });

  it("is an exception handler's business, like every error", async () => {
    class AuthError extends Error {}
    const failing = bearer({
      verify: (): null => {
        throw new AuthError("expired");
      },
    });
    const api = new API()
      .get("/x", { auth: failing }, () => "x")
      .exceptionHandler(AuthError, (_req, resp, error) => {
        resp.statusCode = 401;
        resp.media = { error: error.message };
      });
    const send = await serve(api);
    const response = await send("/x", { headers: { authorization: "Bearer t" } });
    expect([response.status, await response.json()]).toEqual([401, { error: "expired" }]);
    expect(response.headers.get("cache-control")).toBe("no-store");
  });

  it("attack: an exception handler cannot be a way in", async () => {
    let reached = false;
    const api = new API({ auth: user }).get("/x", () => {
      reached = true;
      return "secret";
    });
    api.exceptionHandler(HTTPError, (_req, resp) => {
      resp.statusCode = 200;
      resp.text = "friendly";
    });
    const send = await serve(api);
    expect(await (await send("/x")).text()).toBe("friendly");
    expect(reached).toBe(false);
  });
});

overTransports("Cache-Control: no-store", (serve) => {
  const guarded = () =>
    new API({ secretKey: "k".repeat(32), logger: { info() {}, warn() {}, error() {} } })
      .get("/guarded", { auth: user }, () => "x")
      .get("/optional", { auth: user.optional() }, () => "x")
      .get("/own", { auth: user }, (_req, resp) => {
        resp.headers.set("cache-control", "private, max-age=60");
        resp.text = "x";
      })
      .get("/response", { auth: user }, () => new Response("x", { headers: { "cache-control": "private" } }))
      .get("/fails", { auth: user }, (_req, resp) => {
        resp.headers.set("cache-control", "public, max-age=60");
        throw new Error("after it was set");
      })
      .get("/tagged", { auth: user }, (_req, resp) => {
        resp.etag = "v1";
        resp.text = "x";
      })
      .get("/session", (req) => String(req.session.get("user")))
      .get("/open", () => "x")
      .mount("/mounted", () => new Response("x"), { auth: user })
      .get("/login-only", { auth: sessionAuth({ loginPath: "/open" }) }, () => "x");
  const known = { authorization: "Bearer good" };

  it.each([
    ["/guarded", known, 200],
    ["/guarded", {}, 401],
    ["/guarded", { authorization: "Bearer bad" }, 401],
    ["/guarded/", known, 308],
    ["/optional", {}, 200],
    ["/fails", known, 500],
    ["/tagged", { ...known, "if-none-match": '"v1"' }, 304],
    ["/session", {}, 200],
    ["/mounted", known, 200],
    ["/mounted", {}, 401],
    ["/login-only", { accept: "text/html" }, 302],
  ])("is on %s to %j, %i", async (path, headers, status) => {
    const send = await serve(guarded());
    const response = await send(path, { headers });
    expect([response.status, response.headers.get("cache-control")]).toEqual([status, "no-store"]);
  });

  it("is on HEAD, OPTIONS and 405 of a guarded path", async () => {
    const send = await serve(guarded());
    for (const method of ["HEAD", "OPTIONS", "DELETE"]) {
      expect((await send("/guarded", { method, headers: known })).headers.get("cache-control")).toBe(
        "no-store",
      );
    }
  });

  it("gives way to what the handler says", async () => {
    const send = await serve(guarded());
    expect((await send("/own", { headers: known })).headers.get("cache-control")).toBe("private, max-age=60");
    expect((await send("/response", { headers: known })).headers.get("cache-control")).toBe("private");
  });

  it("does not give way to it in the 401: what was meant for somebody known is not for a stranger", async () => {
    const api = guarded().beforeRequest((_req, resp) => {
      resp.headers.set("cache-control", "public, max-age=60");
    });
    const send = await serve(api);
    expect((await send("/guarded")).headers.get("cache-control")).toBe("no-store");
  });

  it("is not on what no credential shaped", async () => {
    const send = await serve(guarded());
    expect((await send("/open")).headers.has("cache-control")).toBe(false);
    expect((await send("/nothing")).headers.has("cache-control")).toBe(false);
  });
});
