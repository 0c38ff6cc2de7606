import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { API } from "responder-ts";
import { anyOf, bearer, sessionAuth } from "responder-ts/auth";
import { memory, type SessionStore } from "responder-ts/stores";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

const asUser = { headers: { authorization: "Bearer t" } };
// A place of its own: other tests' uploads come and go in the common one.
let temporary: string;
beforeAll(() => {
  temporary = mkdtempSync(join(tmpdir(), "guards-"));
  vi.stubEnv("TMPDIR", temporary);
});
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(temporary, { recursive: true });
});
const uploads = () => readdirSync(tmpdir()).filter((name) => name.startsWith("responder-upload-"));

function deferred<Value>() {
  let settle: (value: Value) => void = () => {};
  let fail: (error: Error) => void = () => {};
  const promise = new Promise<Value>((resolve, reject) => {
    settle = resolve;
    fail = reject;
  });
  return { promise, settle, fail };
}

overTransports("attack: a guard whose promise does not end in time", (serve) => {
  it("is answered 503, and lets nobody in even when it says yes later", async () => {
    const verdict = deferred<object>();
    const logger = recordingLogger();
    const handler = vi.fn(() => "in");
    const after = vi.fn();
    const api = new API({ logger, requestTimeout: 0.05, auth: bearer({ verify: () => verdict.promise }) });
    api.get("/x", { afterRequest: after }, handler);
    const send = await serve(api);
    const response = await send("/x", asUser);
    expect([
      response.status,
      response.headers.get("content-type"),
      response.headers.get("cache-control"),
    ]).toEqual([503, "application/problem+json", "no-store"]);
    expect(await response.json()).toMatchObject({ status: 503, code: "request_timeout" });
    verdict.settle({ sub: "1" });
    await new Promise(setImmediate);
    expect(handler).not.toHaveBeenCalled();
    expect(after).not.toHaveBeenCalled();
    expect(logger.lines).toEqual([
      { level: "warn", message: expect.stringMatching(/^GET \/x took longer than 0.05 s/), error: undefined },
    ]);
  });

  it("and one that fails later is not answered twice, nor does it take the process with it", async () => {
    const verdict = deferred<object>();
    const logger = recordingLogger();
    const api = new API({ logger, requestTimeout: 0.05 });
    api.get("/x", { auth: bearer({ verify: () => verdict.promise }) }, () => "in").get("/", () => "alive");
    const send = await serve(api);
    expect((await send("/x", asUser)).status).toBe(503);
    verdict.fail(new Error("away"));
    await new Promise(setImmediate);
    expect(await (await send("/")).text()).toBe("alive");
    // The timeout, and what failed after it, which nobody else will hear of.
    expect(logger.lines.map(({ level }) => level)).toEqual(["warn", "error"]);
  });

  it("what another scheme says afterwards comes to nothing", async () => {
    const verdict = deferred<null>();
    const second = vi.fn(() => ({ sub: "2" }));
    const slow = bearer({ name: "slow", verify: () => verdict.promise });
    const auth = anyOf(slow, bearer({ name: "second", verify: second }));
    const handler = vi.fn(() => "in");
    const api = new API({ logger: recordingLogger(), requestTimeout: 0.05 }).post("/x", { auth }, handler);
    const send = await serve(api);
    expect((await send("/x", { method: "POST", body: "x".repeat(1_000), ...asUser })).status).toBe(503);
    verdict.settle(null);
    await new Promise(setImmediate);
    expect(second).toHaveBeenCalled();
    expect(handler).not.toHaveBeenCalled();
  });

  it("keeps no session that it changed on its way", async () => {
    const verdict = deferred<object>();
    const auth = sessionAuth({ load: () => verdict.promise });
    const api = new API({ secretKey: "k".repeat(32), logger: recordingLogger(), requestTimeout: 0.05 });
    api.beforeRequest((req) => req.session.set("user", "u1"));
    api.get("/x", { auth }, () => "in");
    const send = await serve(api);
    const response = await send("/x");
    expect([response.status, response.headers.getSetCookie()]).toEqual([503, []]);
    verdict.settle({});
  });

  it("a logger that fails then takes neither the answer nor the process with it", async () => {
    const broken = () => {
      throw new Error("the disk is full");
    };
    const api = new API({ logger: { info: broken, warn: broken, error: broken }, requestTimeout: 0.05 });
    api.get("/x", { auth: bearer({ verify: () => new Promise<never>(() => {}) }) }, () => "in");
    const send = await serve(api);
    expect((await send("/x", asUser)).status).toBe(503);
  });
});

