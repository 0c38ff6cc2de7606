import type { HttpRequest } from "../exchange/request.ts";
import { checkOptions } from "../options.ts";
import { type Guard, makeGuard } from "./guard.ts";
import type { Challenge, MALFORMED, PrincipalOf, Scheme, SecurityScheme } from "./scheme.ts";

/** A scheme of one's own. */
export interface GuardDefinition<Credential, Result, Scope extends string = never> {
  /** The scheme's name, unique in the application and in the OpenAPI document. */
  name: string;
  /**
   * Pulls the credential out of a request: undefined where there is none (401 `credentials_missing`), `MALFORMED`
   * where something is there that is no credential (401 `credentials_malformed`).
   */
  extract(req: HttpRequest): Credential | typeof MALFORMED | undefined;
  /**
   * Who it is. null, undefined, false and everything falsy deny: 401 `credentials_refused`. A throw denies too, and is
   * an error like any other: 500, unless it is an HTTPError or has an exception handler.
   */
  verify(credential: Credential, req: HttpRequest): Result;
  /** What a 401 asks for. */
  challenge: Challenge;
  /** How the OpenAPI document describes it. */
  openapi: SecurityScheme | ((app: { sessionCookie: string }) => SecurityScheme);
  /** What a principal may do. Default: nothing that could be required, so that `requires()` does not start. */
  scopes?: ((principal: PrincipalOf<Result>) => readonly Scope[]) | undefined;
  /** Where a browser is sent that presents no credential. Default: nowhere, it gets the 401. */
  loginPath?: string | undefined;
  /** Where the credential stands, such as `header:x-signature`. Default: a place of its own. */
  source?: string;
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
  "settings",
] as const;
const NAME = /^[A-Za-z0-9._-]+$/;
const TOKEN = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/;

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
  if (!TOKEN.test(challenge?.scheme ?? "") || openapi === undefined) {
    throw new TypeError(`The guard "${name}" needs a challenge { scheme } and an openapi security scheme`);
  }
  if (loginPath !== undefined && !/^\/(?![/\\])/.test(loginPath)) {
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
    settings: checked.settings ?? definition,
  };
  return makeGuard({ kind: "scheme", scheme });
}
