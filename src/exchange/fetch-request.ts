import { encodePath } from "../http/path.ts";
import { type HttpRequest, internals } from "./request.ts";

/** Another application: a Fetch handler, or what has one. */
export type FetchTarget =
  | ((request: Request) => Response | Promise<Response>)
  | { fetch(request: Request): Response | Promise<Response> };

/** The request as a Fetch `Request`, addressed to another canonical path of the same origin. */
export function toFetchRequest(req: HttpRequest, path: string): Request {
  const url = new URL(req.url);
  url.pathname = encodePath(path);
  const hasBody = req.method !== "GET" && req.method !== "HEAD";
  return new Request(url, {
    method: req.method,
    headers: [...internals.incoming(req).headers()],
    signal: req.signal,
    ...(hasBody && { body: ReadableStream.from(req.stream()), duplex: "half" }),
  });
}
