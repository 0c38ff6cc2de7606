import { parseCookie, stringifySetCookie } from "cookie";
import { checkOptions } from "../options.ts";

/** How a cookie is set; RFC 6265bis has the meaning of each attribute. */
export interface CookieOptions {
  /** Seconds until it expires. Default: none, so that it ends with the browser's session. */
  maxAge?: number;
  /** When it expires; `maxAge` wins over it. Default: none. */
  expires?: Date;
  /** Default: none, so that it goes to this host alone and to none of its subdomains. */
  domain?: string;
  /** Default `"/"`: sent with every request to this host. */
  path?: string;
  /** Default true: a script of the page cannot read it. */
  httpOnly?: boolean;
  /** Default true: browsers send it over https only (and over http from localhost, most of them). */
  secure?: boolean;
  /** Default `"lax"`: other sites' forms and images come without it, links come with it. */
  sameSite?: "strict" | "lax" | "none";
  /** Default false. True keeps it apart for each site that embeds this one (CHIPS). */
  partitioned?: boolean;
}

/** The cookies of a request by name. Where a name comes twice, the first counts (RFC 6265bis, 5.8.3 sends it first). */
export type RequestCookies = Readonly<Record<string, string | undefined>>;

/** Parses a `Cookie` header. Values are percent-decoded once where that is possible. */
export function parseCookies(header: string | null): RequestCookies {
  return header === null ? Object.create(null) : parseCookie(header);
}

const COOKIE_OPTIONS = [
  "maxAge",
  "expires",
  "domain",
  "path",
  "httpOnly",
  "secure",
  "sameSite",
  "partitioned",
] as const satisfies readonly (keyof CookieOptions)[];
const SAME_SITE: ReadonlySet<string> = new Set(["strict", "lax", "none"]);

/** The cookies that an answer sets. Setting the same name, path and domain again replaces the earlier one. */
export class ResponseCookies {
  readonly #lines = new Map<string, string>();

  /**
   * Sets a cookie: `HttpOnly`, `Secure`, `SameSite=Lax` and `Path=/` unless told otherwise.
   *
   * @throws TypeError for a name, a path or a domain that no cookie can have, and for `SameSite=None`
   * without `Secure`, which browsers drop
   * @example
   * resp.cookies.set("theme", "dark", { maxAge: 31_536_000, httpOnly: false });
   */
  set(name: string, value: string, options: CookieOptions = {}): void {
    checkOptions(`Cookie "${name}"`, options, COOKIE_OPTIONS);
    if (options.sameSite !== undefined && !SAME_SITE.has(options.sameSite)) {
      throw new TypeError(`Cookie "${name}": sameSite is "strict", "lax" or "none"`);
    }
    const cookie = { path: "/", httpOnly: true, secure: true, sameSite: "lax" as const, ...options };
    if (cookie.sameSite === "none" && !cookie.secure) {
      throw new TypeError(`Cookie "${name}": sameSite "none" needs secure: true, or browsers drop it`);
    }
    const key = `${name};${cookie.path};${cookie.domain ?? ""}`;
    this.#lines.delete(key);
    this.#lines.set(key, stringifySetCookie({ name, value, ...cookie }));
  }

  /** Tells the browser to forget a cookie. `path` and `domain` must be those it was set with. */
  delete(
    name: string,
    options: Pick<CookieOptions, "path" | "domain" | "secure" | "partitioned"> = {},
  ): void {
    this.set(name, "", { ...options, maxAge: 0, expires: new Date(0) });
  }

  /** The `Set-Cookie` lines, in order. */
  lines(): IterableIterator<string> {
    return this.#lines.values();
  }
}
