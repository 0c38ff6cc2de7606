import { API, abort, type Handler } from "responder-ts";
import { expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { overTransports } from "../support/transports.ts";

class Known extends Error {}

const SECRET = "0123456789abcdef0123456789abcdef";

overTransports("after a throw", (serve) => {
  const throwing = (thrower: () => never): API => {
    const api = new API({ logger: recordingLogger(), secretKey: SECRET });
    api.exceptionHandler(Known, () => ["known", 400]);
    api.get("/x", (req, resp) => {
      resp.headers.set("x-kept", "yes");
      resp.headers.set("www-authenticate", "Basic");
      resp.setCookie("rotated", "new");
      req.session.set("step", "two");
      for (const [name, value] of DESCRIBING) resp.headers.set(name, value);
      resp.etag = "v1";
      resp.lastModified = new Date(0);
      resp.statusCode = 201;
      resp.text = "half an answer";
      return thrower();
    });
    return api;
  };

  it.each([
    ["an HTTPError", () => abort(403), 403, true],
    ["a handled error", () => fail(new Known()), 400, true],
    ["an unhandled error", () => fail(new Error("x")), 500, false],
  ] as const)(
    "of %s headers and cookies stay, what described the old body goes",
    async (_name, thrower, status, commits) => {
      const send = await serve(throwing(thrower));
      const response = await send("/x");
      expect(response.status).toBe(status);
      expect(response.headers.get("x-kept")).toBe("yes");
      expect(response.headers.get("www-authenticate")).toBe("Basic");
      for (const [name, value] of DESCRIBING) expect(response.headers.get(name)).not.toBe(value);
      expect(response.headers.has("etag")).toBe(false);
      expect(response.headers.has("last-modified")).toBe(false);
      expect(await response.text()).not.toContain("half");
      const cookies = response.headers.getSetCookie().map((line) => line.split("=", 1)[0]);
      expect(cookies).toEqual(commits ? ["rotated", "session"] : ["rotated"]);
    },
  );

  it("a session that cannot be committed is an error too, and the answer says nothing of it", async () => {
    const logger = recordingLogger();
    const api = new API({ logger, secretKey: SECRET }).get("/x", (req) => {
      req.session.set("blob", "x".repeat(5_000));
      return { ok: true };
    });
    const send = await serve(api);
    const response = await send("/x");
    expect(response.status).toBe(500);
    expect(response.headers.getSetCookie()).toEqual([]);
    expect(await response.json()).not.toHaveProperty("ok");
    expect(String(logger.lines[0]?.error)).toContain("server-side session store");
  });

  it("an answer that cannot be written commits no session", async () => {
    const cyclic: Record<string, unknown> = {};
    cyclic["self"] = cyclic;
    const handlers: Record<string, Handler> = {
      cyclic: () => cyclic,
      throwing: () => ({ toJSON: () => fail(new Error("x")) }),
      missing: (_req, resp) => resp.file("/no/such/file"),
    };
    const logger = recordingLogger();
    const api = new API({ logger, secretKey: SECRET });
    for (const [name, handler] of Object.entries(handlers)) {
      api.get(`/${name}`, (req, resp) => {
        req.session.set("user", "ada");
        return (handler as (req: unknown, resp: unknown) => ReturnType<Handler>)(req, resp);
      });
    }
    const send = await serve(api);
    for (const [path, status, cookies] of [
      ["/cyclic", 500, 0],
      ["/throwing", 500, 0],
      ["/missing", 404, 1],
    ] as const) {
      const response = await send(path);
      expect([response.status, response.headers.getSetCookie().length]).toEqual([status, cookies]);
    }
  });
});

const DESCRIBING = Object.entries({
  "content-type": "text/csv",
  "content-disposition": "attachment",
  "content-language": "en",
  "content-encoding": "x-none",
  "content-range": "bytes 0-1/2",
  "cache-control": "public, max-age=31536000",
  expires: "Thu, 01 Jan 2099 00:00:00 GMT",
  location: "/elsewhere",
  "accept-ranges": "bytes",
});

function fail(thrown: unknown): never {
  throw thrown;
}
