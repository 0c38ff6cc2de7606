import { type AnyGuard, type GuardNode, nodeOf, schemesOf } from "../auth/guard.ts";
import type { Scheme } from "../auth/scheme.ts";
import { accessOf } from "./access.ts";
import type { RouteRecord, Scope } from "./record.ts";

/**
 * What only shows when all routes are known.
 *
 * @param scopes every application, group and router that has routes or might have had
 * @throws Error that names the route or the group, for a guard that covers no route, two schemes of one name, and a
 * scope that is required of a scheme that yields none
 */
export function checkGuards(records: Iterable<RouteRecord>, scopes: Iterable<Scope>): void {
  const covering = new Set<unknown>();
  const known = new Map<string, { scheme: Scheme; route: string }>();
  for (const record of records) {
    const { auth } = accessOf(record);
    if (!auth) continue;
    covering.add(auth);
    const route = `${record.methods.join(", ")} ${record.pattern.text}`;
    checkScopes(nodeOf(auth), route);
    for (const scheme of schemesOf(nodeOf(auth))) {
      checkName(scheme, route, known);
    }
  }
  for (const scope of scopes) {
    if (scope.auth && !covering.has(scope.auth)) {
      throw new Error(
        `The guard of ${scope.label} covers no route: every route there is public or has a guard of its own, or there is none`,
      );
    }
  }
}

function checkName(
  scheme: Scheme,
  route: string,
  known: Map<string, { scheme: Scheme; route: string }>,
): void {
  const other = known.get(scheme.name);
  if (other === undefined) known.set(scheme.name, { scheme, route });
  else if (other.scheme.source !== scheme.source || !sameSettings(other.scheme.settings, scheme.settings)) {
    throw new Error(
      `The scheme name "${scheme.name}" stands for two different schemes, at ${other.route} and at ${route}: ` +
        "make the guard once and use it in both places, or give one of them another name",
    );
  }
}

/**
 * A browser that is sent from the sign-in page to the sign-in page goes in a circle.
 *
 * @param guardOf the guard of the route that answers GET at a path
 */
export function checkLoginPaths(
  records: Iterable<RouteRecord>,
  guardOf: (path: string) => AnyGuard | undefined,
): void {
  for (const record of records) {
    const { auth } = accessOf(record);
    for (const { name, loginPath } of auth ? schemesOf(nodeOf(auth)) : []) {
      const page = loginPath === undefined ? undefined : guardOf(loginPath);
      if (page && schemesOf(nodeOf(page)).some((scheme) => scheme.loginPath === loginPath)) {
        throw new Error(
          `GET ${loginPath} is the loginPath of "${name}", and that very guard covers it: make it public`,
        );
      }
    }
  }
}

function checkScopes(node: GuardNode, route: string): void {
  if (node.kind === "scheme") return;
  if (node.kind === "anyOf" || node.kind === "allOf") {
    for (const part of node.of) checkScopes(part, route);
    return;
  }
  if (node.kind === "requires") {
    const schemes = schemesOf(node.of);
    // Of several that must all let in, one that yields the scopes is enough; of alternatives, each must.
    const yields = allYield(node.of);
    if (!yields) {
      const silent = schemes.filter((scheme) => scheme.scopes === undefined).map(({ name }) => `"${name}"`);
      throw new Error(
        `${route} requires the scope ${node.scopes.join(" ")} of ${silent.join(", ")}, which yields none: ` +
          "give the scheme scopes: (principal) => [...]",
      );
    }
  }
  checkScopes(node.of, route);
}

function allYield(node: GuardNode): boolean {
  if (node.kind === "scheme") return node.scheme.scopes !== undefined;
  if (node.kind === "anyOf") return node.of.every(allYield);
  return node.kind === "allOf" ? node.of.some(allYield) : allYield(node.of);
}

function sameSettings(one: object, other: object): boolean {
  if (one === other) return true;
  const names = new Set([...Object.keys(one), ...Object.keys(other)]);
  const read = (settings: object, name: string) => (settings as Record<string, unknown>)[name];
  return [...names].every((name) => Object.is(read(one, name), read(other, name)));
}
