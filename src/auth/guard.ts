import type { HttpRequest } from "../exchange/request.ts";
import type { Awaitable } from "../http/awaitable.ts";
import type { Scheme } from "./scheme.ts";

/** A rule on a principal and its request, beyond scopes. */
export type Rule<Principal> = (principal: Principal, req: HttpRequest) => Awaitable<boolean>;

/** What a guard is made of. What enforces it, what says it in words and what documents it all read this. */
export type GuardNode =
  | { readonly kind: "scheme"; readonly scheme: Scheme }
  | { readonly kind: "anyOf"; readonly of: readonly GuardNode[] }
  | { readonly kind: "allOf"; readonly of: readonly GuardNode[] }
  | { readonly kind: "optional"; readonly of: GuardNode }
  | { readonly kind: "requires"; readonly of: GuardNode; readonly scopes: readonly string[] }
  | { readonly kind: "where"; readonly of: GuardNode; readonly rule: Rule<never>; readonly name: string };

/** @internal */
export let nodeOf: (guard: AnyGuard) => GuardNode;
/** @internal */
export let makeGuard: <Principal, Scope extends string>(node: GuardNode) => Guard<Principal, Scope>;

/** Any guard, whatever its principal. */
export type AnyGuard = Guard<unknown, never>;

/**
 * Who may enter. A guard is data: on a route's record it enforces, types `req.principal`, and writes the OpenAPI
 * `security`. It never changes; each of its methods makes a new one.
 */
export class Guard<out Principal = unknown, Scope extends string = string> {
  readonly #node: GuardNode;

  private constructor(node: GuardNode) {
    this.#node = node;
  }

  static {
    nodeOf = (guard) => guard.#node;
    makeGuard = (node) => new Guard(node);
  }

  /**
   * Lets in who presents nothing, too: `req.principal` is null then. Bad credentials are refused all the same.
   *
   * @example
   * api.get("/feed", { auth: user.optional() }, (req) => ({ for: req.principal?.name ?? "anybody" }));
   */
  optional(): Guard<Principal | null, Scope> {
    return makeGuard({ kind: "optional", of: this.#node });
  }

  /**
   * Lets in who has all of these scopes; whoever is known and has not is answered 403 `insufficient_scope`.
   *
   * @throws TypeError without a scope, and for one that OAuth has no room for (RFC 6749, 3.3: no space, no quote). The
   * start fails where a scheme yields none.
   */
  requires(...scopes: [Scope, ...Scope[]]): Guard<Exclude<Principal, null>, Scope> {
    if (scopes.length === 0 || !scopes.every(isScope)) {
      throw new TypeError(
        "requires() takes at least one scope, each a text without spaces, quotes and backslashes",
      );
    }
    return makeGuard({ kind: "requires", of: this.#node, scopes });
  }

  /**
   * Lets in whom a rule allows; whoever is known and is not allowed is answered 403 `access_denied`.
   *
   * @param name says the rule in a word or two, in route lists and in the OpenAPI document
   * @example
   * const owner = user.where((who, req) => who.id === req.params.owner, "owner");
   */
  where(rule: Rule<Exclude<Principal, null>>, name: string): Guard<Exclude<Principal, null>, Scope> {
    if (typeof rule !== "function" || typeof name !== "string" || name === "") {
      throw new TypeError("where() takes a function and a name for it");
    }
    return makeGuard({ kind: "where", of: this.#node, rule: rule as Rule<never>, name });
  }
}

/** Whether OAuth has room for it as a scope (RFC 6749, 3.3). */
export function isScope(scope: unknown): scope is string {
  return typeof scope === "string" && /^[\x21\x23-\x5b\x5d-\x7e]+$/.test(scope);
}

/** The principals of several guards, in their order. */
type Principals<Guards extends readonly AnyGuard[]> = {
  -readonly [Index in keyof Guards]: Guards[Index] extends Guard<infer Principal, never> ? Principal : never;
};
type ScopeOf<Given> = Given extends Guard<unknown, infer Scope> ? Scope : never;

/**
 * Lets in whom one of these lets in. All that the request presents is tried, and a presented credential that is bad
 * ends it with 401, even if another scheme would have been content: somebody who tries a wrong key is told so.
 *
 * @returns a guard whose principal is the union of theirs
 * @example
 * const guard = anyOf(sessionAuth({ load: findUser }), bearer({ verify }));
 */
export function anyOf<const Guards extends readonly [AnyGuard, AnyGuard, ...AnyGuard[]]>(
  ...guards: Guards
): Guard<Principals<Guards>[number], ScopeOf<Guards[number]>> {
  return makeGuard({ kind: "anyOf", of: checked("anyOf", guards) });
}

/**
 * Lets in whom all of these let in.
 *
 * @returns a guard whose principal is the list of theirs, in this order
 * @example
 * const guard = allOf(apiKey({ keys }), bearer({ verify }));
 * api.get("/both", { auth: guard }, (req) => {
 *   const [service, user] = req.principal;
 *   return { service, user };
 * });
 */
export function allOf<const Guards extends readonly [AnyGuard, AnyGuard, ...AnyGuard[]]>(
  ...guards: Guards
): Guard<Principals<Guards>, ScopeOf<Guards[number]>> {
  return makeGuard({ kind: "allOf", of: checked("allOf", guards) });
}

function checked(name: string, guards: readonly AnyGuard[]): readonly GuardNode[] {
  if (guards.length < 2) throw new TypeError(`${name}() takes two guards or more`);
  return guards.map(checkedGuard).map(nodeOf);
}

/** @throws TypeError for what is no guard */
export function checkedGuard(guard: unknown): AnyGuard {
  if (!(guard instanceof Guard)) {
    throw new TypeError(
      "auth takes a guard: bearer(), apiKey(), basic(), sessionAuth(), anyOf(), allOf(), defineGuard(), " +
        "or what guard() of Tokens, remoteKeys() or ApiKeys gives",
    );
  }
  return guard;
}

/** The schemes of a guard, in the order they are tried. */
export function schemesOf(node: GuardNode): readonly Scheme[] {
  if (node.kind === "scheme") return [node.scheme];
  return node.kind === "anyOf" || node.kind === "allOf" ? node.of.flatMap(schemesOf) : schemesOf(node.of);
}
