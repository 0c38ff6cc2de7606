import { type FetchTarget, toFetchRequest } from "../exchange/fetch-request.ts";
import type { Environment, Hook } from "./types.ts";

/** The handler of a mount: passes the request on with the prefix taken off its path. */
export function mountHandler(prefix: string, target: FetchTarget): Hook<Environment> {
  const fetch = typeof target === "function" ? target : target?.fetch?.bind(target);
  if (typeof fetch !== "function") {
    throw new TypeError(`mount("${prefix}") takes an application, or a function from Request to Response`);
  }
  return (req) => fetch(toFetchRequest(req, req.path.slice(prefix.length) || "/"));
}
