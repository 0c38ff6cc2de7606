import { type CookieOptions, ResponseCookies } from "../http/cookies.ts";
import { ResponseHeaders } from "../http/headers.ts";
import { Html } from "../http/html.ts";
import { redirectLocation, redirectStatus } from "../http/redirect.ts";
import type { Session } from "../sessions/session.ts";
import { type Body, NO_BODY } from "./body.ts";
import { checkFileOptions, type FileOptions } from "./file.ts";
import {
  type DeferredTask,
  type HttpRequest,
  type RequestTypes,
  internals as requestInternals,
} from "./request.ts";
import { type ServerSentEvent, serverSentEvents } from "./sse.ts";

/** How `resp.redirect()` answers. */
export interface RedirectOptions {
  /** Default false: 302 or 303. True: 308, which browsers and caches remember. */
  permanent?: boolean;
  /** Default false: after an unsafe method the browser comes with GET. True: 307, the same method and body again. */
  preserveMethod?: boolean;
  /** Default false: another origin throws. True lets the location lead anywhere, so never build it from a request. */
  external?: boolean;
}

/** What the framework's own parts may do to an answer that its users may not. */
interface ResponseInternals {
  /** Whether a hook or a handler has answered: a status, a body or a redirect. */
  decided(resp: HttpResponse): boolean;
  body(resp: HttpResponse): Body;
  /** The fields that were set, or undefined where none was. */
  headers(resp: HttpResponse): ResponseHeaders | undefined;
  cookies(resp: HttpResponse): ResponseCookies | undefined;
  answer(resp: HttpResponse, body: Body): void;
  /** The status of an answer that sets none itself. */
  defaultStatus(resp: HttpResponse, status: number): void;
  /** Drops status and body, and what described them; other headers and the cookies stay. */
  discard(resp: HttpResponse): void;
}

/** @internal */
export let internals: ResponseInternals;

/** Fields that describe a body, and so go with it when an error's takes its place. */
const DESCRIBES_BODY = [
  "accept-ranges",
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-location",
  "content-range",
  "content-type",
  "etag",
  "expires",
  "last-modified",
  "location",
];

/**
 * The answer in the making. Setting a status, a body or a redirect is an explicit act: from a before hook it stops the
 * request. Where several bodies are set, the last one counts.
 */
export class HttpResponse<Types extends RequestTypes = RequestTypes> {
  readonly #req: HttpRequest<Types>;
  #status = 0;
  #body: Body = NO_BODY;
  #headers: ResponseHeaders | undefined;
  #cookies: ResponseCookies | undefined;

  constructor(req: HttpRequest<Types>) {
    this.#req = req;
  }

  static {
    internals = {
      decided: (resp) => resp.#status !== 0 || resp.#body !== NO_BODY,
      body: (resp) => resp.#body,
      headers: (resp) => resp.#headers,
      cookies: (resp) => resp.#cookies,
      answer: (resp, body) => {
        resp.#body = body;
      },
      defaultStatus: (resp, status) => {
        resp.#status ||= status;
      },
      discard: (resp) => {
        resp.#status = 0;
        resp.#body = NO_BODY;
        for (const name of DESCRIBES_BODY) resp.#headers?.delete(name);
      },
    };
  }

  /**
   * The status. Default: 200.
   *
   * @throws RangeError for anything but a whole number from 200 to 599
   */
  get statusCode(): number {
    return this.#status || 200;
  }
  set statusCode(status: number) {
    if (!Number.isInteger(status) || status < 200 || status > 599) {
      throw new RangeError(`resp.statusCode takes a whole number from 200 to 599, not ${String(status)}`);
    }
    this.#status = status;
  }

  /** The answer's header fields. */
  get headers(): ResponseHeaders {
    this.#headers ??= new ResponseHeaders();
    return this.#headers;
  }

  /** The cookies that this answer sets. */
  get cookies(): ResponseCookies {
    this.#cookies ??= new ResponseCookies();
    return this.#cookies;
  }

  /** Sets a cookie: `HttpOnly`, `Secure`, `SameSite=Lax`, `Path=/` unless told otherwise. */
  setCookie(name: string, value: string, options?: CookieOptions): void {
    this.cookies.set(name, value, options);
  }

  /** The session, the same as `req.session`. */
  get session(): Session<Types["session"]> {
    return this.#req.session;
  }

  /**
   * Data in the format that the client asks for by `Accept`: JSON, YAML or MessagePack; JSON when it says nothing.
   */
  get media(): unknown {
    return this.#body.kind === "media" ? this.#body.value : undefined;
  }
  set media(value: unknown) {
    this.#body = { kind: "media", value };
  }

