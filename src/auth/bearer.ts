import type { HttpRequest } from "../exchange/request.ts";
import { checkOptions } from "../options.ts";
import { authorizationOf } from "./authorization.ts";
import { defineGuard } from "./define.ts";
import type { Guard } from "./guard.ts";
import { remembering, type TokenCacheOptions } from "./remember.ts";
import type { PrincipalOf, Verdict } from "./scheme.ts";

type Verify = (token: string, req: HttpRequest) => Verdict<unknown>;

/** What a bearer guard may be given beside its verifier. */
interface CommonOptions<Result, Scope extends string> {
  /** Default `"bearer"`. Two different ones in an application need two names. */
  name?: string;
  /** How tokens look, for the OpenAPI document. Default: `JWT`. */
  format?: string;
  /** What a principal may do. Default: nothing that could be required. */
  scopes?: (principal: PrincipalOf<Result>) => readonly Scope[];
  /**
   * Remembers verified tokens, so that a repeated one costs a look-up. Default: none, every request verifies. Not for
   * a `verify` that looks at the request: a remembered token lets in without asking it.
   */
  cache?: TokenCacheOptions<NoInfer<PrincipalOf<Result>>>;
}

/** A guard by bearer token. Give `verify`, or an object `tokens` that has it. */
export type BearerOptions<Result, Scope extends string> = CommonOptions<Result, Scope> &
  (
    | {
        /**
         * Who a token stands for. null, undefined and false deny: catch what your library throws for a bad token, or it
         * counts as a failure of yours, which denies as well, with 500.
         */
        verify(token: string, req: HttpRequest): Result;
        tokens?: never;
      }
    | { tokens: { verify(token: string, req: HttpRequest): Result }; verify?: never }
  );

/**
 * A guard by bearer token (RFC 6750), in the `Authorization` field and nowhere else: a token in an address ends up in
 * logs.
 *
 * @throws TypeError without a verifier
 * @example
 * const user = bearer({ verify: (token) => verifyToken(token), scopes: (claims) => claims.scope.split(" ") });
 */
export function bearer<Result, Scope extends string = never>(
  options: BearerOptions<Result, Scope>,
): Guard<PrincipalOf<Result>, Scope> {
  const given = checkOptions<BearerOptions<Result, Scope>>("bearer()", options, [
    "verify",
    "tokens",
    "name",
    "format",
    "scopes",
    "cache",
  ]);
  const verifier = given.tokens ?? given;
  if (typeof verifier.verify !== "function" || (given.tokens && given.verify)) {
    throw new TypeError("bearer() takes either verify(token) or tokens, an object that has it");
  }
  const verify = (token: string, req: HttpRequest) => verifier.verify(token, req);
  const { cache } = given;
  return defineGuard<string, Result, Scope>({
    name: given.name ?? "bearer",
    source: "authorization:bearer",
    extract: (req) => authorizationOf(req, "bearer"),
    verify: cache ? (remembering(verify as Verify, cache) as typeof verify) : verify,
    challenge: { scheme: "Bearer" },
    openapi: { type: "http", scheme: "bearer", bearerFormat: given.format ?? "JWT" },
    scopes: given.scopes,
    settings: options,
  });
}
