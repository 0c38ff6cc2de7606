import { encodePath } from "../http/path.ts";
import { type HttpRequest, internals } from "./request.ts";

/** Another application: a Fetch handler, or what has one. */
export type FetchTarget =
  | ((request: Request) => Response | Promise<Response>)
  | { fetch(request: Request): Response | Promise<Response> };

/** Who sent a request that was passed on. It hangs on the `Request` object itself, so that nothing from outside claims it. */
const peers = new WeakMap<Request, string>();

/** The address of the client of a request that {@link toFetchRequest} made. */
export function peerOf(request: Request): string | undefined {
  return peers.get(request);
}

/** The request as a Fetch `Request`, addressed to another canonical path of the same origin. */
export function toFetchRequest(req: HttpRequest, path: string): Request {
  const url = new URL(req.url);
  url.pathname = encodePath(path);
  const hasBody = req.method !== "GET" && req.method !== "HEAD";
  const request = new Request(url, {
    method: req.method,
    headers: [...internals.incoming(req).headers()],
    signal: req.signal,
    ...(hasBody && { body: ReadableStream.from(req.stream()), duplex: "half" }),
  });
  peers.set(request, req.ip);
  return request;
}
