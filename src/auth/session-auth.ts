import type { HttpRequest } from "../exchange/request.ts";
import { checkOptions } from "../options.ts";
import { defineGuard } from "./define.ts";
import type { Guard } from "./guard.ts";
import type { PrincipalOf } from "./scheme.ts";

/** A guard by what the session holds since sign-in. */
export interface SessionAuthOptions<Value, Result, Scope extends string> {
  /** The key that sign-in sets: `resp.session.set("user", …)`. Default `"user"`. */
  key?: string;
  /** Who that stands for. null, undefined and false deny. Default: the value itself. */
  load?(value: Value, req: HttpRequest): Result;
  /**
   * Where a browser is sent to sign in, with the address it wanted in `next`. Default: none, so that it gets 401 as
   * everybody else does. The page there must be public.
   */
  loginPath?: string;
  /** Default `"session"`. Two different ones in an application need two names. */
  name?: string;
  /** What a principal may do. Default: nothing that could be required. */
  scopes?: (principal: PrincipalOf<Result>) => readonly Scope[];
}

/**
 * A guard by session. An unsafe request that another site's page made has none, and is answered 403.
 *
 * @example
 * const member = sessionAuth({ load: (id: string) => findUser(id), loginPath: "/login" });
 */
export function sessionAuth<Value = unknown, Result = Value, Scope extends string = never>(
  options: SessionAuthOptions<Value, Result, Scope> = {},
): Guard<PrincipalOf<Result>, Scope> {
  const given = checkOptions("sessionAuth()", options, ["key", "load", "loginPath", "name", "scopes"]);
  const key = given.key ?? "user";
  const load = given.load ?? ((value: Value) => value as unknown as Result);
  return defineGuard<Value, Result, Scope>({
    name: given.name ?? "session",
    source: `session:${key}`,
    extract: (req) => (req.session as { get(key: string): unknown }).get(key) as Value | undefined,
    verify: (value, req) => load(value, req),
    challenge: { scheme: "Session", parameters: { realm: "app" } },
    openapi: ({ sessionCookie }) => ({ type: "apiKey", in: "cookie", name: sessionCookie }),
    scopes: given.scopes,
    loginPath: given.loginPath,
    settings: options,
  });
}
