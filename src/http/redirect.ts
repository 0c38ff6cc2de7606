/** What {@link redirectLocation} decides by. */
export interface RedirectLocationOptions {
  /** The request's own URL, http or https. */
  base: URL | string;
  /** Whether another origin may be named. With false it throws, and nobody can send your users elsewhere. */
  external: boolean;
}

/** Which status a redirect has; see {@link redirectStatus}. */
export interface RedirectStatusOptions {
  /** Default false: asked again next time. True: 308, which browsers and caches may keep for good. */
  permanent?: boolean;
  /** Default false: an unsafe method becomes GET. True: method and body are sent again to the new place. */
  preserveMethod?: boolean;
}

/** Schemes of which no redirect may be: they run script, or show what is no place. */
const REFUSED_SCHEMES: ReadonlySet<string> = new Set(
  "javascript: data: vbscript: blob: file: filesystem: about: view-source:".split(" "),
);
const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** A path on this host in plain ASCII: nothing in it can be read as another origin. */
const PLAIN_PATH = /^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/;

/**
 * The value of a `Location` header (RFC 9110, 10.2.2): ASCII, without controls. A relative location stays
 * relative. What counts as another origin is what a browser would make of it, whether the page came by http or by
 * https: `//evil.example`, `/\evil.example` and `https:evil.example` do.
 *
 * @param location a path, a path relative to the request's, or a whole URL
 * @throws TypeError for another origin without `external: true`; for a `javascript:`, `data:`, `vbscript:`,
 * `blob:`, `file:` or similar URL, a user name or password in the URL, an empty location and one that is no
 * URL in any case. Messages hold no more of the location than its origin.
 * @example
 * redirectLocation("/dashboard", { base: "https://app.example/login", external: false }); // "/dashboard"
 */
export function redirectLocation(location: string, options: RedirectLocationOptions): string {
  if (typeof location !== "string") throw new TypeError("a redirect's location must be a string");
  if (PLAIN_PATH.test(location)) return location;
  const cleaned = clean(location);
  if (cleaned === "") throw new TypeError("a redirect's location is empty: name a path");

  const base = parse(String(options.base));
  const httpBase = withProtocol(base, "http:");
  const httpsBase = withProtocol(base, "https:");
  const byHttp = parse(cleaned, httpBase);
  const byHttps = parse(cleaned, httpsBase);
  const hasScheme = /^[a-z][a-z0-9+.-]*:/i.test(cleaned);
  const isAbsolute = hasScheme && byHttp.href === byHttps.href;
  const isOwn = hasScheme
    ? isAbsolute && byHttp.origin === base.origin && byHttp.protocol === base.protocol
    : byHttp.origin === httpBase.origin && byHttps.origin === httpsBase.origin;

  if (!isOwn && !options.external) {
    const other = byHttp.origin === base.origin ? byHttps : byHttp;
    const named = other.host === "" || !isWeb(other) ? `a ${other.protocol} URL` : other.origin;
    throw new TypeError(`redirect to another origin needs { external: true }: ${named}`);
  }
  if (REFUSED_SCHEMES.has(byHttp.protocol))
    throw new TypeError(`no redirect goes to a ${byHttp.protocol} URL`);
  if (byHttp.username !== "" || byHttp.password !== "") {
    throw new TypeError("a redirect's location must not hold a user name or a password");
  }
  if (isAbsolute) return visibleASCII(byHttp.href);
  if (hasScheme) {
    throw new TypeError(
      `a redirect to another ${byHttps.protocol} origin needs "//" and a host after the scheme`,
    );
  }
  const relative = slashed(cleaned);
  if (!relative.startsWith("//")) return visibleASCII(relative);
  // Each parser leaves its own default port out: the other one still has it.
  const withPort = byHttps.port === "" ? byHttp : byHttps;
  return visibleASCII(withPort.href.slice(withPort.protocol.length));
}

/**
 * The status of a redirect: 303 after an unsafe method, so that the next request is a GET, else 302;
 * `permanent` 308; `preserveMethod` 307 (RFC 9110, 15.4).
 *
 * @param method the request's method as sent; any but GET, HEAD, OPTIONS and TRACE counts as unsafe
 * @example
 * redirectStatus("POST"); // 303
 */
export function redirectStatus(method: string, options: RedirectStatusOptions = {}): 302 | 303 | 307 | 308 {
  if (options.permanent) return 308;
  if (options.preserveMethod) return 307;
  return SAFE_METHODS.has(method) ? 302 : 303;
}

/** What the WHATWG URL parser drops before it reads: controls and spaces around, tabs and newlines within. */
function clean(location: string): string {
  return location.replace(/^[\0-\x20]+|[\0-\x20]+$|[\t\n\r]+/g, "");
}

function parse(url: string, base?: URL): URL {
  const parsed = URL.parse(url, base);
  if (parsed === null) throw new TypeError("a redirect's location, or the request's URL, is no URL");
  return parsed;
}

function isWeb(url: URL): boolean {
  return url.protocol === "http:" || url.protocol === "https:";
}

function withProtocol(base: URL, protocol: "http:" | "https:"): URL {
  if (!isWeb(base)) {
    throw new TypeError("the base of a redirect must be an http or https URL");
  }
  const copy = new URL(base);
  copy.protocol = protocol;
  return copy;
}

/** Backslashes of the path as the slashes that browsers take them for. */
function slashed(location: string): string {
  return location.replace(/^[^?#]+/, (path) => path.replaceAll("\\", "/"));
}

function visibleASCII(url: string): string {
  return url.toWellFormed().replace(/[^\x21-\x7e]+/g, encodeURIComponent);
}
