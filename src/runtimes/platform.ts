/** What the host of `api.fetch` may say of a request, beyond the `Request` itself. */
export interface FetchPlatform {
  /**
   * The address of the connection's peer, from whoever accepted the connection: `server.requestIP(request)` of Bun, say.
   * Default: unknown. `req.ip` is "" then, and no `X-Forwarded-*` header is believed, whatever `trustedProxies` says.
   */
  readonly ip?: string;
  /**
   * Keeps the host from ending before a promise settles: background tasks are handed to it. Default: nothing does, and a
   * host that freezes after the answer may lose them.
   */
  readonly waitUntil?: (work: Promise<unknown>) => void;
}

/** The third argument of a Worker's `fetch`. */
export interface WorkerContext {
  waitUntil(work: Promise<unknown>): void;
}

const UNKNOWN: FetchPlatform = Object.freeze({});
const FIELDS: ReadonlySet<string> = new Set(["ip", "waitUntil"] satisfies (keyof FetchPlatform)[]);

/**
 * What the arguments after the `Request` say. Hosts pass things of their own there: Bun its server, Deno its info, Next.js
 * the route's parameters, a Worker its environment. None of these is read: a variable that happens to be named `ip` must
 * not become anybody's address.
 */
export function platformOf(given: unknown, context: WorkerContext | undefined): FetchPlatform {
  if (context !== undefined) {
    return typeof context?.waitUntil === "function"
      ? { waitUntil: (work) => context.waitUntil(work) }
      : UNKNOWN;
  }
  return isOurs(given) ? given : UNKNOWN;
}

function isOurs(given: unknown): given is FetchPlatform {
  if (typeof given !== "object" || given === null) return false;
  const prototype: unknown = Object.getPrototypeOf(given);
  if (prototype !== Object.prototype && prototype !== null) return false;
  if (!Object.keys(given).every((name) => FIELDS.has(name))) return false;
  const { ip, waitUntil }: { ip?: unknown; waitUntil?: unknown } = given;
  return ["string", "undefined"].includes(typeof ip) && ["function", "undefined"].includes(typeof waitUntil);
}
