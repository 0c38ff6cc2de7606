import type { HttpRequest } from "./request.ts";

/** The parts of a request that a schema may replace. */
export type ParsedParts = Partial<Record<"params" | "query" | "headers" | "cookies" | "body", unknown>>;

/**
 * The request as a handler sees it whose route has schemas: parsed parts in place of the raw ones. It is an object of
 * its own because hooks of the same request go on reading the raw parts.
 */
export class ParsedRequest implements Omit<HttpRequest, keyof ParsedParts> {
  readonly #req: HttpRequest;
  readonly #parts: ParsedParts;
  constructor(req: HttpRequest, parts: ParsedParts) {
    this.#req = req;
    this.#parts = parts;
    // Only where somebody was let in: on a public route there is no such property.
    if ("principal" in req && "auth" in req) {
      Object.assign(this, { principal: req.principal, auth: req.auth });
    }
  }

  get params(): unknown {
    return this.#part("params");
  }
  get query(): unknown {
    return this.#part("query");
  }
  get headers(): unknown {
    return this.#part("headers");
  }
  get cookies(): unknown {
    return this.#part("cookies");
  }
  get body(): unknown {
    return this.#parts.body;
  }
  get method() {
    return this.#req.method;
  }
  get path() {
    return this.#req.path;
  }
  get url() {
    return this.#req.url;
  }
  get ip() {
    return this.#req.ip;
  }
  get signal() {
    return this.#req.signal;
  }
  get state() {
    return this.#req.state;
  }
  get session() {
    return this.#req.session;
  }
  get media(): HttpRequest["media"] {
    return this.#req.media.bind(this.#req);
  }
  bytes() {
    return this.#req.bytes();
  }
  text() {
    return this.#req.text();
  }
  stream(limit?: number) {
    return this.#req.stream(limit);
  }
  accepts(...types: string[]) {
    return this.#req.accepts(...types);
  }

  #part(name: "params" | "query" | "headers" | "cookies"): unknown {
    return Object.hasOwn(this.#parts, name) ? this.#parts[name] : this.#req[name];
  }
}
