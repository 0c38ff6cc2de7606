import type { StandardSchemaV1 } from "@standard-schema/spec";
import { parseCookies, type RequestCookies } from "../http/cookies.ts";
import { problem } from "../http/errors.ts";
import { type ReadonlyHeaders, RequestHeaders } from "../http/headers.ts";
import { queryOf } from "../http/path.ts";
import { addressedURL, type Client } from "../http/proxies.ts";
import type { Incoming } from "../http/transport.ts";
import type { Form } from "../media/form.ts";
import { preferred } from "../media/negotiate.ts";
import { readMedia } from "../media/read.ts";
import { parseMediaType } from "../media/types.ts";
import { type Session, seal } from "../sessions/session.ts";
import type { AppContext, PreparedSession } from "./context.ts";
import { validated } from "./validate.ts";

/** What a route and its application know of a request's types. */
export interface RequestTypes {
  params: Readonly<Record<string, string | number>>;
  state: object;
  session: object;
}

/** By which scheme somebody was let in, and what they may do. */
export interface AuthInfo {
  /** The scheme's name; those of `allOf` are joined by " and ". */
  readonly scheme: string;
  readonly scopes: readonly string[];
}

/** What a guarded route's handler sees beside the request: who it is. */
export interface Admitted<Principal> {
  /** Who was let in, of the guard's type; null for nobody under an `optional()` guard. */
  readonly principal: Principal;
  /** How; null for nobody under an `optional()` guard. */
  readonly auth: null extends Principal ? AuthInfo | null : AuthInfo;
}

/** A task that runs after the answer was sent. */
export type DeferredTask = () => unknown;

/** What the framework's own parts may do to a request that its users may not. */
interface RequestInternals {
  setParams(req: HttpRequest, params: RequestTypes["params"]): void;
  /** Notes who was let in. */
  admit(req: HttpRequest, principal: unknown, auth: AuthInfo | null): void;
  /** @throws HTTPError 403 `cross_site_request` when a page of another site made this request and its method is unsafe */
  refuseCrossSite(req: HttpRequest): void;
  header(req: HttpRequest, lowerCaseName: string): string | null;
  openedSession(req: HttpRequest): Session<object> | undefined;
  /** Makes later writes to the session throw, since nothing would store them. */
  sealSession(req: HttpRequest): void;
  preparedSession(req: HttpRequest): PreparedSession | undefined;
  /** Notes what was looked up for the session. */
  prepareSession(req: HttpRequest, prepared: PreparedSession): void;
  defer<Types extends RequestTypes>(req: HttpRequest<Types>, task: DeferredTask): void;
  deferred(req: HttpRequest): readonly DeferredTask[] | undefined;
  /** The same tasks, which are somebody else's business no more. */
  takeDeferred(req: HttpRequest): readonly DeferredTask[];
  incoming(req: HttpRequest): Incoming;
}

/** @internal */
export let internals: RequestInternals;

const NO_PARAMS = Object.freeze({});

/**
 * One request. Everything beyond method and path is read when it is first asked for, and once.
 */
export class HttpRequest<Types extends RequestTypes = RequestTypes> {
  /** The method, upper case. HEAD stays HEAD, though GET's handler answers it. */
  readonly method: string;
  /**
   * The canonical path: as the WHATWG URL parser gives it, each segment percent-decoded once. An encoded slash
   * stays `%2F` and an encoded percent sign `%25`, so that two different paths never read the same. Router, hooks and
   * logs see this very text.
   */
  readonly path: string;
  /** The path's parameters, of the types that the pattern names. */
  readonly params: Types["params"] = NO_PARAMS;

  readonly #incoming: Incoming;
  readonly #app: AppContext;
  #headers: RequestHeaders | undefined;
  #client: Client | undefined;
  #url: URL | undefined;
  #query: URLSearchParams | undefined;
  #cookies: RequestCookies | undefined;
  #state: object | undefined;
  #session: Session<object> | undefined;
  #isSealed = false;
  #prepared: PreparedSession | undefined;
  #bytes: Promise<Uint8Array> | undefined;
  #form: Promise<Form> | undefined;
  #deferred: DeferredTask[] | undefined;

  constructor(incoming: Incoming, path: string, app: AppContext) {
    this.method = incoming.method;
    this.path = path;
    this.#incoming = incoming;
    this.#app = app;
  }

