/** What the check reads of a request. */
export interface CrossSiteRequest {
  /** As sent; methods are case-sensitive (RFC 9110, 9.1). */
  readonly method: string;
  /** This server's own origin as the client sees it, such as `https://app.example`. */
  readonly origin: string;
  /** A header field by its lower-case name, or null; a repeated one joined by ", ". */
  header(name: string): string | null;
}

const SAFE_METHODS: ReadonlySet<string> = new Set(["GET", "HEAD", "OPTIONS", "TRACE"]);

/** A serialised origin: scheme, host and port, and nothing that a URL parser would drop or mend. */
const ORIGIN = /^https?:\/\/[^\s/\\?#@,]+$/i;

/**
 * Whether a browser sent this unsafe request for another site, with the user's cookies and without the
 * user's will (cross-site request forgery).
 *
 * `Sec-Fetch-Site` decides where it is present, else `Origin` against the own origin. A request with neither
 * comes from no browser of today, and nobody's cookies are in it but the sender's: it passes. Whatever is
 * malformed or repeated does not.
 *
 * @param trustedOrigins origins that may send such requests, as {@link trustedOriginSet} makes them
 */
export function isCrossSite(request: CrossSiteRequest, trustedOrigins: ReadonlySet<string>): boolean {
  if (SAFE_METHODS.has(request.method)) {
    return false;
  }
  const site = request.header("sec-fetch-site");
  const origin = request.header("origin");
  if (site?.includes(",") || origin?.includes(",")) {
    return true;
  }
  if (site === "same-origin" || site === "none") {
    return false;
  }
  if (origin === null) {
    return site !== null;
  }
  const sender = normalizeOrigin(origin);
  if (sender === undefined) {
    return true;
  }
  return !(trustedOrigins.has(sender) || (site === null && sender === normalizeOrigin(request.origin)));
}

/**
 * An http or https origin as the WHATWG URL standard writes it, so that equal ones are equal strings:
 * lower case, the host in ASCII, without a default port. Undefined for everything else, "null" included.
 */
export function normalizeOrigin(origin: string): string | undefined {
  return ORIGIN.test(origin) ? (URL.parse(origin)?.origin ?? undefined) : undefined;
}

/**
 * Makes the set that {@link isCrossSite} takes.
 *
 * @throws TypeError for what is not an origin: a URL with a path, "null", a pattern
 */
export function trustedOriginSet(origins: readonly string[]): ReadonlySet<string> {
  return new Set(
    origins.map((origin) => {
      const normal = typeof origin === "string" ? normalizeOrigin(origin) : undefined;
      if (normal === undefined || normal.includes("*")) {
        throw new TypeError(
          `trustedOrigins takes origins such as "https://app.example", without a path, not ${JSON.stringify(origin)}`,
        );
      }
      return normal;
    }),
  );
}