overTransports("what a request leaves behind that took too long", (serve) => {
  const form = () => {
    const data = new FormData();
    data.append("file", new Blob([new Uint8Array(600_000)]), "a.bin");
    return data;
  };

  it("the files of an upload are deleted, though a hook read it and the guard never ends", async () => {
    const before = uploads();
    let during: string[] = [];
    const api = new API({ logger: recordingLogger(), requestTimeout: 0.3 });
    api.beforeRequest(async (req) => {
      await req.media("form");
      during = uploads();
    });
    api.post("/x", { auth: bearer({ verify: () => new Promise<never>(() => {}) }) }, () => "in");
    const send = await serve(api);
    expect((await send("/x", { method: "POST", form: form(), ...asUser })).status).toBe(503);
    expect(during.length).toBe(before.length + 1);
    await vi.waitFor(() => expect(uploads()).toEqual(before));
  });

  it("so are those that a handler reads when it is too late", async () => {
    const before = uploads();
    const late = deferred<void>();
    const ended = deferred<void>();
    const api = new API({ logger: recordingLogger(), requestTimeout: 0.05 }).post("/x", async (req) => {
      await late.promise;
      await req.media("form").catch(() => undefined);
      ended.settle();
      return "in";
    });
    const send = await serve(api);
    expect((await send("/x", { method: "POST", form: form() })).status).toBe(503);
    late.settle();
    await ended.promise;
    await vi.waitFor(() => expect(uploads()).toEqual(before));
  });

  it("background tasks run once, those that were given before and those that come later", async () => {
    const tasks: string[] = [];
    const late = deferred<void>();
    const api = new API({ logger: recordingLogger(), requestTimeout: 0.05 }).get("/x", async (_req, resp) => {
      resp.background(() => tasks.push("before"));
      await late.promise;
      resp.background(() => tasks.push("after"));
    });
    const send = await serve(api);
    expect((await send("/x")).status).toBe(503);
    await vi.waitFor(() => expect(tasks).toEqual(["before"]));
    late.settle();
    await vi.waitFor(() => expect(tasks).toEqual(["before", "after"]));
  });
});

overTransports("a session whose request took too long", (serve) => {
  const shop = (change: Partial<SessionStore>) => {
    const sessions: SessionStore = Object.assign(memory().sessions, change);
    return new API({ sessions: { store: { sessions } }, logger: recordingLogger(), requestTimeout: 0.05 });
  };

  it("is not kept when the body is ready only then", async () => {
    const late = deferred<void>();
    const closed = deferred<void>();
    const create = vi.fn(async () => undefined);
    const api = shop({ create }).get("/x", (req, resp) => {
      req.session.set("user", "ada");
      resp.stream({
        [Symbol.asyncIterator]: () => ({
          next: async () => ({ done: true as const, value: undefined }),
          return: async () => {
            await late.promise;
            closed.settle();
            return { done: true as const, value: undefined };
          },
        }),
      });
    });
    const send = await serve(api);
    expect((await send("/x", { method: "HEAD" })).status).toBe(503);
    late.settle();
    await closed.promise;
    await new Promise(setImmediate);
    expect(create).not.toHaveBeenCalled();
  });

  it("and whose store refuses it only then is answered by no exception handler", async () => {
    const late = deferred<void>();
    const handler = vi.fn();
    const api = shop({ create: () => late.promise }).exceptionHandler(503, handler);
    api.post("/x", (req) => req.session.set("user", "ada"));
    const send = await serve(api);
    expect((await send("/x", { method: "POST" })).status).toBe(503);
    late.fail(new Error("away"));
    await new Promise(setImmediate);
    expect(handler).not.toHaveBeenCalled();
  });
});

describe("requestTimeout", () => {
  it.each([0, -1, Number.NaN, "30", 2_147_484])("is not %j", (requestTimeout) => {
    expect(() => new API({ requestTimeout: requestTimeout as number })).toThrow(/requestTimeout/);
  });

  it("may be Infinity: then only the guard itself ends it", async () => {
    const verdict = deferred<object>();
    const api = new API({ requestTimeout: Number.POSITIVE_INFINITY });
    api.get("/x", { auth: bearer({ verify: () => verdict.promise }) }, () => "in");
    const pending = api.requests.get("/x", asUser);
    verdict.settle({});
    expect((await pending).status).toBe(200);
  });

  it("does not count for what is quick", async () => {
    const api = new API({ requestTimeout: 5 }).get(
      "/x",
      { auth: bearer({ verify: async () => ({}) }) },
      () => "in",
    );
    expect((await api.requests.get("/x", asUser)).status).toBe(200);
  });
});
