import type { Guard } from "./auth/guard.ts";
import type { Logger } from "./exchange/context.ts";
import type { DescriptionOptions } from "./openapi/options.ts";
import type { SessionOptions } from "./sessions/options.ts";
import type { SessionData } from "./sessions/session.ts";

/** What an application may be given. */
export interface APIOptions<
  State extends object = object,
  Session extends object = SessionData,
  Principal = unknown,
> extends DescriptionOptions {
  /**
   * Who may enter. It covers everything that does not say `public` or has a guard of its own: routes, mounts, the
   * documents, HEAD and OPTIONS, and the answer to an unknown path. Default: nobody is asked.
   */
  auth?: Guard<Principal, never>;
  /**
   * What signs the sessions: 32 random bytes or more, as text. Several, while they rotate: the first signs, all verify.
   * Default: none. In development a random one takes its place, so that sessions end with the process; in production
   * an application that uses sessions fails without it.
   */
  secretKey?: string | readonly string[] | undefined;
  /** Makes the state of a request, when it is first touched. Its type reaches every hook and handler. Default: `{}`. */
  state?: () => State;
  /** How sessions are kept, and their type. Default: in a signed cookie, 14 days idle and 30 days in all. */
  sessions?: SessionOptions<Session>;
  /**
   * The largest body that is read, in bytes. Default 1,048,576 (1 MiB): a larger one is answered with 413.
   * `req.stream(limit)` may take more.
   */
  maxBodySize?: number;
  /**
   * Seconds that an answer may take until its beginning. Default 30: it becomes 503 then, and nothing of the request
   * goes on to a further step. `Infinity`: it may take as long as it likes.
   */
  requestTimeout?: number;
  /** Default true: a path with a slash too many or too few is sent to the registered one by 308. False: 404. */
  redirectSlashes?: boolean;
  /** Default false: an `Accept` that names no format of ours gets JSON all the same. True: 406. */
  strictAccept?: boolean;
  /**
   * Addresses or CIDR ranges of the proxies whose `X-Forwarded-For`, `-Proto` and `-Host` are believed, "loopback" or
   * "private". Default: none, so that no header moves `req.ip` or `req.url`.
   */
  trustedProxies?: readonly string[];
  /** Origins whose pages may make unsafe requests with a session. Default: none but the application's own. */
  trustedOrigins?: readonly string[];
  /** Where warnings and unhandled errors go: `console`, a pino logger, or the like. Default: `console`. */
  logger?: Logger;
}

/** Every option that `new API()` takes. */
export const API_OPTIONS = [
  "title",
  "version",
  "description",
  "openapi",
  "auth",
  "secretKey",
  "state",
  "sessions",
  "maxBodySize",
  "requestTimeout",
  "redirectSlashes",
  "strictAccept",
  "trustedProxies",
  "trustedOrigins",
  "logger",
] as const satisfies readonly (keyof APIOptions)[];
