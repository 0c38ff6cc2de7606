import type { IncomingMessage, ServerResponse } from "node:http";
import type { Outgoing } from "../http/transport.ts";

/** Writes a finished answer. The promise is only for a streamed body, and settles when that is through or given up. */
export function send(response: ServerResponse, outgoing: Outgoing): void | Promise<void> {
  const { status, headers, body } = outgoing;
  response.writeHead(status, headers as string[]);
  if (body === null) response.end();
  else if (typeof body === "string" || body instanceof Uint8Array) response.end(body);
  else return pump(body, response);
}

/**
 * Writes a finished answer on a connection that is closed after it, while the client is still sending. It is closed
 * only when `rest` is through: a connection closed over unread bytes is reset, and the client may lose the answer
 * (RFC 9112, 9.6).
 */
export function sendBefore(rest: Promise<void>, response: ServerResponse, outgoing: Outgoing): void {
  const { status, headers, body } = outgoing;
  response.writeHead(status, headers as string[]);
  if (typeof body === "string" || body instanceof Uint8Array) response.write(body);
  else response.flushHeaders();
  rest.then(() => response.end());
}

/** Sends pieces no faster than the client takes them, and ends the source as soon as the client goes. */
async function pump(body: AsyncIterable<Uint8Array>, response: ServerResponse): Promise<void> {
  const pieces = body[Symbol.asyncIterator]();
  const end = () => void Promise.resolve(pieces.return?.()).catch(() => undefined);
  if (response.destroyed) return end();
  response.once("close", end);
  response.flushHeaders();
  try {
    for (;;) {
      const { done, value } = await pieces.next();
      if (response.destroyed) return;
      if (done) break;
      if (!response.write(value)) await drainedOrClosed(response);
    }
    response.off("close", end);
    response.end();
  } catch (error) {
    // The head has gone out: cutting the connection is the only way left to say that the body is not whole.
    response.destroy();
    throw error;
  }
}

function drainedOrClosed(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const settle = () => {
      response.off("drain", settle).off("close", settle);
      resolve();
    };
    response.on("drain", settle).on("close", settle);
  });
}

/** RFC 9112, 6.3: a request without either field has no body, whatever its method. */
export function hasBody(message: IncomingMessage): boolean {
  const { headers } = message;
  return headers["content-length"] !== undefined || headers["transfer-encoding"] !== undefined;
}

/**
 * In bytes. A connection that is closed over unread bytes is reset, and the client may lose the answer that tells it why,
 * so that much is read first; a client that sends more has had its time to look.
 */
export const LONGEST_DROP = 33_554_432;

/** Whether the body is declared, and no longer than `limit` bytes. */
export function isShort(message: IncomingMessage, limit: number): boolean {
  return Number(message.headers["content-length"] ?? Number.NaN) <= limit;
}

/** Reads and drops a body that nobody wants. Settles when it is through, or past `limit` bytes of it. */
export function dropRest(message: IncomingMessage, limit: number): Promise<void> {
  return new Promise((resolve) => {
    let dropped = 0;
    message.on("data", (piece: Buffer) => {
      dropped += piece.length;
      if (dropped > limit) resolve();
    });
    message
      .on("end", resolve)
      .on("close", resolve)
      .on("error", () => resolve());
    message.resume();
  });
}
