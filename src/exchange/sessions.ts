import { problem } from "../http/errors.ts";
import { isLoopback, isLoopbackHost } from "../http/proxies.ts";
import { type CrossSiteRequest, isCrossSite } from "../sessions/cross-site.ts";
import type { Session } from "../sessions/session.ts";
import type { SessionContext, SignedCookieSessions } from "../sessions/signed-cookie.ts";
import type { Logger, SessionCommit, SessionManager } from "./context.ts";
import { type HttpRequest, internals } from "./request.ts";

/** How an application's sessions meet its requests. */
export interface SessionSettings {
  /** Makes the backend when a session is first touched: an application without sessions needs no secret. */
  readonly backend: () => SignedCookieSessions<object>;
  readonly trustedOrigins: ReadonlySet<string>;
  readonly production: boolean;
  readonly logger: Logger;
}

/** Opens and commits the sessions of one application's requests, and keeps other sites' requests from them. */
export class RequestSessions implements SessionManager {
  readonly #settings: SessionSettings;
  #backend: SignedCookieSessions<object> | undefined;
  #saidInsecure = false;
  #saidDropped = false;

  constructor(settings: SessionSettings) {
    this.#settings = settings;
  }

  open(req: HttpRequest): Session<object> {
    this.refuseCrossSite(req);
    this.#backend ??= this.#settings.backend();
    return this.#backend.open(this.#contextOf(req));
  }

  refuseCrossSite(req: HttpRequest): void {
    if (isCrossSite(new SentBy(req), this.#settings.trustedOrigins)) {
      throw problem("cross_site_request", "A page of another site may not do this");
    }
  }

  commit(session: Session<object>, req: HttpRequest): SessionCommit | undefined {
    const cookie = this.#backend?.commit(session, this.#contextOf(req));
    if (cookie?.options.secure && req.url.protocol === "http:" && !this.#saidDropped) {
      this.#saidDropped = true;
      this.#settings.logger.warn(
        "A session cookie goes out over plain http, where browsers drop it, because it is Secure: use https, or tell " +
          "trustedProxies of the proxy that ends it; in development, open the application at localhost or 127.0.0.1.",
      );
    }
    if (cookie && !cookie.options.secure && !this.#saidInsecure) {
      this.#saidInsecure = true;
      this.#settings.logger.warn(
        `The session cookie goes without Secure and __Host-, because this is plain http on this machine. ` +
          "With NODE_ENV=production it always has both, and needs https.",
      );
    }
    return cookie;
  }

  #contextOf(req: HttpRequest): SessionContext {
    return {
      cookie: (name) => req.cookies[name],
      insecureLoopback: !this.#settings.production && isLocalHttp(req),
    };
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
