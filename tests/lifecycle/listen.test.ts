import { once } from "node:events";
import { API } from "responder-ts";
import { afterEach, describe, expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { RawConnection, statusesOf } from "../support/raw-socket.ts";

const apps: API[] = [];
afterEach(async () => {
  for (const api of apps.splice(0)) await api.close();
});

function app(): API {
  const api = new API({ logger: recordingLogger() }).get("/quick", () => "quick");
  apps.push(api);
  return api;
}

describe("api.listen()", () => {
  it("gives the address, of this machine alone by default", async () => {
    const server = await app().listen({ port: 0 });
    expect(server.host).toBe("127.0.0.1");
    expect(server.url).toBe(`http://127.0.0.1:${server.port}`);
    expect((await fetch(`${server.url}/quick`)).status).toBe(200);
  });

  it("writes an IPv6 address as URLs do", async () => {
    const server = await app()
      .listen({ port: 0, host: "::1" })
      .catch((error: Error) => error);
    // A machine without IPv6 says that it has none.
    if (server instanceof Error) expect(server.message).toMatch(/::1/);
    else expect(server.url).toBe(`http://[::1]:${server.port}`);
  });

  it("refuses a second time while it listens, and listens again after close()", async () => {
    const api = app();
    const { url } = await api.listen({ port: 0 });
    await expect(api.listen({ port: 0 })).rejects.toThrow(`listens already`);
    await api.close();
    await expect(fetch(`${url}/quick`)).rejects.toThrow();
    const again = await api.listen({ port: 0 });
    expect(await (await fetch(`${again.url}/quick`)).text()).toBe("quick");
  });

  it("names host and port that cannot be had", async () => {
    const { port } = await app().listen({ port: 0 });
    await expect(app().listen({ port })).rejects.toThrow(`port ${port} of 127.0.0.1 is in use`);
    await expect(app().listen({ port: 0, host: "192.0.2.1" })).rejects.toThrow(
      /192\.0\.2\.1:0 cannot be listened on/,
    );
  });

  it("starts nothing where a startup hook fails", async () => {
    const api = app();
    api.on("startup", () => {
      throw new Error("no database");
    });
    await expect(api.listen({ port: 0 })).rejects.toThrow("no database");
    await expect(api.requests.get("/quick")).rejects.toThrow("no database");
  });

  it("runs the startup hooks once, for fetch and listen together", async () => {
    let starts = 0;
    const api = app();
    api.on("startup", () => starts++);
    await Promise.all([api.requests.get("/quick"), api.requests.get("/quick"), api.listen({ port: 0 })]);
    expect(starts).toBe(1);
  });
});

describe("api.close()", () => {
  it("may be called before anything listens", async () => {
    await app().close();
  });

  it("called again while it closes waits for the same end: hooks run once, after the last request", async () => {
    const seen: string[] = [];
    const reached = Promise.withResolvers<void>();
    const gate = Promise.withResolvers<void>();
    const api = app().get("/held", async () => {
      reached.resolve();
      await gate.promise;
      return String(seen.push("answered"));
    });
    api.on("shutdown", () => void seen.push("shutdown"));
    const { url } = await api.listen({ port: 0 });
    const response = fetch(`${url}/held`, { headers: { connection: "close" } });
    await reached.promise;
    const closed = [api.close(), api.close()];
    await new Promise((resolve) => setImmediate(resolve));
    gate.resolve();
    await Promise.all([...closed, response]);
    expect(seen).toEqual(["answered", "shutdown"]);
  });
});

describe("a connection that is kept", () => {
  const REQUEST = "GET /quick HTTP/1.1\r\nHost: x\r\n\r\n";

  it("has the request answered that was on its way when the stop began, and is closed then", async () => {
    const api = app();
    const { port } = await api.listen({ port: 0 });
    const [used, silent] = await Promise.all([RawConnection.to(port), RawConnection.to(port)]);
    used.write(REQUEST);
    await used.until((text) => text.endsWith("quick"));
    used.write(REQUEST);
    silent.write(REQUEST);
    const closed = api.close();
    expect(statusesOf(await used.ended())).toEqual([200, 200]);
    expect(await silent.ended()).toMatch(/^HTTP\/1\.1 200 .*connection: close.*quick$/is);
    await closed;
  });

  it("is closed after the answer that had begun before the stop, and not only when it is old", async () => {
    const gate = Promise.withResolvers<void>();
    const api = app().get("/slow", (_req, resp) =>
      resp.stream(
        (async function* () {
          yield "first";
          await gate.promise;
          yield "last";
        })(),
      ),
    );
    const { port } = await api.listen({ port: 0 });
    const connection = await RawConnection.to(port);
    connection.write("GET /slow HTTP/1.1\r\nHost: x\r\n\r\n");
    const head = await connection.until((text) => text.includes("first"));
    expect(head).not.toMatch(/connection: close/i);
    const asked = performance.now();
    const closed = api.close();
    gate.resolve();
    expect(await connection.ended()).toMatch(/last\r\n0\r\n\r\n$/);
    await closed;
    expect(performance.now() - asked).toBeLessThan(2_000);
  });
});

describe("a request that outlasts the grace", () => {
  it("is cut, and its handler hears of it", async () => {
    const reached = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    const api = app().get("/never", async (req) => {
      reached.resolve();
      await once(req.signal, "abort");
      aborted.resolve();
    });
    const server = await api.listen({ port: 0 });
    const connection = await RawConnection.to(server.port);
    connection.write("GET /never HTTP/1.1\r\nHost: x\r\n\r\n");
    await reached.promise;
    await server.stop(50);
    expect(await connection.ended()).toBe("");
    await aborted.promise;
  });

  it("a stream is cut too, and its source ended", async () => {
    const ended = Promise.withResolvers<void>();
    const api = app().get("/events", (req, resp) =>
      resp.sse(
        (async function* () {
          try {
            yield { data: "first" };
            await once(req.signal, "abort");
          } finally {
            ended.resolve();
          }
        })(),
      ),
    );
    const server = await api.listen({ port: 0 });
    const connection = await RawConnection.to(server.port);
    connection.write("GET /events HTTP/1.1\r\nHost: x\r\n\r\n");
    await connection.until((text) => text.includes("first"));
    await server.stop(50);
    expect(statusesOf(await connection.ended())).toEqual([200]);
    await ended.promise;
  });
});

describe("api.on()", () => {
  it("knows startup and shutdown, and takes functions", () => {
    expect(() => new API().on("start" as never, () => undefined)).toThrow(
      /"startup" and "shutdown", not "start"/,
    );
    expect(() => new API().on("constructor" as never, () => undefined)).toThrow(TypeError);
    expect(() => new API().on("startup", "x" as never)).toThrow(/takes a function/);
  });
});
