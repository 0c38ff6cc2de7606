import { type HttpRequest, internals } from "../exchange/request.ts";
import { type Awaitable, andThen, isPromise } from "../http/awaitable.ts";
import { HTTPError } from "../http/errors.ts";
import type { PosedPrincipal } from "../http/transport.ts";
import type { GuardNode } from "./guard.ts";
import { MALFORMED, type Scheme } from "./scheme.ts";

/** Somebody has been let in. */
export interface Granted {
  readonly kind: "granted";
  /** null where nobody was needed. */
  readonly principal: unknown;
  readonly schemes: readonly Scheme[];
  readonly scopes: readonly string[];
}

/** What a guard makes of a request. Everything but `granted` denies. */
export type Outcome =
  | Granted
  | { readonly kind: "missing" }
  | { readonly kind: "malformed"; readonly scheme: Scheme }
  /** By every scheme that refused a credential; the first of them is told. */
  | { readonly kind: "refused"; readonly scheme: Scheme; readonly refusing: readonly Scheme[] }
  | {
      readonly kind: "insufficient";
      readonly required: readonly string[];
      readonly schemes: readonly Scheme[];
    }
  | { readonly kind: "notAllowed"; readonly schemes: readonly Scheme[] }
  | { readonly kind: "crossSite"; readonly error: HTTPError };

const MISSING: Outcome = { kind: "missing" };
const NOBODY: Granted = { kind: "granted", principal: null, schemes: [], scopes: [] };

/**
 * What a guard makes of a request; a promise only where a scheme waits for something. What it throws denies.
 *
 * @param posed somebody whom a test enters as; for `allOf` a list of them, one for each
 */
export function evaluate(
  node: GuardNode,
  req: HttpRequest,
  posed: PosedPrincipal | undefined = internals.incoming(req).posed,
): Awaitable<Outcome> {
  switch (node.kind) {
    case "scheme":
      return evaluateScheme(node.scheme, req, posed);
    case "anyOf":
      return andThen(
        evaluateEach(node.of, req, () => posed),
        firstContent,
      );
    case "allOf":
      return andThen(
        evaluateEach(node.of, req, (index) => memberOf(posed, index)),
        allContent,
      );
    case "optional":
      return andThen(evaluate(node.of, req, posed), (outcome) =>
        outcome.kind === "missing" ? NOBODY : outcome,
      );
    case "requires":
      return andThen(evaluate(node.of, req, posed), (outcome) => withScopes(outcome, node.scopes));
    case "where":
      return andThen(evaluate(node.of, req, posed), (outcome) => {
        if (outcome.kind !== "granted") return outcome;
        if (outcome.principal === null) return MISSING;
        return andThen(node.rule(outcome.principal as never, req), (allowed) =>
          allowed === true ? outcome : { kind: "notAllowed", schemes: outcome.schemes },
        );
      });
  }
}

function memberOf(posed: PosedPrincipal | undefined, index: number): PosedPrincipal | undefined {
  if (posed === undefined || !Array.isArray(posed.principal)) return posed;
  return { ...posed, principal: posed.principal[index] as object };
}

function evaluateScheme(
  scheme: Scheme,
  req: HttpRequest,
  posed: PosedPrincipal | undefined,
): Awaitable<Outcome> {
  if (posed) {
    if (posed.scheme !== undefined && posed.scheme !== scheme.name) return MISSING;
    return concluded(scheme, posed.principal, posed.scopes);
  }
  let credential: unknown;
  try {
    credential = scheme.extract(req);
    if (credential === undefined || credential === null) return MISSING;
    if (credential === MALFORMED) return { kind: "malformed", scheme };
    if (scheme.ambient) internals.refuseCrossSite(req);
  } catch (error) {
    if (error instanceof HTTPError && error.code === "cross_site_request")
      return { kind: "crossSite", error };
    throw error;
  }
  if (isPromise(credential)) {
    throw new TypeError(
      `The guard "${scheme.name}": extract(req) is synchronous; wait for things in verify()`,
    );
  }
  return andThen<unknown, Outcome>(scheme.verify(credential, req), (principal) =>
    concluded(scheme, principal),
  );
}

