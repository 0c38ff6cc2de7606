import { API } from "responder-ts";
import { afterEach, describe, expect, it } from "vitest";
import { RawConnection, statusesOf } from "../support/raw-socket.ts";

const MIB = 1_048_576;

describe("a body that nobody reads", () => {
  it("does not block the next request on the same connection", async () => {
    const connection = await connectTo(new API().post("/ignore", () => "ignored").get("/next", () => "next"));
    connection.write(post("/ignore", "x".repeat(100_000)) + get("/next"));
    await connection.until((text) => statusesOf(text).length === 2 && text.endsWith("next"));
    expect(statusesOf(connection.received)).toEqual([200, 200]);
  });

  it("does not block it when a hook refused the request before the body came", async () => {
    const api = new API().post("/upload", () => "uploaded").get("/next", () => "next");
    api.beforeRequest((req, resp) => {
      if (req.method === "POST") resp.statusCode = 401;
    });
    const connection = await connectTo(api);
    connection.write("POST /upload HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
    await connection.until((text) => statusesOf(text).length === 1);
    connection.write(`hello${get("/next")}`);
    await connection.until((text) => text.endsWith("next"));
    expect(statusesOf(connection.received)).toEqual([401, 200]);
  });

  it("is never taken for the next request", async () => {
    const seen: string[] = [];
    const api = new API().post("/ignore", () => "ignored");
    api.beforeRequest((req) => void seen.push(req.path));
    const connection = await connectTo(api);
    connection.write(post("/ignore", get("/smuggled")) + post("/ignore", get("/smuggled")));
    await connection.until((text) => statusesOf(text).length === 2);
    expect(seen).toEqual(["/ignore", "/ignore"]);
  });

  it("that is longer than the limit is answered whole, and the connection says that it ends", async () => {
    const connection = await connectTo(new API().post("/ignore", () => "ignored").get("/next", () => "next"));
    connection.write(post("/ignore", "x".repeat(5 * MIB)));
    const received = await connection.ended();
    expect(statusesOf(received)).toEqual([200]);
    expect(received).toMatch(/connection: close/i);
    expect(received).toMatch(/ignored$/);
  });

  it("of unknown length ends the connection too, once the answer is out", async () => {
    const connection = await connectTo(new API().post("/ignore", () => "ignored"));
    connection.write(
      "POST /ignore HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
    );
    const received = await connection.ended();
    expect(received).toMatch(/connection: close/i);
    expect(received).toMatch(/ignored$/);
  });

  it("past the limit is not read on and on", async () => {
    const connection = await connectTo(new API().post("/ignore", () => "ignored"));
    connection.write("POST /ignore HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n");
    const piece = `10000\r\n${"x".repeat(65_536)}\r\n`;
    let written = 0;
    while (!connection.socket.closed && written < 64 * MIB) {
      connection.write(piece);
      written += piece.length;
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(connection.socket.closed).toBe(true);
  });

  it("refused with 413 while it is sent leaves the answer whole", async () => {
    const connection = await connectTo(new API().post("/read", async (req) => await req.text()));
    connection.write(post("/read", "x".repeat(5 * MIB)));
    const received = await connection.ended();
    expect(statusesOf(received)).toEqual([413]);
    expect(received).toContain('"code":"body_too_large"');
  });

  it("that was read in part leaves the connection in order", async () => {
    const api = new API().get("/next", () => "next");
    api.post("/first-piece", async (req) => {
      for await (const piece of req.stream()) return `${piece.length > 0}`;
      return "empty";
    });
    const connection = await connectTo(api);
    connection.write(post("/first-piece", "x".repeat(500_000)) + get("/next"));
    await connection.until((text) => text.endsWith("next"));
    expect(statusesOf(connection.received)).toEqual([200, 200]);
  });
});

describe("a body that is sent back while it comes in", () => {
  it("arrives whole, also past the limit of what is dropped", async () => {
    const api = new API({ maxBodySize: 1_000 }).post("/echo", (req, resp) =>
      resp.stream(req.stream(5 * MIB)),
    );
    const connection = await connectTo(api);
    connection.write(post("/echo", "y".repeat(MIB), "Connection: close\r\n"));
    const received = await connection.ended();
    expect(statusesOf(received)).toEqual([200]);
    expect(received.slice(received.indexOf("\r\n\r\n")).replaceAll(/[^y]/g, "").length).toBe(MIB);
  });
});

describe("Expect: 100-continue", () => {
  const expecting = (path: string, length: number, more = "") =>
    `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Length: ${length}\r\nExpect: 100-continue\r\n${more}\r\n`;

  it("gets the go-ahead when the handler reads, and then its answer", async () => {
    const connection = await connectTo(new API().post("/read", async (req) => await req.text()));
    connection.write(expecting("/read", 5));
    await connection.until((text) => text.includes("100 Continue\r\n\r\n"));
    connection.write("hello");
    await connection.until((text) => text.endsWith("hello"));
    connection.write(get("/none"));
    await connection.until((text) => text.endsWith("}"));
    expect(statusesOf(connection.received)).toEqual([100, 200, 404]);
  });

  it.each([
    ["the handler does not read", "/ignore", 5, 200],
    ["a hook refuses", "/closed", 5, 401],
    ["nothing is there", "/unknown", 5, 404],
    ["the body would be too large", "/read", 20, 413],
  ])("gets none when %s: the body stays where it is", async (_name, path, length, status) => {
    const api = new API({ maxBodySize: 10 }).post("/ignore", () => "ignored");
    api.post(
      "/closed",
      { beforeRequest: (_req, resp) => void Object.assign(resp, { statusCode: 401 }) },
      (req) => req.text(),
    );
    api.post("/read", async (req) => await req.text());
    const connection = await connectTo(api);
    connection.write(expecting(path, length));
    const received = await connection.ended();
    expect(statusesOf(received)).toEqual([status]);
    expect(received).toMatch(/connection: close/i);
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

function post(path: string, body: string, headers = ""): string {
  return `POST ${path} HTTP/1.1\r\nHost: x\r\n${headers}Content-Length: ${body.length}\r\n\r\n${body}`;
}

function get(path: string): string {
  return `GET ${path} HTTP/1.1\r\nHost: x\r\n\r\n`;
}
