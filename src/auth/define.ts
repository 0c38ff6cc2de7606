import type { HttpRequest } from "../exchange/request.ts";
import { isFieldValue, isToken } from "../http/headers.ts";
import { checkOptions } from "../options.ts";
import { type Guard, makeGuard } from "./guard.ts";
import type { Challenge, MALFORMED, PrincipalOf, Scheme, SecurityScheme } from "./scheme.ts";

/** A scheme of one's own. */
export interface GuardDefinition<Credential, Result, Scope extends string = never> {
  /** The scheme's name, unique in the application and in the OpenAPI document. */
  name: string;
  /**
   * Pulls the credential out of a request, synchronously: undefined or null where there is none (401
   * `credentials_missing`), `MALFORMED` where something is there that is no credential (401 `credentials_malformed`).
   */
  extract(req: HttpRequest): Credential | typeof MALFORMED | null | undefined;
  /**
   * Who it is. null, undefined, false and everything falsy deny: 401 `credentials_refused`. A throw denies too, and is
   * an error like any other: 500, unless it is an HTTPError or has an exception handler.
   */
  verify(credential: Credential, req: HttpRequest): Result;
  /** What a 401 asks for. */
  challenge: Challenge;
  /**
   * How the OpenAPI document describes it. A credential that browsers send by themselves (in a cookie, by http basic,
   * digest or negotiate, by mutual TLS) lets no unsafe request of another site's page in: 403 `cross_site_request`.
   */
  openapi: SecurityScheme | ((app: { sessionCookie: string }) => SecurityScheme);
  /** What a principal may do. Default: nothing that could be required, so that `requires()` does not start. */
  scopes?: ((principal: PrincipalOf<Result>) => readonly Scope[]) | undefined;
  /** Where a browser is sent that presents no credential. Default: nowhere, it gets the 401. */
  loginPath?: string | undefined;
  /** Where the credential stands, such as `header:x-signature`. Default: a place of its own. */
  source?: string;
  /**
   * Whether browsers send the credential by themselves, for other sites' pages too: an unsafe request of another site
   * is refused then. Default: what `openapi` says. Set it for a cookie that stands for another type there.
   */
  ambient?: boolean;
  /** What the scheme was made from. Default: this definition. Two of one name must have the same. */
  settings?: object;
}

const KEYS = [
  "name",
  "extract",
  "verify",
  "challenge",
  "openapi",
  "scopes",
  "loginPath",
  "source",
  "ambient",
  "settings",
] as const;
const NAME = /^[A-Za-z0-9._-]+$/;
/** Those of the http schemes whose credentials browsers keep, and send again. */
const KEPT_BY_BROWSERS: ReadonlySet<string> = new Set(["basic", "digest", "negotiate", "ntlm"]);

/**
 * A guard by a scheme of one's own: what enforces it and what documents it stand in one place.
 *
 * @throws TypeError for a definition that lacks something
 * @example
 * const signed = defineGuard({
 *   name: "signature",
 *   extract: (req) => req.headers.get("X-Signature") ?? undefined,
 *   verify: (signature, req) => findSender(signature, req.path),
 *   challenge: { scheme: "Signature" },
 *   openapi: { type: "apiKey", in: "header", name: "X-Signature" },
 * });
 */
export function defineGuard<Credential, Result, Scope extends string = never>(
  definition: GuardDefinition<Credential, Result, Scope>,
): Guard<PrincipalOf<Result>, Scope> {
  const checked = checkOptions("defineGuard()", definition, KEYS);
  const { name, challenge, openapi, loginPath } = checked;
  if (typeof name !== "string" || !NAME.test(name)) {
    throw new TypeError("defineGuard() needs a name of letters, digits, dots, dashes and underscores");
  }
  if (typeof checked.extract !== "function" || typeof checked.verify !== "function") {
    throw new TypeError(`The guard "${name}" needs the functions extract(req) and verify(credential, req)`);
  }
  if (!isToken(challenge?.scheme) || openapi === undefined) {
    throw new TypeError(`The guard "${name}" needs a challenge { scheme } and an openapi security scheme`);
  }
  for (const [parameter, value] of Object.entries(challenge.parameters ?? {})) {
    if (!isToken(parameter) || !isFieldValue(value)) {
      throw new TypeError(
        `The guard "${name}": the challenge's ${JSON.stringify(parameter)} is no parameter that a header can carry`,
      );
    }
  }
  if (loginPath !== undefined && !/^\/(?![/\\])[^?#\s]*$/.test(loginPath)) {
    throw new TypeError(`The guard "${name}": loginPath is a path of this application, such as "/login"`);
  }
  const scheme: Scheme = {
    name,
    source: checked.source ?? `scheme:${name}`,
    extract: definition.extract.bind(definition),
    verify: (credential, req) => definition.verify(credential as Credential, req) as never,
    challenge,
    openapi,
    scopes: checked.scopes as Scheme["scopes"],
    ...(loginPath !== undefined && { loginPath }),
    ambient: checked.ambient ?? isAmbient(openapi),
    settings: checked.settings ?? definition,
  };
  return makeGuard({ kind: "scheme", scheme });
}

function isAmbient(described: GuardDefinition<unknown, unknown>["openapi"]): boolean {
  const openapi = typeof described === "function" ? described({ sessionCookie: "session" }) : described;
  switch (openapi.type) {
    case "apiKey":
      return openapi.in === "cookie";
    case "http":
      return KEPT_BY_BROWSERS.has(openapi.scheme.toLowerCase());
    default:
      return openapi.type === "mutualTLS";
  }
}
