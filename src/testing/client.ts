import type { CookieJar } from "tough-cookie";
import type { PosedPrincipal } from "../http/transport.ts";
import { checkOptions } from "../options.ts";
import { arrange } from "../runtimes/in-process.ts";

/** What a request of the client may carry. */
export interface ClientRequest {
  /** Sent as JSON. */
  json?: unknown;
  /** Sent url-encoded, or as multipart where it is a `FormData`. */
  form?: Readonly<Record<string, string>> | URLSearchParams | FormData;
  /** Sent as it is. */
  body?: BodyInit;
  headers?: Readonly<Record<string, string>> | Headers;
  /** Cookies for this request alone, beside those of the jar. */
  cookies?: Readonly<Record<string, string>>;
  /** Default `"follow"`: as a browser does, up to 20 times, within the application. `"manual"`: not at all. */
  redirect?: "follow" | "manual";
}

type BodyInit = NonNullable<RequestInit["body"]>;
type Fetch = (request: Request) => Response | Promise<Response>;

const ORIGIN = "https://localhost";
const MOST_REDIRECTS = 20;

/**
 * Sends requests to an application in this process, without a socket, and keeps its cookies as a browser does.
 * Paths are of `https://localhost`, so that `Secure` cookies arrive; an absolute URL may say otherwise.
 *
 * @example
 * const response = await api.requests.post("/login", { json: { username: "admin", password: "secret" } });
 */
export class TestClient {
  readonly #fetch: Fetch;
  readonly #posed: PosedPrincipal | undefined;
  #jar: Promise<CookieJar> | undefined;

  constructor(fetch: Fetch, posed?: PosedPrincipal) {
    this.#fetch = fetch;
    this.#posed = posed;
  }

  /** A client of the same application that has no cookies yet, and enters as nobody. */
  fresh(): TestClient {
    return new TestClient(this.#fetch);
  }

  /**
   * A client that enters as somebody: in the place of the guard's own verification, so that no credential is needed.
   * What they may do is checked all the same: scopes, rules of `where`, validation.
   *
   * @param principal what the guard would give as `req.principal`; for `allOf` the list of them
   * @param as `scheme`: the one to enter by, where a guard has several; default: any. `scopes`: default: those that
   * the guard's `scopes` finds in the principal.
   * @example
   * const response = await api.requests.as({ sub: "1", role: "admin" }).get("/admin/users");
   */
  as(principal: object, as: { scheme?: string; scopes?: readonly string[] } = {}): TestClient {
    return new TestClient(this.#fetch, { principal, ...checkOptions("as()", as, ["scheme", "scopes"]) });
  }

  get(path: string, options?: ClientRequest): Promise<Response> {
    return this.request("GET", path, options);
  }

  post(path: string, options?: ClientRequest): Promise<Response> {
    return this.request("POST", path, options);
  }

  put(path: string, options?: ClientRequest): Promise<Response> {
    return this.request("PUT", path, options);
  }

  patch(path: string, options?: ClientRequest): Promise<Response> {
    return this.request("PATCH", path, options);
  }

  delete(path: string, options?: ClientRequest): Promise<Response> {
    return this.request("DELETE", path, options);
  }

  /**
   * Sends a request by any method.
   *
   * @throws TypeError for more than one of `json`, `form` and `body`
   * @throws Error after 20 redirects
   */
  async request(method: string, path: string, options: ClientRequest = {}): Promise<Response> {
    checkOptions(`${method} ${path}`, options, ["json", "form", "body", "headers", "cookies", "redirect"]);
    let url = new URL(path, ORIGIN);
    let sent = { method: method.toUpperCase(), ...bodyOf(options) };
    for (let hop = 0; hop <= MOST_REDIRECTS; hop++) {
      const response = await this.#send(url, sent.method, sent.body, sent.type, options);
      const location = response.headers.get("location");
      if (
        options.redirect === "manual" ||
        location === null ||
        ![301, 302, 303, 307, 308].includes(response.status)
      ) {
        return response;
      }
      const next = new URL(location, url);
      // Another origin is another server: there is none in this process to ask.
      if (next.host !== url.host) return response;
      url = next;
      if (response.status < 307 && sent.method !== "HEAD")
        sent = { method: "GET", body: undefined, type: undefined };
      await response.body?.cancel();
    }
    throw new Error(`${method} ${path} was redirected more than ${MOST_REDIRECTS} times`);
  }

  async #send(
    url: URL,
    method: string,
    body: BodyInit | undefined,
    type: string | undefined,
    options: ClientRequest,
  ): Promise<Response> {
    this.#jar ??= import("tough-cookie").then(
      ({ CookieJar }) => new CookieJar(undefined, { prefixSecurity: "strict" }),
    );
    const jar = await this.#jar;
    const headers = new Headers(options.headers);
    if (type !== undefined && !headers.has("content-type")) headers.set("content-type", type);
    const own = Object.entries(options.cookies ?? {}).map(
      ([name, value]) => `${name}=${encodeURIComponent(value)}`,
    );
    const cookies = [await jar.getCookieString(url.href), ...own, headers.get("cookie")]
      .filter(Boolean)
      .join("; ");
    if (cookies) headers.set("cookie", cookies);
    const request = new Request(url, { method, headers, body: body ?? null, ...duplex(body) });
    if (this.#posed) arrange(request, { posed: this.#posed });
    const response = await this.#fetch(request);
    for (const line of response.headers.getSetCookie()) {
      // A browser drops a cookie that it may not keep, and says nothing.
      await jar.setCookie(line, url.href, { ignoreError: true });
    }
    return response;
  }
}

function bodyOf(options: ClientRequest): { body: BodyInit | undefined; type: string | undefined } {
  const given = (["json", "form", "body"] as const).filter((name) => options[name] !== undefined);
  if (given.length > 1) throw new TypeError(`A request has one body: ${given.join(" or ")}`);
  if (options.json !== undefined) return { body: JSON.stringify(options.json), type: "application/json" };
  const { form } = options;
  if (form instanceof FormData) return { body: form, type: undefined };
  if (form !== undefined) return { body: new URLSearchParams(form), type: undefined };
  return { body: options.body, type: undefined };
}

function duplex(body: BodyInit | undefined): { duplex?: "half" } {
  return body instanceof ReadableStream ? { duplex: "half" } : {};
}
