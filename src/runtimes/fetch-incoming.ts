import { peerOf } from "../exchange/fetch-request.ts";
import { HTTPError, problem } from "../http/errors.ts";
import type { Incoming, PosedPrincipal } from "../http/transport.ts";
import { arrangementOf } from "./in-process.ts";

/** A Fetch `Request`. */
export class FetchIncoming implements Incoming {
  readonly method: string;
  readonly target: string;
  readonly #request: Request;
  readonly #ip: string | undefined;
  /** Where the path begins in the URL. */
  readonly #path: number;
  #controller: AbortController | undefined;
  #outcome: "whole" | "gone" | undefined;

  /** @param ip the peer's address, where somebody knows it */
  constructor(request: Request, ip?: string) {
    const { url } = request;
    const start = url.indexOf("/", url.indexOf("://") + 3);
    this.method = request.method;
    this.target = url.slice(start);
    this.#path = start;
    this.#request = request;
    this.#ip = ip;
  }

  get peerAddress(): string {
    return this.#ip ?? peerOf(this.#request) ?? "";
  }

  get encrypted(): boolean {
    return this.#request.url.startsWith("https:");
  }

  get posed(): PosedPrincipal | undefined {
    return arrangementOf(this.#request)?.posed;
  }

  /** Not the request's own: that one may be aborted after a whole answer too, or not when a stream is given up. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      const { signal } = this.#request;
      if (signal.aborted) this.settle(false);
      else signal.addEventListener("abort", () => this.settle(false), { once: true });
      if (this.#outcome === "gone") this.#abort();
    }
    return this.#controller.signal;
  }

  /** Notes how the answer ended: whole, or given up by the client. The first word on it stays. */
  settle(whole: boolean): void {
    if (this.#outcome !== undefined) return;
    this.#outcome = whole ? "whole" : "gone";
    if (!whole) this.#abort();
  }

  /** Lets go of a body that nobody reads, unless it is longer than so many bytes, or nobody knows how long. */
  drop(limit: number): void {
    if (!(Number(this.header("content-length") ?? Number.NaN) <= limit)) return;
    const { body } = this.#request;
    if (body !== null && !body.locked) body.cancel().catch(() => undefined);
  }

  header(name: string): string | null {
    return this.#request.headers.get(name) ?? (name === "host" ? this.#authority : null);
  }

  headers(): Iterable<[name: string, value: string]> {
    return this.#request.headers;
  }

  #abort(): void {
    this.#controller?.abort(new DOMException("The client has gone", "AbortError"));
  }

  get #authority(): string {
    const { url } = this.#request;
    return url.slice(url.indexOf("://") + 3, this.#path);
  }

  async bytes(limit: number): Promise<Uint8Array> {
    const pieces: Uint8Array[] = [];
    for await (const piece of this.chunks(limit)) pieces.push(piece);
    if (pieces.length === 1) return pieces[0] as Uint8Array;
    const whole = new Uint8Array(pieces.reduce((size, piece) => size + piece.byteLength, 0));
    let at = 0;
    for (const piece of pieces) {
      whole.set(piece, at);
      at += piece.byteLength;
    }
    return whole;
  }

  async *chunks(limit: number): AsyncGenerator<Uint8Array> {
    const tooLarge = () => problem("body_too_large", `The body may have ${limit} bytes`);
    if (Number(this.header("content-length") ?? 0) > limit) throw tooLarge();
    if (this.#request.body === null) return;
    const reader = this.#request.body.getReader();
    let size = 0;
    try {
      for (;;) {
        const { done, value } = await reader.read().catch((cause) => {
          // An application that this one is mounted in has limits of its own.
          if (cause instanceof HTTPError) throw cause;
          throw incompleteBody(cause);
        });
        if (done) return;
        size += value.byteLength;
        if (size > limit) throw tooLarge();
        yield value;
      }
    } finally {
      reader.releaseLock();
    }
  }
}

/** What reading a body fails with when its sender has gone. */
export function incompleteBody(cause: unknown): HTTPError {
  return problem("incomplete_body", "The connection ended before the body did", { cause });
}
