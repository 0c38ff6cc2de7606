import { API } from "responder-ts";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RawConnection, statusesOf } from "../support/raw-socket.ts";

const SMUGGLED = "GET /smuggled HTTP/1.1\r\nHost: x\r\n\r\n";

/** Framings of which a proxy before us and we might read two different lengths. Each carries a request in its body. */
const AMBIGUOUS: readonly (readonly [name: string, headers: string, body: string])[] = [
  ["CL.TE", "Content-Length: 100\r\nTransfer-Encoding: chunked", `0\r\n\r\n${SMUGGLED}`],
  ["TE.CL", "Transfer-Encoding: chunked\r\nContent-Length: 4", `5c\r\n${SMUGGLED}\r\n0\r\n\r\n`],
  ["two lengths", `Content-Length: 0\r\nContent-Length: ${SMUGGLED.length}`, SMUGGLED],
  ["a list of lengths", `Content-Length: 0, ${SMUGGLED.length}`, SMUGGLED],
  [
    "a coding in capitals and a length",
    "Transfer-Encoding: CHUNKED\r\nContent-Length: 4",
    `0\r\n\r\n${SMUGGLED}`,
  ],
  [
    "a coding with a tab before it",
    "Transfer-Encoding:\tchunked\r\nContent-Length: 4",
    `0\r\n\r\n${SMUGGLED}`,
  ],
  ["a coding with a vertical tab", "Transfer-Encoding: \x0bchunked\r\nContent-Length: 0", SMUGGLED],
  ["a coding in quotes", 'Transfer-Encoding: "chunked"\r\nContent-Length: 0', SMUGGLED],
  ["a space before the colon", "Transfer-Encoding : chunked\r\nContent-Length: 0", `0\r\n\r\n${SMUGGLED}`],
  ["a folded coding", "Transfer-Encoding:\r\n chunked\r\nContent-Length: 0", `0\r\n\r\n${SMUGGLED}`],
  [
    "identity and chunked",
    "Transfer-Encoding: identity\r\nTransfer-Encoding: chunked\r\nContent-Length: 0",
    SMUGGLED,
  ],
  ["chunked twice", "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity", `0\r\n\r\n${SMUGGLED}`],
  ["a length with a leading space in the number", `Content-Length: 0 ${SMUGGLED.length}`, SMUGGLED],
  ["a bare LF between headers", "X: y\nContent-Length: 0\r\nTransfer-Encoding: xchunked", SMUGGLED],
  [
    "a lone CR that hides a length",
    `X: y\rContent-Length: ${SMUGGLED.length}\r\nContent-Length: 0`,
    SMUGGLED,
  ],
];

describe("request smuggling", () => {
  let api: API;
  let port = 0;
  let seen: string[] = [];

  beforeEach(async () => {
    seen = [];
    api = new API();
    api.beforeRequest((req) => void seen.push(`${req.method} ${req.path}`));
    api.post("/read", async (req) => await req.text());
    api.post("/ignore", () => "ignored");
    api.get("/smuggled", () => "smuggled");
    port = (await api.listen({ port: 0 })).port;
  });
  afterEach(() => api.close());

  it.each(AMBIGUOUS)("%s: the body is never a request of its own", async (_name, headers, body) => {
    for (const path of ["/read", "/ignore"]) {
      const connection = await RawConnection.to(port);
      connection.write(`POST ${path} HTTP/1.1\r\nHost: x\r\n${headers}\r\n\r\n${body}`);
      connection.socket.end();
      const received = await connection.ended();
      expect(received).not.toContain("smuggled");
      expect(seen).not.toContain("GET /smuggled");
      for (const status of statusesOf(received)) expect([200, 400, 501]).toContain(status);
    }
  });

  it("a body after a refused request is not the next one", async () => {
    const connection = await RawConnection.to(port);
    connection.write(
      `POST /unknown HTTP/1.1\r\nHost: x\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    );
    connection.write("GET /after HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    await connection.ended();
    expect(seen).toEqual(["POST /unknown", "GET /after"]);
  });

  it("a body of a GET is not the next request", async () => {
    const connection = await RawConnection.to(port);
    connection.write(`GET /get HTTP/1.1\r\nHost: x\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`);
    connection.write("GET /after HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    await connection.ended();
    expect(seen).toEqual(["GET /get", "GET /after"]);
  });

  it("after Expect: 100-continue without the go-ahead the connection ends, so that no body is a request", async () => {
    const connection = await RawConnection.to(port);
    connection.write(
      `POST /ignore HTTP/1.1\r\nHost: x\r\nExpect: 100-continue\r\nContent-Length: ${SMUGGLED.length}\r\n\r\n${SMUGGLED}`,
    );
    const received = await connection.ended();
    expect(statusesOf(received)).toEqual([200]);
    expect(seen).toEqual(["POST /ignore"]);
  });

  it("what follows an Upgrade that is not taken up is a request like any other, and guarded", async () => {
    const connection = await RawConnection.to(port);
    connection.write("GET /up HTTP/1.1\r\nHost: x\r\nConnection: upgrade\r\nUpgrade: websocket\r\n\r\n");
    await connection.until((text) => text.endsWith("}"));
    connection.write("GET /after HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    await connection.ended();
    expect(seen).toEqual(["GET /up", "GET /after"]);
  });

  it("headers of an answer are framed by its body alone, so that no answer is split", async () => {
    const connection = await RawConnection.to(port);
    const body = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
    connection.write(
      `POST /read HTTP/1.1\r\nHost: x\r\nContent-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
    );
    const received = await connection.ended();
    expect(received).toMatch(new RegExp(`content-length: ${body.length}\r\n`, "i"));
    expect(received.endsWith(body)).toBe(true);
  });
});
