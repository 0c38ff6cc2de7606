import { type Awaitable, andThen } from "../http/awaitable.ts";
import { problem } from "../http/errors.ts";
import { isLoopback, isLoopbackHost } from "../http/proxies.ts";
import type {
  SessionAdministration,
  SessionBackend,
  SessionContext,
  SessionCookie,
} from "../sessions/backend.ts";
import { type CrossSiteRequest, isCrossSite } from "../sessions/cross-site.ts";
import type { Session } from "../sessions/session.ts";
import type { Logger, PreparedSession, SessionManager } from "./context.ts";
import { type HttpRequest, internals } from "./request.ts";

/** How an application's sessions meet its requests. */
export interface SessionSettings {
  /** Makes the backend when a session is first touched: an application without sessions needs no secret. */
  readonly backend: () => SessionBackend<object>;
  /** Whether sessions are looked up before a request runs; else none is until somebody touches it. */
  readonly looksUp: boolean;
  readonly trustedOrigins: ReadonlySet<string>;
  readonly production: boolean;
  readonly logger: Logger;
}

/** Opens and commits the sessions of one application's requests, and keeps other sites' requests from them. */
export class RequestSessions implements SessionManager {
  readonly #settings: SessionSettings;
  #made: SessionBackend<object> | undefined;
  #saidInsecure = false;
  #saidDropped = false;

  constructor(settings: SessionSettings) {
    this.#settings = settings;
  }

  get #backend(): SessionBackend<object> {
    this.#made ??= this.#settings.backend();
    return this.#made;
  }

  get administration(): SessionAdministration {
    return this.#backend.administration;
  }

  prepare(req: HttpRequest): Promise<PreparedSession> | undefined {
    if (!this.#settings.looksUp || internals.header(req, "cookie") === null) return undefined;
    try {
      // Nothing that a page of another site sends unsafely reaches a session: there is nothing to look up.
      if (this.#isCrossSite(req)) return undefined;
      return this.#backend.prepare(new SeenBy(req, this.#settings.production))?.then(
        (found) => ({ found }),
        (failure: unknown) => ({ failure }),
      );
    } catch (failure) {
      // A Host that is none, for instance.
      return Promise.resolve({ failure });
    }
  }

  open(req: HttpRequest): Session<object> {
    this.refuseCrossSite(req);
    const prepared = internals.preparedSession(req);
    if (prepared && "failure" in prepared) throw prepared.failure;
    return this.#backend.open(new SeenBy(req, this.#settings.production), prepared?.found);
  }

  refuseCrossSite(req: HttpRequest): void {
    if (this.#isCrossSite(req)) throw problem("cross_site_request", "A page of another site may not do this");
  }

  #isCrossSite(req: HttpRequest): boolean {
    return isCrossSite(new SentBy(req), this.#settings.trustedOrigins);
  }

  commit(session: Session<object>, req: HttpRequest): Awaitable<SessionCookie | undefined> {
    const context = new SeenBy(req, this.#settings.production);
    return andThen(this.#backend.commit(session, context), (cookie) => {
      if (cookie) this.#warn(cookie, req);
      return cookie;
    });
  }

  #warn(cookie: SessionCookie, req: HttpRequest): void {
    if (cookie.options.secure && req.url.protocol === "http:" && !this.#saidDropped) {
      this.#saidDropped = true;
      this.#settings.logger.warn(
        "A session cookie goes out over plain http, where browsers drop it, because it is Secure: use https, or tell " +
          "trustedProxies of the proxy that ends it; in development, open the application at localhost or 127.0.0.1.",
      );
    }
    if (!cookie.options.secure && !this.#saidInsecure) {
      this.#saidInsecure = true;
      this.#settings.logger.warn(
        `The session cookie goes without Secure and __Host-, because this is plain http on this machine. ` +
          "With NODE_ENV=production it always has both, and needs https.",
      );
    }
  }
}

/** What a session backend reads of a request. */
class SeenBy implements SessionContext {
  readonly insecureLoopback: boolean;
  readonly #req: HttpRequest;

  constructor(req: HttpRequest, production: boolean) {
    this.#req = req;
    this.insecureLoopback = !production && isLocalHttp(req);
  }

  cookie(name: string): string | undefined {
    return this.#req.cookies[name];
  }

  get address(): string {
    return this.#req.ip;
  }

  get userAgent(): string | null {
    return internals.header(this.#req, "user-agent");
  }
}

/** What the check reads of a request. A class: an object with a getter, made for each request, costs many times as much. */
class SentBy implements CrossSiteRequest {
  readonly #req: HttpRequest;

  constructor(req: HttpRequest) {
    this.#req = req;
  }

  get method(): string {
    return this.#req.method;
  }

  get origin(): string {
    return this.#req.url.origin;
  }

  header(name: string): string | null {
    return internals.header(this.#req, name);
  }
}

function isLocalHttp(req: HttpRequest): boolean {
  return req.url.protocol === "http:" && isLoopback(req.ip) && isLoopbackHost(req.url.host);
}
