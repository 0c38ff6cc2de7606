import type { IncomingMessage, ServerResponse } from "node:http";
import type { TLSSocket } from "node:tls";
import { problem } from "../http/errors.ts";
import type { Incoming } from "../http/transport.ts";

/** A request of `node:http`. */
export class NodeIncoming implements Incoming {
  readonly method: string;
  readonly target: string;
  readonly #message: IncomingMessage;
  readonly #response: ServerResponse;
  readonly #awaitsContinue: boolean;
  #controller: AbortController | undefined;

  constructor(message: IncomingMessage, response: ServerResponse, awaitsContinue: boolean) {
    this.method = message.method as string;
    this.target = message.url as string;
    this.#message = message;
    this.#response = response;
    this.#awaitsContinue = awaitsContinue;
  }

  get peerAddress(): string {
    return this.#message.socket.remoteAddress ?? "";
  }

  get encrypted(): boolean {
    return (this.#message.socket as TLSSocket).encrypted === true;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      const controller = new AbortController();
      const response = this.#response;
      const abort = () => {
        if (!response.writableFinished)
          controller.abort(new DOMException("The client has gone", "AbortError"));
      };
      if (response.destroyed || (this.#message.destroyed && !this.#message.complete)) abort();
      else response.once("close", abort);
      this.#controller = controller;
    }
    return this.#controller.signal;
  }

  /** Node's own table of headers drops some repeated fields, `Authorization` among them; the raw list has them all. */
  header(name: string): string | null {
    const raw = this.#message.rawHeaders;
    let found: string | null = null;
    for (let index = 0; index < raw.length; index += 2) {
      const field = raw[index] as string;
      if (field.length !== name.length || (field !== name && field.toLowerCase() !== name)) continue;
      const value = raw[index + 1] as string;
      found = found === null ? value : `${found}${name === "cookie" ? "; " : ", "}${value}`;
    }
    return found;
  }

  *headers(): IterableIterator<[name: string, value: string]> {
    const raw = this.#message.rawHeaders;
    const names = new Set<string>();
    for (let index = 0; index < raw.length; index += 2) names.add((raw[index] as string).toLowerCase());
    for (const name of names) yield [name, this.header(name) as string];
  }

  bytes(limit: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
      const message = this.#message;
      if (this.#declaredLength() > limit) {
        reject(tooLarge(limit));
        return;
      }
      this.#start();
      let pieces: Buffer[] = [];
      let size = 0;
      let isWhole = false;
      // The listeners stay: what comes after the first of these settles nothing any more.
      const onData = (piece: Buffer) => {
        size += piece.length;
        if (size <= limit) pieces.push(piece);
        else {
          pieces = [];
          reject(tooLarge(limit));
        }
      };
      const onEnd = () => {
        isWhole = true;
        resolve(pieces.length === 1 ? (pieces[0] as Buffer) : Buffer.concat(pieces));
      };
      const onGone = () => {
        if (!isWhole) reject(incomplete());
      };
      message.on("data", onData).on("end", onEnd).on("error", onGone).on("close", onGone);
      if (message.destroyed) onGone();
      else if (message.readableEnded) onEnd();
    });
  }

  async *chunks(limit: number): AsyncGenerator<Uint8Array> {
    if (this.#declaredLength() > limit) throw tooLarge(limit);
    this.#start();
    let size = 0;
    try {
      // Not destroyed when the reader stops early: the answer still has to go out on this connection.
      for await (const piece of this.#message.iterator({ destroyOnReturn: false })) {
        size += piece.length;
        if (size > limit) throw tooLarge(limit);
        yield piece;
      }
    } catch (error) {
      throw this.#message.errored ? incomplete() : error;
    }
    if (!this.#message.complete) throw incomplete();
  }

  /** RFC 9110, 10.1.1: the client is told to go on when somebody wants the body, not before. */
  #start(): void {
    if (this.#awaitsContinue && !this.#response.headersSent) this.#response.writeContinue();
  }

  #declaredLength(): number {
    return Number(this.#message.headers["content-length"] ?? 0);
  }
}

function tooLarge(limit: number): Error {
  return problem("body_too_large", `The body may have ${limit} bytes`);
}

function incomplete(): Error {
  return problem("incomplete_body", "The connection ended before the body did");
}
