import { API, abort, HTTPError } from "responder-ts";
import { describe, expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

overTransports("an HTTPError", (serve) => {
  it("is answered as a problem document with its status, detail and code", async () => {
    const api = new API().get("/x", () => {
      throw new HTTPError(429, "Ten a minute are allowed", { code: "slow_down" });
    });
    const send = await serve(api);
    const response = await send("/x");
    expect(response.status).toBe(429);
    expect(response.headers.get("content-type")).toBe("application/problem+json");
    expect(await response.json()).toEqual({
      title: "Too Many Requests",
      status: 429,
      detail: "Ten a minute are allowed",
      code: "slow_down",
    });
  });

  it("has a code of its status where it names none, and no detail where it has none", async () => {
    const send = await serve(new API().get("/x", () => abort(418)).get("/y", () => abort(409)));
    expect(await (await send("/y")).json()).toEqual({ title: "Conflict", status: 409, code: "conflict" });
    expect(await (await send("/x")).json()).toEqual({
      title: "Client Error",
      status: 418,
      code: "client_error",
    });
  });

  it("brings its headers, which win over those set before", async () => {
    const api = new API().get("/x", (_req, resp) => {
      resp.headers.set("retry-after", "1");
      abort(503, "Later", { headers: { "Retry-After": "60" } });
    });
    const send = await serve(api);
    expect((await send("/x")).headers.get("retry-after")).toBe("60");
  });

  it("may come from however deep, from asynchronous code and from hooks", async () => {
    const deep = async () => {
      await null;
      abort(402);
    };
    const api = new API().get("/deep", async () => {
      await deep();
    });
    api.get("/hook", { beforeRequest: deep }, () => "reached");
    api.get("/after", { afterRequest: deep }, () => "reached");
    const send = await serve(api);
    for (const path of ["/deep", "/hook", "/after"]) expect((await send(path)).status).toBe(402);
  });

  it("keeps its cause from the client and from the log: it is an answer", async () => {
    const logger = recordingLogger();
    const api = new API({ logger }).get("/x", () => {
      throw new HTTPError(502, "Upstream failed", { cause: new Error("10.0.0.7 refused") });
    });
    const send = await serve(api);
    expect(await (await send("/x")).text()).not.toContain("10.0.0.7");
    expect(logger.lines).toEqual([]);
  });

  it("has no body for HEAD, and the status all the same", async () => {
    const send = await serve(new API().get("/x", () => abort(410)));
    const response = await send("/x", { method: "HEAD" });
    expect([response.status, await response.text()]).toEqual([410, ""]);
  });
});

overTransports("an unhandled error", (serve) => {
  it.each([
    ["an Error", () => Promise.reject(new Error("password=hunter2"))],
    ["an Error, synchronously", () => fail(new TypeError("password=hunter2"))],
    ["a string", () => fail("password=hunter2")],
    ["an object", () => fail({ statusCode: 200, message: "password=hunter2" })],
    [
      "an object that looks like an HTTPError",
      () => fail({ statusCode: 403, detail: "hunter2", toProblem() {} }),
    ],
    ["undefined", () => fail(undefined)],
    ["null", () => fail(null)],
    ["a symbol", () => fail(Symbol("hunter2"))],
    ["an object without a prototype", () => fail(Object.create(null))],
  ])("%s is a 500 that tells nothing, and is logged once", async (_name, handler) => {
    const logger = recordingLogger();
    const api = new API({ logger }).get("/users/{id:int}", async () => {
      await handler();
    });
    const send = await serve(api);
    const response = await send("/users/7");
    expect(response.status).toBe(500);
    expect(await response.json()).toEqual({
      title: "Internal Server Error",
      status: 500,
      code: "internal_error",
    });
    expect(logger.lines.filter((line) => line.level === "error")).toHaveLength(1);
    expect(logger.lines[0]?.message).toContain("GET /users/{id:int}");
    expect(logger.lines[0]?.message).not.toContain("7");
  });

  it("of one request leaves the next alone", async () => {
    const api = new API({ logger: recordingLogger() })
      .get("/bad", () => fail(new Error("x")))
      .get("/good", () => "good");
    const send = await serve(api);
    expect((await send("/bad")).status).toBe(500);
    expect(await (await send("/good")).text()).toBe("good");
  });

  it("is answered even where the logger fails", async () => {
    const broken = { info() {}, warn() {}, error: () => fail(new Error("disk full")) };
    const send = await serve(new API({ logger: broken }).get("/x", () => fail(new Error("x"))));
    expect((await send("/x")).status).toBe(500);
  });

  it("is answered even where the state or the session cannot be made", async () => {
    const logger = recordingLogger();
    const api = new API({ logger, state: () => fail(new Error("no state")) as object });
    api.get("/x", (req) => req.state);
    const send = await serve(api);
    expect((await send("/x")).status).toBe(500);
  });
});

describe("HTTPError itself", () => {
  it.each([200, 302, 399, 600, 404.5, Number.NaN])("refuses the status %d, which is no error's", (status) => {
    expect(() => new HTTPError(status)).toThrow(RangeError);
  });
});

function fail(thrown: unknown): never {
  throw thrown;
}
