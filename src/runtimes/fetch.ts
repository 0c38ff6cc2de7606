import { HTTPError, problem } from "../http/errors.ts";
import type { Incoming, Outgoing, OutgoingBody, PosedPrincipal } from "../http/transport.ts";
import { arrangementOf } from "./in-process.ts";

/** What a platform knows of a request beyond the `Request` itself. */
export interface FetchPlatform {
  /** The address of the connection's peer. Default: `127.0.0.1`, as for a request from this process. */
  ip?: string;
}

/** A Fetch `Request`. */
export class FetchIncoming implements Incoming {
  readonly method: string;
  readonly target: string;
  readonly peerAddress: string;
  readonly encrypted: boolean;
  readonly #request: Request;
  readonly #host: string;

  constructor(request: Request, platform: FetchPlatform) {
    const url = new URL(request.url);
    this.method = request.method;
    this.target = url.pathname + url.search;
    this.peerAddress = platform.ip ?? "127.0.0.1";
    this.encrypted = url.protocol === "https:";
    this.#host = url.host;
    this.#request = request;
  }

  get posed(): PosedPrincipal | undefined {
    return arrangementOf(this.#request)?.posed;
  }

  get signal(): AbortSignal {
    return this.#request.signal;
  }

  header(name: string): string | null {
    return this.#request.headers.get(name) ?? (name === "host" ? this.#host : null);
  }

  headers(): Iterable<[name: string, value: string]> {
    return this.#request.headers;
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
          throw problem("incomplete_body", "The connection ended before the body did", { cause });
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

/**
 * A finished answer as a Fetch `Response`.
 *
 * @param sent called when there is no more to send, or nobody who wants it
 */
export function toFetchResponse({ status, headers, body }: Outgoing, sent?: () => void): Response {
  const fields = new Headers();
  for (let index = 0; index < headers.length; index += 2) {
    fields.append(headers[index] as string, headers[index + 1] as string);
  }
  return new Response(bodyInit(body, sent), { status, headers: fields });
}

function bodyInit(body: OutgoingBody, sent?: () => void): ConstructorParameters<typeof Response>[0] {
  if (body === null || typeof body === "string" || body instanceof Uint8Array) {
    sent?.();
    return body as string | Uint8Array<ArrayBuffer> | null;
  }
  const pieces = body[Symbol.asyncIterator]();
  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        try {
          const { done, value } = await pieces.next();
          if (!done) return controller.enqueue(value);
          controller.close();
        } catch (error) {
          controller.error(error);
        }
        sent?.();
      },
      async cancel() {
        sent?.();
        await pieces.return?.();
      },
    },
    // Nothing is pulled ahead: an answer that nobody reads opens no file.
    { highWaterMark: 0 },
  );
}