/** Nothing falsy is anybody, not 0 and not "" either, and no list of rows that a look-up found none for. */
function concluded(scheme: Scheme, principal: unknown, scopes?: readonly string[]): Outcome {
  if (!principal || (Array.isArray(principal) && principal.length === 0)) {
    return { kind: "refused", scheme, refusing: [scheme] };
  }
  return {
    kind: "granted",
    principal,
    schemes: [scheme],
    scopes: scopes ?? scopesOf(scheme, principal),
  };
}

/** @throws TypeError for anything but a list: a text would hold every part of itself */
function scopesOf(scheme: Scheme, principal: unknown): readonly string[] {
  const scopes: unknown = scheme.scopes?.(principal as never) ?? [];
  if (Array.isArray(scopes)) return scopes;
  throw new TypeError(`The guard "${scheme.name}": scopes(principal) gives a list, such as ["post:read"]`);
}

/** One after the other, so that the first failing one spares the rest its cost only where nothing can follow. */
function evaluateEach(
  nodes: readonly GuardNode[],
  req: HttpRequest,
  posed: (index: number) => PosedPrincipal | undefined,
): Awaitable<readonly Outcome[]> {
  const outcomes: Outcome[] = [];
  for (const node of nodes) {
    const outcome = evaluate(node, req, posed(outcomes.length));
    if (isPromise(outcome)) return evaluateRest(nodes, req, posed, outcomes, outcome);
    outcomes.push(outcome);
  }
  return outcomes;
}

async function evaluateRest(
  nodes: readonly GuardNode[],
  req: HttpRequest,
  posed: (index: number) => PosedPrincipal | undefined,
  outcomes: Outcome[],
  pending: Promise<Outcome>,
): Promise<readonly Outcome[]> {
  outcomes.push(await pending);
  while (outcomes.length < nodes.length) {
    const index = outcomes.length;
    outcomes.push(await evaluate(nodes[index] as GuardNode, req, posed(index)));
  }
  return outcomes;
}

function firstContent(outcomes: readonly Outcome[]): Outcome {
  const places = new Set(
    outcomes.flatMap((outcome) => ("schemes" in outcome ? outcome.schemes : [])).map(placeOf),
  );
  const isBad = (outcome: Outcome) =>
    outcome.kind === "malformed" ||
    (outcome.kind === "refused" && outcome.refusing.some((scheme) => !places.has(placeOf(scheme))));
  const bad = outcomes.find(isBad);
  // Somebody is let in rather than nobody, where one of the guards is optional.
  const somebody = outcomes.find((outcome) => outcome.kind === "granted" && outcome.principal !== null);
  return bad ?? somebody ?? pick(outcomes, ["granted", "insufficient", "notAllowed", "crossSite", "missing"]);
}

function allContent(outcomes: readonly Outcome[]): Outcome {
  const denied = outcomes.filter((outcome) => outcome.kind !== "granted");
  if (denied.length > 0) {
    const refusing = denied.flatMap((outcome) => (outcome.kind === "refused" ? outcome.refusing : []));
    const [first] = refusing;
    if (first && !denied.some(({ kind }) => kind === "malformed"))
      return { kind: "refused", scheme: first, refusing };
    return pick(denied, ["malformed", "refused", "missing", "crossSite", "insufficient", "notAllowed"]);
  }
  const granted = outcomes as readonly Granted[];
  return {
    kind: "granted",
    principal: granted.map(({ principal }) => principal),
    schemes: granted.flatMap(({ schemes }) => schemes),
    scopes: [...new Set(granted.flatMap(({ scopes }) => scopes))],
  };
}

function withScopes(outcome: Outcome, required: readonly string[]): Outcome {
  if (outcome.kind !== "granted") return outcome;
  if (outcome.principal === null) return MISSING;
  return required.every((scope) => outcome.scopes.includes(scope))
    ? outcome
    : { kind: "insufficient", required, schemes: outcome.schemes };
}

function pick(outcomes: readonly Outcome[], order: readonly Outcome["kind"][]): Outcome {
  for (const kind of order) {
    const found = outcomes.find((outcome) => outcome.kind === kind);
    if (found) return found;
  }
  return MISSING;
}

function placeOf(scheme: Scheme): string {
  return scheme.source;
}
