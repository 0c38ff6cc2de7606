import { API, abort, HTTPError } from "responder-ts";
import { describe, expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

class AuthError extends Error {
  statusCode: number;
  constructor(message = "Unauthorized", statusCode = 401) {
    super(message);
    this.statusCode = statusCode;
  }
}
class ExpiredError extends AuthError {}
class Conflict extends HTTPError {
  constructor() {
    super(409, "Taken");
  }
}

overTransports("an exception handler", (serve) => {
  it("answers the errors of its class, in any shape", async () => {
    const logger = recordingLogger();
    const api = new API({ logger });
    api.exceptionHandler(AuthError, (_req, resp, error) => {
      resp.statusCode = error.statusCode;
      resp.media = { error: error.message };
    });
    api.get("/x", () => fail(new AuthError("Missing authorization header")));
    const send = await serve(api);
    const response = await send("/x");
    expect(response.status).toBe(401);
    expect(response.headers.get("content-type")).toBe("application/json");
    expect(await response.json()).toEqual({ error: "Missing authorization header" });
    expect(logger.lines).toEqual([]);
  });

  it("of the most derived class wins, however they are registered", async () => {
    const api = new API();
    api.exceptionHandler(Error, () => ["Error", 500]);
    api.exceptionHandler(AuthError, () => ["AuthError", 401]);
    api.exceptionHandler(ExpiredError, () => ["ExpiredError", 401]);
    api.get("/expired", () => fail(new ExpiredError()));
    api.get("/auth", () => fail(new AuthError()));
    api.get("/other", () => fail(new TypeError()));
    const send = await serve(api);
    for (const [path, name] of [
      ["/expired", "ExpiredError"],
      ["/auth", "AuthError"],
      ["/other", "Error"],
    ] as const) {
      expect(await (await send(path)).text()).toBe(name);
    }
  });

  it("of a status answers every HTTPError of it, the framework's own included", async () => {
    const api = new API();
    api.exceptionHandler(404, (req) => ({ nothing: req.path }));
    api.get("/x", () => abort(404, "No such thing"));
    const send = await serve(api);
    expect(await (await send("/x")).json()).toEqual({ nothing: "/x" });
    expect(await (await send("/unknown")).json()).toEqual({ nothing: "/unknown" });
  });

  it("of an HTTPError keeps its status and headers: who shapes the body cannot lose them", async () => {
    const api = new API();
    api.exceptionHandler(401, () => ({ error: "in other words" }));
    api.exceptionHandler(HTTPError, (_req, resp, error) => {
      if (error.statusCode === 403) resp.redirect("/");
    });
    api.get("/status", () => abort(401, "No", { headers: { "WWW-Authenticate": ["Bearer", "Basic"] } }));
    api.get("/class", () => abort(429, "Slowly", { headers: { "Retry-After": "60" } }));
    api.get("/elsewhere", () => abort(403));
    const send = await serve(api);
    const challenged = await send("/status");
    expect([challenged.status, challenged.headers.get("www-authenticate")]).toEqual([401, "Bearer, Basic"]);
    expect(await challenged.json()).toEqual({ error: "in other words" });
    const limited = await send("/class");
    expect([limited.status, limited.headers.get("retry-after")]).toEqual([429, "60"]);
    expect((await send("/elsewhere")).status).toBe(302);
    const refused = await send("/class", { method: "POST" });
    expect([refused.status, refused.headers.get("allow")]).toEqual([405, "GET, HEAD, OPTIONS"]);
  });

  it("of a status is more particular than one of HTTPError, and less than one of a class below it", async () => {
    const api = new API();
    api.exceptionHandler(HTTPError, (_req, _resp, error) => [`any ${error.statusCode}`, error.statusCode]);
    api.exceptionHandler(409, () => ["status", 409]);
    api.exceptionHandler(Conflict, () => ["class", 409]);
    api.get("/class", () => fail(new Conflict()));
    api.get("/status", () => abort(409));
    api.get("/any", () => abort(410));
    const send = await serve(api);
    expect(await (await send("/class")).text()).toBe("class");
    expect(await (await send("/status")).text()).toBe("status");
    expect(await (await send("/any")).text()).toBe("any 410");
  });

  it("of Error leaves HTTPErrors to the framework", async () => {
    const api = new API();
    api.exceptionHandler(Error, () => ["mine", 500]);
    api.get("/http", () => abort(403, "Not you"));
    const send = await serve(api);
    expect(await (await send("/http")).json()).toMatchObject({ status: 403, detail: "Not you" });
    expect((await send("/unknown")).status).toBe(404);
  });

  it("of 500 answers what no class takes, and the error is still logged", async () => {
    const logger = recordingLogger();
    const api = new API({ logger });
    api.exceptionHandler(500, () => ({ error: "Sorry" }));
    api.get("/x", () => fail(new Error("secret")));
    const send = await serve(api);
    expect(await (await send("/x")).json()).toEqual({ error: "Sorry" });
    expect(logger.lines).toHaveLength(1);
  });

  it("may be asynchronous, and may return its answer", async () => {
    const api = new API();
    api.exceptionHandler(AuthError, async () => {
      await null;
      return ["later", 401];
    });
    api.get("/x", () => fail(new AuthError()));
    const send = await serve(api);
    const response = await send("/x");
    expect([response.status, await response.text()]).toEqual([401, "later"]);
  });

  it("sees no body of before: what was set goes", async () => {
    const api = new API();
    api.exceptionHandler(AuthError, (_req, resp) => {
      resp.headers.set("x-status-before", String(resp.statusCode));
      resp.statusCode = 401;
    });
    api.get("/x", (_req, resp) => {
      resp.statusCode = 201;
      resp.media = { half: "done" };
      throw new AuthError();
    });
    const send = await serve(api);
    const response = await send("/x");
    expect([response.status, await response.text(), response.headers.get("x-status-before")]).toEqual([
      401,
      "",
      "200",
    ]);
  });

  it("also takes what hooks throw, and classes that are no Errors", async () => {
    class Signal {
      readonly word = "stop";
    }
    const api = new API();
    api.exceptionHandler(Signal, (_req, _resp, signal) => [signal.word, 403]);
    api.beforeRequest(() => fail(new Signal()));
    const send = await serve(api.get("/x", () => "reached"));
    const response = await send("/x");
    expect([response.status, await response.text()]).toEqual([403, "stop"]);
  });

  it.each([
    ["throws", () => fail(new Error("db at 10.0.0.7 is down"))],
    ["throws an HTTPError", () => abort(403, "db at 10.0.0.7 is down")],
    ["rejects", () => Promise.reject(new Error("db at 10.0.0.7 is down"))],
    ["returns what is no answer", () => false as unknown as string],
  ])("that itself %s gives a 500 without detail", async (_name, handler) => {
    const logger = recordingLogger();
    const api = new API({ logger });
    api.exceptionHandler(AuthError, handler);
    api.get("/x", () => fail(new AuthError("token=abc")));
    const send = await serve(api);
    const response = await send("/x");
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      title: "Internal Server Error",
      status: 500,
      code: "internal_error",
    });
    expect(logger.lines).toHaveLength(1);
  });
});

