import type { HttpRequest } from "../exchange/request.ts";
import type { HttpResponse } from "../exchange/response.ts";
import { type HTTPError, problem } from "../http/errors.ts";
import { encodePath } from "../http/path.ts";
import type { Outcome } from "./evaluate.ts";
import { type GuardNode, schemesOf } from "./guard.ts";
import type { Scheme } from "./scheme.ts";

type Denial = Exclude<Outcome, { kind: "granted" }>;

/**
 * Answers whoever is not let in: a browser at a session guard is sent to sign in, everybody else gets 401 with a
 * challenge for each scheme, or 403 when it is known who they are.
 *
 * @throws HTTPError
 */
export function deny(node: GuardNode, outcome: Denial, req: HttpRequest, resp: HttpResponse): void {
  if (outcome.kind === "missing" || outcome.kind === "refused") {
    const loginPath = loginPathFor(node, outcome);
    if (loginPath !== undefined && isBrowser(req)) {
      resp.redirect(loginPath + returnQuery(node, req));
      return;
    }
  }
  throw errorOf(node, outcome);
}

function errorOf(node: GuardNode, outcome: Denial): HTTPError {
  const schemes = schemesOf(node);
  switch (outcome.kind) {
    case "missing":
      return problem("credentials_missing", "This needs credentials", {
        headers: challenges(schemes, (scheme) => scopeParameter(scheme, node)),
      });
    case "malformed":
      return problem("credentials_malformed", "The credentials are malformed", {
        headers: challenges(schemes, (scheme) =>
          failure(scheme, outcome.scheme, "The credentials are malformed"),
        ),
      });
    case "refused":
      return problem("credentials_refused", "The credentials are not valid, or no longer", {
        headers: challenges(schemes, (scheme) =>
          failure(scheme, outcome.scheme, "The credentials are not valid"),
        ),
      });
    case "insufficient":
      return problem("insufficient_scope", `This needs the scope ${outcome.required.join(" ")}`, {
        headers: challenges(outcome.schemes, (scheme) =>
          isBearer(scheme) ? { error: "insufficient_scope", scope: outcome.required.join(" ") } : {},
        ),
      });
    case "notAllowed":
      return problem("access_denied", "This is not allowed to you");
    case "crossSite":
      return outcome.error;
  }
}

/** A line a scheme (RFC 9110, 11.6.1). */
function challenges(
  schemes: readonly Scheme[],
  parameters: (scheme: Scheme) => Readonly<Record<string, string>>,
): Record<string, readonly string[]> {
  const lines = schemes.map((scheme) => challengeLine(scheme, parameters(scheme)));
  return { "WWW-Authenticate": [...new Set(lines)] };
}

function challengeLine({ challenge }: Scheme, added: Readonly<Record<string, string>>): string {
  const parameters = Object.entries({ ...challenge.parameters, ...added }).map(
    ([name, value]) => `${name}="${value.replace(/["\\]/g, "\\$&")}"`,
  );
  return [challenge.scheme, parameters.join(", ")].filter(Boolean).join(" ");
}

/** RFC 6750, 3.1: a malformed token is an `invalid_token` as an expired one is. Other schemes have no such parameter. */
function failure(scheme: Scheme, failed: Scheme, description: string): Readonly<Record<string, string>> {
  return scheme === failed && isBearer(scheme)
    ? { error: "invalid_token", error_description: description }
    : {};
}

function scopeParameter(scheme: Scheme, node: GuardNode): Readonly<Record<string, string>> {
  const scopes = isBearer(scheme) ? requiredOf(node, scheme) : [];
  return scopes.length > 0 ? { scope: scopes.join(" ") } : {};
}

/** The scopes that a guard requires of one of its schemes. */
export function requiredOf(node: GuardNode, scheme: Scheme): readonly string[] {
  if (node.kind === "scheme") return [];
  if (node.kind === "anyOf" || node.kind === "allOf") {
    return [
      ...new Set(
        node.of
          .filter((part) => schemesOf(part).includes(scheme))
          .flatMap((part) => requiredOf(part, scheme)),
      ),
    ];
  }
  return [...new Set([...(node.kind === "requires" ? node.scopes : []), ...requiredOf(node.of, scheme)])];
}

function isBearer(scheme: Scheme): boolean {
  return scheme.challenge.scheme === "Bearer";
}

/** A refused token is answered as such, even where a browser could also sign in. */
function loginPathFor(node: GuardNode, outcome: Denial): string | undefined {
  if (outcome.kind === "refused") return outcome.scheme.loginPath;
  return schemesOf(node).find(({ loginPath }) => loginPath !== undefined)?.loginPath;
}

function isBrowser(req: HttpRequest): boolean {
  const accept = req.headers.get("accept") ?? "";
  return /(^|,)\s*text\/html\s*(;|,|$)/i.test(accept) && req.accepts("text/html") !== null;
}

/** What to come back to after signing in: only what can be asked for again, only a path, and no credential. */
function returnQuery(node: GuardNode, req: HttpRequest): string {
  if (req.method !== "GET" && req.method !== "HEAD") return "";
  return `?next=${encodeURIComponent(encodePath(req.path) + searchWithoutKeys(node, req))}`;
}

function searchWithoutKeys(node: GuardNode, req: HttpRequest): string {
  const keys = schemesOf(node).flatMap(({ openapi }) =>
    "type" in openapi && openapi.type === "apiKey" && openapi.in === "query" ? [openapi.name] : [],
  );
  if (!keys.some((key) => req.query.has(key))) return req.url.search;
  const kept = [...req.query].filter(([name]) => !keys.includes(name));
  return kept.length === 0 ? "" : `?${new URLSearchParams(kept)}`;
}
