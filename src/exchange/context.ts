import type { CookieOptions } from "../http/cookies.ts";
import type { TrustedProxies } from "../http/proxies.ts";
import type { MediaLimits } from "../media/limits.ts";
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
  /** @throws HTTPError 403 `cross_site_request` when another site's page made this unsafe request */
  open(req: HttpRequest): Session<object>;
  /** @throws HTTPError 403 `cross_site_request` as `open` does, for what else browsers send by themselves */
  refuseCrossSite(req: HttpRequest): void;
  /** What `Set-Cookie` the answer needs, written to `resp` by the caller. */
  commit(session: Session<object>, req: HttpRequest): SessionCommit | undefined;
}

/** A cookie that carries a session, or its end. */
export interface SessionCommit {
  readonly name: string;
  readonly value: string;
  readonly options: CookieOptions;
}

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
