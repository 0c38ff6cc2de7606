import type { AnyGuard } from "../auth/guard.ts";
import { internals as requestInternals } from "../exchange/request.ts";
import { problem } from "../http/errors.ts";
import { encodePath, queryOf } from "../http/path.ts";
import { accessOf } from "../registration/access.ts";
import type { AnyHook, RouteRecord, Scope } from "../registration/record.ts";
import type { Endpoint } from "../registration/table.ts";
import type { Plan, Step } from "./exchange.ts";
import { guardStep } from "./guarding.ts";
import { withSchemas } from "./validation.ts";

/** The server's own affair (RFC 9110, 9.3.6 and 9.3.8); TRACE would send a request's secrets back. */
const NEVER_OPEN = ["CONNECT", "TRACE"];
/** Methods are case-sensitive: `get` is none, and no route that takes all has heard of it. */
const METHOD = /^[A-Z][A-Z-]*$/;

/** The plan for a method of a path. */
export function planFor({ byMethod, open, refusal }: PathPlans, method: string): Plan {
  return byMethod.get(method) ?? (open !== undefined && METHOD.test(method) ? open : refusal);
}

/** The entry of a plan without handlers of anybody's own. */
const NEVER = Number.POSITIVE_INFINITY;

/** The plans of one path. */
export interface PathPlans {
  readonly byMethod: ReadonlyMap<string, Plan>;
  /** Answers any other method, where a route takes all there are. */
  readonly open: Plan | undefined;
  /** Answers what no route takes: 405. */
  readonly refusal: Plan;
  /** Answers the same path with a slash too many or too few. */
  readonly redirect: Plan;
}

/** The plans of one registered path: its routes, and what follows from them for HEAD, OPTIONS and other methods. */
export function pathPlans(endpoint: Endpoint): PathPlans {
  const { records } = endpoint;
  const byMethod = new Map([...records].map(([method, record]) => [method, planOf(method, record)]));
  const get = records.get("GET");
  if (get && !records.has("HEAD")) byMethod.set("HEAD", planOf("HEAD", get));
  const allow = [...new Set([...byMethod.keys(), "OPTIONS"])].join(", ");

  // Whoever may not GET a path learns nothing from its OPTIONS, its 405 or its redirect either.
  const witness = get ?? (records.values().next().value as RouteRecord);
  const open = [...records.values()].find((record) => record.anyMethod);
  const refusal = planOf("another method", witness, refuseMethod(allow));
  if (!records.has("OPTIONS")) byMethod.set("OPTIONS", planOf("OPTIONS", witness, answerOptions(allow)));
  for (const method of NEVER_OPEN) if (!records.has(method)) byMethod.set(method, refusal);
  return {
    byMethod,
    open: open && planOf("another method", open),
    refusal,
    redirect: planOf("redirect to", witness, redirectToRegistered),
  };
}

/** A plan that belongs to no route: the application's own hooks and guard, and one last step. */
export function applicationPlan(label: string, scope: Scope, lastStep: Step): Plan {
  return { ...plan(label, [], scope.before, scope.auth, [lastStep], scope.after), entry: NEVER };
}

/** `inPlace` answers in place of the route's own handlers, to whoever might have reached them. */
function planOf(method: string, record: RouteRecord, inPlace?: Step): Plan {
  const { scopes, schemas } = record;
  const made = plan(
    `${method} ${record.pattern.text}`,
    record.pattern.names,
    [...scopes.flatMap((scope) => scope.before), ...record.before],
    accessOf(record).auth,
    inPlace ? [inPlace] : withSchemas(schemas, record.handlers as readonly Step[]),
    [...record.after, ...scopes.toReversed().flatMap((scope) => scope.after)],
  );
  return inPlace ? { ...made, entry: NEVER } : made;
}

function plan(
  label: string,
  names: readonly string[],
  before: readonly AnyHook[],
  guard: AnyGuard | undefined,
  handlers: readonly Step[],
  after: readonly AnyHook[],
): Plan {
  const ahead = [...(before as readonly Step[]), ...(guard ? [guardStep(guard)] : [])];
  return {
    label,
    names,
    steps: [...ahead, ...handlers],
    entry: ahead.length,
    guard,
    after: after as readonly Step[],
  };
}

function answerOptions(allow: string): Step {
  return (_req, resp) => {
    resp.statusCode = 204;
    resp.headers.set("allow", allow);
  };
}

function refuseMethod(allow: string): Step {
  return (req) => {
    throw problem("method_not_allowed", `${req.method} is not allowed here`, { headers: { Allow: allow } });
  };
}

const redirectToRegistered: Step = (req, resp) => {
  const query = queryOf(requestInternals.incoming(req).target);
  resp.redirect(encodePath(slashTwin(req.path)) + (query && `?${query}`), { permanent: true });
};

/** The same path with a slash at its end, or without. */
export function slashTwin(path: string): string {
  return path.endsWith("/") ? path.slice(0, -1) : `${path}/`;
}
