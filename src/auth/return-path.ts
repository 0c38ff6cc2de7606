import type { HttpRequest } from "../exchange/request.ts";
import { redirectLocation } from "../http/redirect.ts";

/**
 * Where a sign-in page sends the browser back to: the address in the query's `next`, if it is one of this origin.
 *
 * @param fallback a path of this application, for when there is none or it leads elsewhere
 * @example
 * resp.redirect(returnPath(req, "/dashboard"));
 */
export function returnPath(req: Pick<HttpRequest, "url">, fallback: string): string {
  const next = req.url.searchParams.get("next");
  if (next === null || !/^\/(?![/\\])/.test(next)) return fallback;
  try {
    return redirectLocation(next, { base: req.url, external: false });
  } catch {
    return fallback;
  }
}
