import { API } from "responder-ts";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { recordingLogger } from "../support/logger.ts";
import { exchange, RawConnection, statusesOf } from "../support/raw-socket.ts";

const MIB = 1_048_576;

/** An application that reads, streams and ignores bodies, so that each way of handling a request meets the garbage. */
const logger = recordingLogger();
const api = new API({ maxBodySize: 10_000, logger });
api.get("/", (req) => `fine ${req.url.pathname}`);
api.post("/read", async (req) => `read ${(await req.bytes()).length}`);
api.post("/media", async (req) => ({ media: await req.media() }));
api.post("/stream", (req, resp) => resp.stream(req.stream()));
api.post("/ignore", () => "ignored");

let port = 0;
beforeAll(async () => {
  port = (await api.listen({ port: 0 })).port;
});
afterAll(async () => {
  await api.close();
  // Whatever a client sends is no fault of ours, and must not fill the log.
  expect(logger.lines).toEqual([]);
});

async function expectServed(): Promise<void> {
  const received = await exchange(port, "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  expect(statusesOf(received)).toEqual([200]);
  expect(received).toMatch(/fine \/$/);
}

/** Sends the bytes, says that nothing more will come, and waits for the server to end the connection. */
async function sent(bytes: string | Uint8Array): Promise<string> {
  const connection = await RawConnection.to(port);
  connection.write(bytes);
  connection.socket.end();
  return connection.ended();
}

const REFUSED: readonly (readonly [name: string, bytes: string])[] = [
  ["an empty line and nothing else", "\r\n\r\n\r\n"],
  ["garbage", "garbage\r\n\r\n"],
  ["binary garbage", "\x00\x01\x02\xff\xfe\xfd\r\n\r\n"],
  ["a TLS hello", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"],
  ["an HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"],
  ["a method alone", "GET\r\n\r\n"],
  ["a method and a space", "GET \r\n\r\n"],
  ["a version that does not exist", "GET / HTTP/9.9\r\nHost: x\r\n\r\n"],
  ["a version that is none", "GET / HTTP/1.x\r\nHost: x\r\n\r\n"],
  ["another protocol", "GET / ICE/1.0\r\nHost: x\r\n\r\n"],
  ["a space in the target", "GET /a b HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["a NUL in the target", "GET /\0 HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["a NUL in a header name", "GET / HTTP/1.1\r\nHost: x\r\nX\0Y: z\r\n\r\n"],
  ["a NUL in a header value", "GET / HTTP/1.1\r\nHost: x\r\nX: a\0b\r\n\r\n"],
  ["a header without a colon", "GET / HTTP/1.1\r\nHost: x\r\nnonsense\r\n\r\n"],
  ["a space before the colon", "GET / HTTP/1.1\r\nHost: x\r\nX : y\r\n\r\n"],
  ["an empty header name", "GET / HTTP/1.1\r\nHost: x\r\n: y\r\n\r\n"],
  ["a lone CR in a header", "GET / HTTP/1.1\r\nHost: x\r\nX: a\rY: b\r\n\r\n"],
  ["a method in lower case that is none", "get / HTTP/1.1\r\nHost: x\r\n\r\n"],
  ["no Host in HTTP/1.1", "GET / HTTP/1.1\r\n\r\n"],
  ["a negative Content-Length", "POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n"],
  ["a Content-Length that is none", "POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: abc\r\n\r\n"],
  ["a hexadecimal Content-Length", "POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 0x5\r\n\r\nhello"],
  ["a Content-Length with a sign", "POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: +5\r\n\r\nhello"],
  ["a list as Content-Length", "POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 5, 5\r\n\r\nhello"],
  [
    "a Content-Length beyond all numbers",
    `POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: ${"9".repeat(30)}\r\n\r\n`,
  ],
  [
    "two Content-Lengths",
    "POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
  ],
  [
    "Content-Length and Transfer-Encoding",
    "POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
  ],
  [
    "a transfer coding that is none",
    "POST /read HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: nonsense\r\n\r\nx",
  ],
  [
    "chunked that is not last",
    "POST /read HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
  ],
  ["a header of a megabyte", `GET / HTTP/1.1\r\nHost: x\r\nX: ${"a".repeat(MIB)}\r\n\r\n`],
  ["a target of a megabyte", `GET /${"a".repeat(MIB)} HTTP/1.1\r\nHost: x\r\n\r\n`],
  ["ten thousand headers", `GET / HTTP/1.1\r\nHost: x\r\n${"X: y\r\n".repeat(10_000)}\r\n`],
  ["a Host that goes on in a folded line", "GET / HTTP/1.1\r\nHost: x\r\n y\r\n\r\n"],
  ["CONNECT", "CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n"],
];

const BROKEN_BODIES: readonly (readonly [name: string, framing: string])[] = [
  ["a body cut off", "Content-Length: 10\r\n\r\nhalf"],
  ["no body at all", "Content-Length: 10\r\n\r\n"],
  ["a chunk size that is none", "Transfer-Encoding: chunked\r\n\r\nzz\r\nhello\r\n0\r\n\r\n"],
  ["a negative chunk size", "Transfer-Encoding: chunked\r\n\r\n-5\r\nhello\r\n0\r\n\r\n"],
  [
    "a chunk size beyond all numbers",
    "Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nhello\r\n0\r\n\r\n",
  ],
  ["a chunk longer than it says", "Transfer-Encoding: chunked\r\n\r\n3\r\nhello\r\n0\r\n\r\n"],
  ["a chunk shorter than it says", "Transfer-Encoding: chunked\r\n\r\n9\r\nhello\r\n0\r\n\r\n"],
  ["a chunk without its line end", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello0\r\n\r\n"],
  ["chunks that never end", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n"],
  [
    "a chunk extension of half a megabyte",
    `Transfer-Encoding: chunked\r\n\r\n5;${"x".repeat(MIB / 2)}\r\nhello\r\n0\r\n\r\n`,
  ],
  ["a trailer without a colon", "Transfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\nnonsense\r\n\r\n"],
];

describe("malformed HTTP", () => {
  it.each(REFUSED)("%s: refused, and the next connection is served", async (_name, bytes) => {
    const received = await sent(bytes);
    for (const status of statusesOf(received))
      expect([400, 404, 405, 413, 414, 431, 501, 505]).toContain(status);
    expect(received).not.toContain("fine");
    await expectServed();
  });

  it.each(
    BROKEN_BODIES.flatMap(([name, framing]) =>
      ["/read", "/media", "/stream", "/ignore"].map((path) => [name, path, framing] as const),
    ),
  )("%s, to %s: neither crash nor hang", async (_name, path, framing) => {
    const received = await sent(
      `POST ${path} HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n${framing}`,
    );
    if (path === "/read" || path === "/media") expect(statusesOf(received)).not.toContain(200);
    await expectServed();
  });

  it.each([
    "GET / HT",
    "POST /read HTTP/1.1\r\nHost: x\r\nContent-Le",
    "POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nx",
  ])("a client that sends %j and hangs up takes nothing with it", async (bytes) => {
    for (const hangUp of ["destroy", "resetAndDestroy"] as const) {
      const connection = await RawConnection.to(port);
      connection.write(bytes);
      await new Promise((resolve) => setImmediate(resolve));
      connection.socket[hangUp]();
    }
    await expectServed();
  });

  it("a client that sends byte by byte is served", async () => {
    const connection = await RawConnection.to(port);
    connection.socket.setNoDelay(true);
    for (const byte of "POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi") {
      connection.write(byte);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect(await connection.ended()).toMatch(/read 2$/);
  });

  it("while a hundred half-open connections wait, others are served", async () => {
    const idle = await Promise.all(Array.from({ length: 100 }, () => RawConnection.to(port)));
    for (const connection of idle)
      connection.write("POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\n");
    await expectServed();
    for (const connection of idle) connection.destroy();
  });
});

describe("unusual HTTP that is none the less HTTP", () => {
  const answered = async (head: string) => statusesOf(await sent(`${head}\r\n\r\n`));

  it("pipelined requests are answered in order", async () => {
    const connection = await RawConnection.to(port);
    connection.write(
      "POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\n\r\nabc" +
        "GET / HTTP/1.1\r\nHost: x\r\n\r\n" +
        "GET /none HTTP/1.1\r\nHost: x\r\n\r\n" +
        "GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    const received = await connection.ended();
    expect(statusesOf(received)).toEqual([200, 200, 404, 200]);
    expect(received.indexOf("read 3")).toBeLessThan(received.indexOf("fine"));
  });

  it("HTTP/1.0 needs no Host, and its connection ends", async () => {
    const received = await exchange(port, "GET / HTTP/1.0\r\n\r\n");
    expect(received).toMatch(/^HTTP\/1\.1 200 OK/);
    expect(received).toMatch(/fine \/$/);
  });

  it("HTTP/0.9 is answered once, and its connection ends", async () => {
    const received = await exchange(port, "GET /\r\n\r\nGET /\r\n\r\n");
    expect(statusesOf(received)).toEqual([200]);
  });

  it("an absolute-form target is its path", async () => {
    const received = await sent(
      "GET http://other.example/?a=1 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n",
    );
    expect(received).toMatch(/fine \/$/);
  });

  it.each([
    ["OPTIONS * HTTP/1.1\r\nHost: x", 404],
    ["TRACE / HTTP/1.1\r\nHost: x\r\nX-Secret: s", 405],
    ["PROPFIND / HTTP/1.1\r\nHost: x", 405],
    ["GET ftp://x/ HTTP/1.1\r\nHost: x", 400],
    ["GET http:// HTTP/1.1\r\nHost: x", 400],
    ["GET http://x:99999/ HTTP/1.1\r\nHost: x", 400],
    ["GET /%zz HTTP/1.1\r\nHost: x", 400],
    ["GET / HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: upgrade", 200],
    [
      "GET / HTTP/1.1\r\nHost: x\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings\r\nHTTP2-Settings: AAMAAABkAAQAAP__",
      200,
    ],
  ])("%s", async (head, status) => {
    expect(await answered(head)).toEqual([status]);
    await expectServed();
  });

  it("TRACE gives no header back", async () => {
    const received = await sent("TRACE / HTTP/1.1\r\nHost: x\r\nCookie: session=secret\r\n\r\n");
    expect(received).not.toContain("secret");
  });

  it("an unknown Expect is refused, and its body is not taken for a request", async () => {
    const received = await sent(
      "POST /ignore HTTP/1.1\r\nHost: x\r\nExpect: nonsense\r\nContent-Length: 33\r\n\r\nGET / HTTP/1.1\r\nHost: smuggled\r\n\r\n",
    );
    expect(statusesOf(received)).toEqual([417]);
  });
});
