import type { Awaitable } from "../http/awaitable.ts";
import type { TrustedProxies } from "../http/proxies.ts";
import type { MediaLimits } from "../media/limits.ts";
import type { SessionAdministration, SessionCookie } from "../sessions/backend.ts";
import type { Session } from "../sessions/session.ts";
import type { HttpRequest } from "./request.ts";

/** Where the framework writes what a developer or an operator should know. `console` is one, so is a pino logger. */
export interface Logger {
  info(message: string): void;
  warn(message: string): void;
  error(message: string, error?: unknown): void;
}

/** The sessions of an application, as the exchange needs them. */
export interface SessionManager {
  /**
   * Looks up the session of a request before anything of it runs, where something must be waited for. It never rejects:
   * what fails is thrown where the session is touched.
   */
  prepare(req: HttpRequest): Promise<PreparedSession> | undefined;
  /**
   * @throws HTTPError 403 `cross_site_request` when another site's page made this unsafe request, 503 `store_unavailable`
   */
  open(req: HttpRequest): Session<object>;
  /** @throws HTTPError 403 `cross_site_request` as `open` does, for what else browsers send by themselves */
  refuseCrossSite(req: HttpRequest): void;
  /** What `Set-Cookie` the answer needs, written to `resp` by the caller. @throws HTTPError 503 `store_unavailable` */
  commit(session: Session<object>, req: HttpRequest): Awaitable<SessionCookie | undefined>;
  /** @throws TypeError or RangeError where the application cannot have sessions */
  readonly administration: SessionAdministration;
}

/** What was looked up for a session, or why it could not be. */
export type PreparedSession = { readonly found: unknown } | { readonly failure: unknown };

/** What every request of one application shares. Made once, before the first. */
export interface AppContext {
  readonly limits: MediaLimits;
  readonly proxies: TrustedProxies;
  readonly sessions: SessionManager;
  readonly makeState: () => object;
  readonly strictAccept: boolean;
  readonly logger: Logger;
  /** Seconds that an answer may take. Infinity: as long as it likes. */
  readonly requestTimeout: number;
  readonly background: { start(tasks: readonly (() => unknown)[]): unknown };
}