  static {
    internals = {
      setParams: (req, params) => {
        (req as { params: RequestTypes["params"] }).params = params;
      },
      admit: (req, principal, auth) => {
        Object.assign(req, { principal, auth } satisfies Admitted<unknown>);
      },
      refuseCrossSite: (req) => req.#app.sessions.refuseCrossSite(req),
      header: (req, name) => req.#incoming.header(name),
      openedSession: (req) => req.#session,
      sealSession: (req) => {
        req.#isSealed = true;
        if (req.#session) seal(req.#session);
      },
      preparedSession: (req) => req.#prepared,
      prepareSession: (req, prepared) => {
        req.#prepared = prepared;
      },
      defer: (req, task) => {
        req.#deferred ??= [];
        req.#deferred.push(task);
      },
      deferred: (req) => req.#deferred,
      takeDeferred: (req) => req.#deferred?.splice(0) ?? [],
      incoming: (req) => req.#incoming,
    };
  }

  /** The header fields, by any case of their names. */
  get headers(): ReadonlyHeaders {
    this.#headers ??= new RequestHeaders(this.#incoming);
    return this.#headers;
  }

  /**
   * The address that this request was sent to. Scheme and host come from the connection and the `Host` header, or from
   * `X-Forwarded-Proto` and `X-Forwarded-Host` where a trusted proxy wrote them.
   *
   * @throws HTTPError 400 `malformed_host`
   */
  get url(): URL {
    this.#url ??= addressedURL(this.#from, this.#incoming.target);
    return this.#url;
  }

  /** The query string's fields. */
  get query(): URLSearchParams {
    this.#query ??= new URLSearchParams(queryOf(this.#incoming.target));
    return this.#query;
  }

  /** The cookies by name. */
  get cookies(): RequestCookies {
    this.#cookies ??= parseCookies(this.#incoming.header("cookie"));
    return this.#cookies;
  }

  /** The client's address: the connection's peer, or what `trustedProxies` vouch for. */
  get ip(): string {
    return this.#from.ip;
  }

  /** Aborted when the client goes before the answer is complete. */
  get signal(): AbortSignal {
    return this.#incoming.signal;
  }

  /** This request's own state, made by the `state` option when it is first touched. */
  get state(): Types["state"] {
    this.#state ??= this.#app.makeState();
    return this.#state;
  }

  /**
   * The session, seen alike through `req` and `resp`.
   *
   * @throws HTTPError 403 `cross_site_request` when a page of another site made this request and its method is unsafe,
   * 503 `store_unavailable` when the store of the sessions is away
   */
  get session(): Session<Types["session"]> {
    if (this.#session === undefined) {
      this.#session = this.#app.sessions.open(this as unknown as HttpRequest);
      if (this.#isSealed) seal(this.#session);
    }
    return this.#session;
  }

  /**
   * The body, parsed by its `Content-Type`: JSON, YAML, MessagePack or a form.
   *
   * `media()` gives `unknown`; `media("form")` takes the two form types alone; `media(schema)` gives what a Standard
   * Schema makes of it.
   *
   * @throws HTTPError 400 `malformed_body` or `forbidden_key`, 413 `body_too_large`, 415 `unsupported_media_type`,
   * 422 `validation_failed`
   */
  media(): Promise<unknown>;
  media(kind: "form"): Promise<Form>;
  media<Schema extends StandardSchemaV1>(schema: Schema): Promise<StandardSchemaV1.InferOutput<Schema>>;
  media(expected?: "form" | StandardSchemaV1): Promise<unknown> {
    if (expected !== undefined && expected !== "form") {
      return this.media().then((data) => validated(expected, data, "body"));
    }
    const { maxBodySize } = this.#app.limits;
    const source = {
      header: (name: string) => this.#incoming.header(name),
      bytes: (limit: number) => (limit < maxBodySize ? this.#boundedBytes(limit) : this.bytes()),
      chunks: (limit: number) => this.stream(limit),
      defer: (task: DeferredTask) => internals.defer(this, task),
    };
    // A multipart body is read as it comes in, once: what was made of it is kept for whoever asks again.
    const isMultipart =
      parseMediaType(this.#incoming.header("content-type"))?.essence === "multipart/form-data";
    if (expected === "form" || isMultipart) {
      this.#form ??= readMedia(source, this.#app.limits, "form") as Promise<Form>;
      return this.#form;
    }
    return readMedia(source, this.#app.limits);
  }

  /** The body's bytes. May be asked for again. @throws HTTPError 413 `body_too_large` past `maxBodySize` */
  bytes(): Promise<Uint8Array> {
    this.#bytes ??= this.#incoming.bytes(this.#app.limits.maxBodySize);
    return this.#bytes;
  }

  /** The body as UTF-8 text; what is no UTF-8 becomes U+FFFD. @throws HTTPError 413 `body_too_large` */
  async text(): Promise<string> {
    return new TextDecoder().decode(await this.bytes());
  }

  /**
   * The body in pieces as they arrive, once; nothing of it is kept.
   *
   * @param limit in bytes. Default: the API's `maxBodySize`, past which reading fails with 413.
   */
  async *stream(limit: number = this.#app.limits.maxBodySize): AsyncIterableIterator<Uint8Array> {
    if (this.#bytes) yield await this.#bytes;
    else yield* this.#incoming.chunks(limit);
  }

  /**
   * The one of the offered media types that the client likes best, or null when it takes none.
   *
   * @example
   * if (req.accepts("application/json", "text/html") === "text/html") resp.redirect("/login");
   */
  accepts(...types: string[]): string | null {
    return preferred(this.#incoming.header("accept"), types);
  }

  async #boundedBytes(limit: number): Promise<Uint8Array> {
    const bytes = await this.bytes();
    if (bytes.byteLength > limit)
      throw problem("body_too_large", `A body of this type may have ${limit} bytes`);
    return bytes;
  }

  get #from(): Client {
    this.#client ??= this.#app.proxies.resolve(this.#incoming);
    return this.#client;
  }
}
