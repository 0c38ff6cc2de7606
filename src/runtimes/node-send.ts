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

/**
 * What becomes of a body that nobody read, once the answer is out: a short rest is read and dropped, so that the
 * connection can be used again; past `limit` bytes the connection is closed, because reading on would cost more.
 */
export function dropRest(message: IncomingMessage, limit: number): void {
  let dropped = 0;
  message.on("data", (piece: Buffer) => {
    dropped += piece.length;
    if (dropped > limit) message.socket.destroySoon();
  });
  message.on("error", () => undefined);
  message.resume();
}
