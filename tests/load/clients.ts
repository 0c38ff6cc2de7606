import { once } from "node:events";
import { type Agent, type IncomingMessage, type RequestOptions, request } from "node:http";
import { connect } from "node:net";
import { buffer } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { bodyOf, itemOf, KEY, linesOf } from "./content.ts";

const NOTHING = Buffer.alloc(0);

/** One request, and the only answer to it that is right. */
export interface Exchange {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly status: number;
  /** Nothing where the answer's own words are no matter. */
  readonly content: Buffer | undefined;
}

/** An answer of 10 MB: more than the kernel holds for a client that does not take it. */
export const LARGE: Exchange = streamed(2_500);

/** The kinds take turns, and no two of the same kind are alike. */
export function exchangeOf(number: number): Exchange {
  const get = { method: "GET", headers: {}, body: NOTHING, status: 200 } as const;
  switch (number % 5) {
    case 0:
      return { ...get, path: `/items/${number}`, content: Buffer.from(JSON.stringify(itemOf(number))) };
    case 1: {
      const body = bodyOf(number);
      return { method: "POST", path: "/echo", headers: {}, body, status: 200, content: body };
    }
    case 2:
      return streamed(1 + (number % 40));
    case 3:
      return {
        ...get,
        path: "/guarded",
        headers: { "x-api-key": KEY },
        content: Buffer.from("behind the guard"),
      };
    default:
      return {
        ...get,
        path: "/guarded",
        headers: { "x-api-key": `${KEY.slice(0, -6)}${number}` },
        status: 401,
        content: undefined,
      };
  }
}

function streamed(count: number): Exchange {
  const content = Buffer.from([...linesOf(count)].join(""));
  return { method: "GET", path: `/lines/${count}`, headers: {}, body: NOTHING, status: 200, content };
}

/** Sends a request and takes all of its answer. @throws Error that says what is wrong with it */
export async function honest(port: number, agent: Agent, exchange: Exchange): Promise<void> {
  const message = await answerTo(port, exchange, { agent });
  check(exchange, message.statusCode, await buffer(message));
}

function check({ method, path, status, content }: Exchange, actual: number | undefined, body: Buffer): void {
  if (actual !== status) throw new Error(`${method} ${path} was answered ${actual}, not ${status}: ${body}`);
  if (content && !content.equals(body)) {
    throw new Error(
      `${method} ${path} got ${body.length} bytes that are not the ${content.length} it should`,
    );
  }
}

async function answerTo(port: number, exchange: Exchange, options: RequestOptions): Promise<IncomingMessage> {
  const { method, path, headers, body } = exchange;
  const length = method === "POST" ? { "content-length": body.length } : {};
  const sent = request({
    host: "127.0.0.1",
    port,
    method,
    path,
    headers: { ...headers, ...length },
    ...options,
  });
  sent.end(body);
  const [message] = (await once(sent, "response")) as [IncomingMessage];
  return message;
}

/** Gives up half-way, in one of four ways that take turns. */
export async function aborting(port: number, number: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  // The server may cut it too.
  socket.on("error", () => undefined);
  await once(socket, "connect");
  const host = "Host: x\r\n";
  switch (number % 4) {
    case 0: // in the head
      socket.write(`GET /items/1 HTTP/1.1\r\n${host}X-Half: `);
      break;
    case 1: // in the body
      socket.write(`POST /echo HTTP/1.1\r\n${host}Content-Length: 20000\r\n\r\n`);
      socket.write(Buffer.alloc(10_000));
      break;
    case 2: // before the answer
      socket.write(`GET /items/1 HTTP/1.1\r\n${host}\r\n`);
      break;
    default: // in the answer
      socket.write(`GET /lines/1000000 HTTP/1.1\r\n${host}\r\n`);
      await once(socket, "data");
  }
  await sleep(5);
  socket.resetAndDestroy();
}

/** Milliseconds between two bytes of a slow client, and how many it takes so. */
const PACE = 50;
const SLOW_BYTES = 40;

/**
 * Takes a byte at a time, and none before its time: the others wait in the kernel, and in the server. Then it takes the
 * rest at once; or, where it `givesUp`, it has had enough and goes.
 *
 * @throws Error where the answer is not right
 */
export async function slow(port: number, exchange: Exchange, givesUp: boolean): Promise<void> {
  const { method, path, headers } = exchange;
  const lines = Object.entries({ host: "x", connection: "close", ...headers });
  const head = [`${method} ${path} HTTP/1.1`, ...lines.map(([name, value]) => `${name}: ${value}`)];
  const pieces: Buffer[] = [];
  let taken = 0;
  let isSlow = true;
  const socket = connect({
    port,
    host: "127.0.0.1",
    onread: {
      // The kernel is asked for no more than this.
      buffer: () => Buffer.alloc(isSlow ? 1 : 65_536),
      callback(length, bytes) {
        pieces.push(Buffer.from(bytes.subarray(0, length)));
        taken += length;
        return !isSlow;
      },
    },
  });
  socket.on("error", () => undefined);
  await once(socket, "connect");
  socket.write(`${head.join("\r\n")}\r\n\r\n`);
  for (let byte = 0; byte < SLOW_BYTES; byte++) {
    await sleep(PACE);
    if (taken > byte + 1) throw new Error(`${taken} bytes were taken in ${byte + 1} times`);
    socket.resume();
  }
  if (givesUp) {
    socket.resetAndDestroy();
    return;
  }
  isSlow = false;
  socket.resume();
  if (!socket.readableEnded) await once(socket, "end");
  socket.destroy();
  const received = Buffer.concat(pieces);
  const end = received.indexOf("\r\n\r\n");
  const status = Number(received.toString("latin1", 9, 12));
  const isChunked = /transfer-encoding: chunked/i.test(received.toString("latin1", 0, end));
  const body = received.subarray(end + 4);
  check(exchange, status, isChunked ? joined(body) : body);
}

/** The content of a chunked body (RFC 9112, 7.1). @throws Error where its last chunk is missing */
function joined(body: Buffer): Buffer {
  const chunks: Buffer[] = [];
  for (let at = 0; ; ) {
    const end = body.indexOf("\r\n", at);
    if (end === -1) throw new Error("A chunked body has no end");
    const length = Number.parseInt(body.toString("latin1", at, end), 16);
    if (length === 0) return Buffer.concat(chunks);
    chunks.push(body.subarray(end + 2, end + 2 + length));
    at = end + length + 4;
  }
}