  /** Plain text, UTF-8. */
  get text(): string | undefined {
    return this.#body.kind === "text" ? this.#body.value : undefined;
  }
  set text(value: string) {
    this.#body = { kind: "text", value: String(value) };
  }

  /**
   * A page, made by the `html` tag, which escapes what it is given.
   *
   * @throws TypeError for a bare string, which could carry anybody's markup
   */
  get html(): Html | undefined {
    return this.#body.kind === "html" ? this.#body.value : undefined;
  }
  set html(value: Html) {
    if (!(value instanceof Html)) {
      throw new TypeError(
        "resp.html takes html`…`, which escapes what is put into it; for markup that you trust, html.raw(string)",
      );
    }
    this.#body = { kind: "html", value };
  }

  /** Bytes, `application/octet-stream` unless a `Content-Type` is set. */
  get content(): Uint8Array | undefined {
    return this.#body.kind === "bytes" ? this.#body.value : undefined;
  }
  set content(value: Uint8Array) {
    if (!(value instanceof Uint8Array))
      throw new TypeError("resp.content takes a Uint8Array; for text use resp.text");
    this.#body = { kind: "bytes", value };
  }

  /**
   * Sends the client elsewhere: 303 after an unsafe method, so that it comes back with GET, else 302.
   *
   * @param location a path of this application, or its own origin; another origin only with `external: true`
   * @throws TypeError for another origin without `external`, in whatever spelling (`//host`, `/\host`, `https:host`)
   */
  redirect(location: string, options: RedirectOptions = {}): void {
    const target = redirectLocation(location, {
      base: this.#req.url,
      external: options.external ?? false,
    });
    this.#status = redirectStatus(this.#req.method, options);
    this.#body = NO_BODY;
    this.headers.set("location", target);
  }

  /**
   * Sends pieces as they come, no faster than the client takes them. When the client goes, the source is ended
   * (`return()` of an iterator, `cancel()` of a stream). A generator
   * that is waiting hears of it only through `req.signal`.
   */
  stream(
    source: AsyncIterable<Uint8Array | string> | Iterable<Uint8Array | string> | ReadableStream<Uint8Array>,
  ): void {
    this.#body = { kind: "stream", source };
  }

  /** Sends Server-Sent Events (WHATWG HTML, 9.2) as they come. */
  sse(events: AsyncIterable<ServerSentEvent> | Iterable<ServerSentEvent>): void {
    this.headers.set("content-type", "text/event-stream");
    if (!this.headers.has("cache-control")) this.headers.set("cache-control", "no-store");
    this.#body = { kind: "stream", source: serverSentEvents(events) };
  }

  /**
   * Sends a file, its type by its name, with `ETag`, `Last-Modified` and ranges. Where `path` comes from a request,
   * `root` is what keeps it in its place.
   *
   * @throws HTTPError 404 `file_not_found`, when the answer is sent, for what is no file or lies outside `root`
   */
  file(path: string, options: FileOptions = {}): void {
    checkFileOptions(options);
    this.#body = { kind: "file", path, options };
  }

  /** Sends a file to be saved, under `filename` or its own name (RFC 6266). */
  download(path: string, filename?: string, options: FileOptions = {}): void {
    checkFileOptions(options);
    this.#body = { kind: "file", path, options: { ...options, download: filename ?? true } };
  }

  /** The entity tag, quoted for you. A GET that already has it is answered 304. */
  get etag(): string | null {
    return this.#headers?.get("etag") ?? null;
  }
  set etag(tag: string) {
    const opaque = /^(?:W\/)?"(.*)"$/.exec(tag)?.[1] ?? tag;
    if (/[^\x21\x23-\x7e\x80-\xff]/.test(opaque))
      throw new TypeError("An entity tag has no quotes, spaces or controls");
    this.headers.set("etag", opaque === tag ? `"${tag}"` : tag);
  }

  /** When the content last changed. A GET that has nothing older is answered 304. */
  get lastModified(): Date | null {
    const text = this.#headers?.get("last-modified");
    return text ? new Date(text) : null;
  }
  set lastModified(date: Date) {
    if (!(date instanceof Date) || Number.isNaN(date.getTime())) {
      throw new TypeError("resp.lastModified takes a valid Date");
    }
    this.headers.set("last-modified", date.toUTCString());
  }

  /** Runs a task once the answer is sent. A failure is logged. A graceful stop waits for it. */
  background(task: DeferredTask): void {
    requestInternals.defer(this.#req, task);
  }
}
