import { once } from "node:events";
import { request } from "node:http";
import { API } from "responder-ts";
import { afterEach, describe, expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { RawConnection } from "../support/raw-socket.ts";
import { overTransports } from "../support/transports.ts";

overTransports("resp.stream", (serve) => {
  const bytes = (text: string) => new TextEncoder().encode(text);
  it.each([
    ["an array", () => ["a", bytes("b"), "ü"]],
    [
      "a generator",
      function* () {
        yield "a";
        yield bytes("b");
        yield "ü";
      },
    ],
    [
      "an asynchronous generator",
      async function* () {
        yield "a";
        await null;
        yield "bü";
      },
    ],
    ["a ReadableStream", () => new Response("abü").body as ReadableStream<Uint8Array>],
    ["a string", () => "abü"],
  ])("sends the pieces of %s", async (_name, source) => {
    const send = await serve(new API().get("/x", (_req, resp) => resp.stream(source())));
    const response = await send("/x");
    expect(await response.text()).toBe("abü");
    expect(response.headers.get("content-type")).toBe("application/octet-stream");
    expect(response.headers.has("content-length")).toBe(false);
  });

  it("ends the source unread for HEAD and for a status without a body", async () => {
    const ended: string[] = [];
    const source = (name: string) => ({
      [Symbol.asyncIterator]: () => ({
        next: async () => ({ done: false as const, value: "x" }),
        return: async () => ({ done: true as const, value: ended.push(name) }),
      }),
    });
    const api = new API().get("/head", (_req, resp) => resp.stream(source("head")));
    api.get("/204", (_req, resp) => {
      resp.statusCode = 204;
      resp.stream(source("204"));
    });
    const send = await serve(api);
    expect(await (await send("/head", { method: "HEAD" })).text()).toBe("");
    expect((await send("/204")).status).toBe(204);
    expect(ended).toEqual(["head", "204"]);
  });

  it.each([
    ["a stream that is locked", lockedStream],
    ["a generator function that nobody called", () => async function* () {} as never],
    ["a promise", () => Promise.resolve(["x"]) as never],
  ])("answers %s with 500 while it still can", async (_name, source) => {
    const logger = recordingLogger();
    const api = new API({ logger }).get("/x", (_req, resp) => resp.stream(source()));
    const send = await serve(api);
    expect((await send("/x")).status).toBe(500);
    expect(logger.lines[0]?.error).toBeInstanceOf(TypeError);
  });

  it("that fails half-way is never taken for a whole answer", async () => {
    const api = new API({ logger: recordingLogger() }).get("/x", (_req, resp) =>
      resp.stream(
        (async function* () {
          yield "half";
          throw new Error("the disk is gone");
        })(),
      ),
    );
    const send = await serve(api);
    await expect(send("/x").then((response) => response.text())).rejects.toThrow();
  });
});

overTransports("resp.sse", (serve) => {
  it("sends events, one block each", async () => {
    const api = new API().get("/events", (_req, resp) =>
      resp.sse([
        { data: "plain" },
        { data: { n: 1 }, event: "tick", id: "7", retry: 1_500 },
        { data: "two\nlines\r\nthree" },
      ]),
    );
    const send = await serve(api);
    const response = await send("/events");
    expect(response.headers.get("content-type")).toBe("text/event-stream");
    expect(response.headers.get("cache-control")).toBe("no-store");
    expect(await response.text()).toBe(
      "data: plain\n\n" +
        'event: tick\nid: 7\nretry: 1500\ndata: {"n":1}\n\n' +
        "data: two\ndata: lines\ndata: three\n\n",
    );
  });

  it("refuses a line break in a field, which would forge an event", async () => {
    const api = new API({ logger: recordingLogger() }).get("/events", (_req, resp) =>
      resp.sse([{ data: "first" }, { data: "x", event: "a\ndata: forged" }]),
    );
    const send = await serve(api);
    await expect(send("/events").then((response) => response.text())).rejects.toThrow();
  });
});

describe("when the client goes", () => {
  it.each(["stream", "sse"] as const)(
    "the source of a %s ends at once, also one that is waited for",
    async (kind) => {
      const returned = Promise.withResolvers<void>();
      const waiting = Promise.withResolvers<void>();
      const source = <Piece>(piece: Piece): AsyncIterable<Piece> => ({
        [Symbol.asyncIterator]: () => {
          let sent = false;
          return {
            next() {
              if (!sent) {
                sent = true;
                return Promise.resolve({ done: false, value: piece });
              }
              waiting.resolve();
              return new Promise(() => undefined);
            },
            async return() {
              returned.resolve();
              return { done: true, value: undefined };
            },
          };
        },
      });
      const api = new API().get("/x", (_req, resp) => {
        if (kind === "sse") resp.sse(source({ data: "first" }));
        else resp.stream(source("first"));
      });
      const connection = await connectTo(api);
      connection.write("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
      await connection.until((text) => text.includes("first"));
      await waiting.promise;
      connection.destroy();
      await returned.promise;
    },
  );

  it("a generator runs its finally, and req.signal is aborted", async () => {
    const ended = Promise.withResolvers<boolean>();
    const api = new API().get("/x", (req, resp) =>
      resp.stream(
        (async function* () {
          try {
            yield "first";
            await once(req.signal, "abort");
            yield "for nobody";
          } finally {
            ended.resolve(req.signal.aborted);
          }
        })(),
      ),
    );
    const connection = await connectTo(api);
    connection.write("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    await connection.until((text) => text.includes("first"));
    connection.destroy();
    expect(await ended.promise).toBe(true);
  });

  it("in process, cancelling the body ends the source", async () => {
    const ended = Promise.withResolvers<void>();
    const api = new API().get("/x", (_req, resp) =>
      resp.stream(
        (async function* () {
          try {
            for (;;) yield "more";
          } finally {
            ended.resolve();
          }
        })(),
      ),
    );
    const response = await api.requests.get("/x");
    const reader = response.body?.getReader();
    await reader?.read();
    await reader?.cancel();
    await ended.promise;
  });

  it("before the answer, a handler hears of it by req.signal", async () => {
    const reached = Promise.withResolvers<void>();
    const aborted = Promise.withResolvers<void>();
    const api = new API().get("/x", async (req) => {
      reached.resolve();
      await once(req.signal, "abort");
      aborted.resolve();
      return "too late";
    });
    const connection = await connectTo(api);
    connection.write("GET /x HTTP/1.1\r\nHost: x\r\n\r\n");
    await reached.promise;
    connection.destroy();
    await aborted.promise;
  });
});

describe("back-pressure", () => {
  it("a client that reads nothing stops the source", async () => {
    const piece = new Uint8Array(65_536);
    let made = 0;
    const api = new API().get("/x", (_req, resp) =>
      resp.stream(
        (function* () {
          for (; made < 10_000; made++) yield piece;
        })(),
      ),
    );
    const { port } = await api.listen({ port: 0 });
    stops.push(() => api.close());
    const sent = request({ host: "127.0.0.1", port, path: "/x" }).end();
    const [message] = (await once(sent, "response")) as [import("node:http").IncomingMessage];
    message.pause();
    let before = -1;
    while (made !== before) {
      before = made;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    expect(made).toBeGreaterThan(0);
    expect(made).toBeLessThan(1_000);
    message.destroy();
  });
});

const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
});

async function connectTo(api: API): Promise<RawConnection> {
  const { port } = await api.listen({ port: 0 });
  const connection = await RawConnection.to(port);
  stops.push(async () => {
    connection.destroy();
    await api.close();
  });
  return connection;
}

function lockedStream(): ReadableStream<Uint8Array> {
  const stream = new Response("x").body as ReadableStream<Uint8Array>;
  stream.getReader();
  return stream;
}