describe("registering exception handlers", () => {
  it("refuses a second one, and what is neither a class nor an error's status", () => {
    const api = new API();
    api.exceptionHandler(AuthError, () => "x").exceptionHandler(404, () => "x");
    expect(() => api.exceptionHandler(AuthError, () => "y")).toThrow(/AuthError has an exception handler/);
    expect(() => api.exceptionHandler(404, () => "y")).toThrow(/404 has an exception handler/);
    expect(() => api.exceptionHandler(200, () => "x")).toThrow(/400 to 599/);
    expect(() => api.exceptionHandler("404" as never, () => "x")).toThrow(/error class or a status/);
    expect(() => api.exceptionHandler(500, undefined as never)).toThrow(/a function/);
  });
});

function fail(thrown: unknown): never {
  throw thrown;
}

overTransports("an exception handler that answers nothing", (serve) => {
  it("leaves an HTTPError to the framework's own answer", async () => {
    const seen: number[] = [];
    const api = new API()
      .get("/x", () => abort(404, "No such note"))
      .exceptionHandler(404, (_req, _resp, error) => void seen.push(error.statusCode));
    const response = await (await serve(api))("/x");
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ detail: "No such note", code: "not_found" });
    expect(seen).toEqual([404]);
  });

  it("and one that gives a body alone answers 500 with it: an error is no 200", async () => {
    const api = new API()
      .get("/x", () => {
        throw new RangeError("detail");
      })
      .exceptionHandler(Error, (_req, resp) => {
        resp.media = { error: "sorry" };
      });
    const response = await (await serve(api))("/x");
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({ error: "sorry" });
  });

  it("never turns an error into an empty 200, waiting or not", async () => {
    const boom = () => {
      throw new RangeError("secret detail");
    };
    for (const handler of [() => undefined, async () => undefined]) {
      const api = new API().get("/x", boom).exceptionHandler(RangeError, handler);
      const response = await (await serve(api))("/x");
      expect(response.status).toBe(500);
      expect(await response.text()).not.toContain("secret detail");
    }
  });
});
