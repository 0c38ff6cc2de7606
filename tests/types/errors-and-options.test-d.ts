import { API, abort, ERROR_CODES, HTTPError, Router } from "responder-ts";
import { describe, expectTypeOf, it } from "vitest";

class AuthError extends Error {
  readonly reason: "missing" | "expired";
  constructor(reason: "missing" | "expired") {
    super(reason);
    this.reason = reason;
  }
}

const api = new API();

describe("an exception handler", () => {
  it("gets its class's instances", () => {
    api.exceptionHandler(AuthError, (_req, _resp, error) => {
      expectTypeOf(error).toEqualTypeOf<AuthError>();
      expectTypeOf(error.reason).toEqualTypeOf<"missing" | "expired">();
      expectTypeOf(error).not.toBeAny();
      // @ts-expect-error no such member
      error.statusCode;
    });
    api.exceptionHandler(
      HTTPError,
      (_req, _resp, error) => void expectTypeOf(error.statusCode).toEqualTypeOf<number>(),
    );
  });

  it("of a status gets the HTTPErrors of it", () => {
    api.exceptionHandler(401, (_req, _resp, error) => {
      expectTypeOf(error).toEqualTypeOf<HTTPError>();
      expectTypeOf(error.code).toEqualTypeOf<string>();
    });
  });

  it("of 500, or of a status that might be it, knows nothing of what was thrown", () => {
    api.exceptionHandler(
      404 as number,
      (_req, _resp, error) => void expectTypeOf(error).toEqualTypeOf<unknown>(),
    );
    api.exceptionHandler(500, (_req, _resp, error) => {
      expectTypeOf(error).toEqualTypeOf<unknown>();
      expectTypeOf(error).not.toBeAny();
    });
  });

  it("takes a class or a status, and nothing else", () => {
    // @ts-expect-error a name is no class
    api.exceptionHandler("AuthError", () => "x");
    // @ts-expect-error an instance is no class
    api.exceptionHandler(new AuthError("missing"), () => "x");
  });
});

describe("abort", () => {
  it("never comes back, so that what it rules out is ruled out", () => {
    api.get("/x", (req) => {
      const user = req.query.get("user");
      if (user === null) abort(404);
      expectTypeOf(user).toEqualTypeOf<string>();
    });
  });

  it("takes the options of HTTPError", () => {
    api.get("/x", () => abort(429, "Slow down", { headers: { "Retry-After": "1" }, code: "slow", cause: 1 }));
    // @ts-expect-error no such option
    api.get("/x", () => abort(429, "Slow down", { retryAfter: 1 }));
  });
});

describe("ERROR_CODES", () => {
  it("are literal", () => {
    expectTypeOf(ERROR_CODES.route_not_found).toEqualTypeOf<404>();
  });
});

describe("an option under another name does not compile", () => {
  it("of the application", () => {
    // @ts-expect-error secretKey
    new API({ secretkey: "x" });
    // @ts-expect-error several secrets are a list of strings
    new API({ secretKey: [1] });
    // @ts-expect-error absoluteTimeout
    new API({ sessions: { absolutTimeout: 1 } });
  });

  it("of a route, a group, a router, include and listen", () => {
    // @ts-expect-error beforeRequest
    api.get("/x", { before: () => undefined }, () => "x");
    // @ts-expect-error a verb has its own method
    api.get("/x", { methods: ["POST"] }, () => "x");
    // @ts-expect-error methods
    api.route("/x", { method: ["GET"] }, () => "x");
    // @ts-expect-error beforeRequest
    api.group("/g", { beforeRequests: [] });
    // @ts-expect-error prefix
    api.include(new Router(), { prefx: "/x" });
    // @ts-expect-error port
    api.listen({ prot: 1 });
  });
});

describe("the test client", () => {
  it("gives Fetch responses, and takes its own options alone", async () => {
    expectTypeOf(await api.requests.get("/x")).toEqualTypeOf<Response>();
    // @ts-expect-error json
    api.requests.post("/x", { jsn: {} });
    // @ts-expect-error no such way
    api.requests.get("/x", { redirect: "error" });
  });
});
