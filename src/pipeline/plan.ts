import { type HttpRequest, internals as requestInternals } from "../exchange/request.ts";
import type { HttpResponse } from "../exchange/response.ts";
import { problem } from "../http/errors.ts";
import { encodePath, queryOf } from "../http/path.ts";
import type { RouteRecord, Scope } from "../registration/record.ts";
import type { Endpoint } from "../registration/table.ts";

/** One thing that happens to a request. */
export type Step = (req: HttpRequest, resp: HttpResponse) => unknown;

/** Everything that happens to a request of one route, put together before the first of them. */
export interface Plan {
  /** The method and the pattern, for logs: a pattern holds no client's data. */
  readonly label: string;
  /** The names of the path's parameters. */
  readonly names: readonly string[];
  /** Before hooks, then the handler. The first that answers is the last that runs. */
  readonly steps: readonly Step[];
  /** After hooks. All of them run. */
  readonly after: readonly Step[];
}

/** The plans of one path. */
export interface PathPlans {
  readonly byMethod: ReadonlyMap<string, Plan>;
  /** Answers any other method. */
  readonly otherwise: Plan;
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
  if (!records.has("OPTIONS")) byMethod.set("OPTIONS", planOf("OPTIONS", witness, answerOptions(allow)));
  return {
    byMethod,
    otherwise: planOf("any method", witness, refuseMethod(allow)),
    redirect: planOf("redirect to", witness, redirectToRegistered),
  };
}

/** A plan that belongs to no route: the application's own hooks and one last step. */
export function applicationPlan(label: string, scope: Scope, lastStep: Step): Plan {
  return { label, names: [], steps: [...(scope.before as Step[]), lastStep], after: scope.after as Step[] };
}

function planOf(method: string, record: RouteRecord, handler: Step = record.handler as Step): Plan {
  const { scopes } = record;
  return {
    label: `${method} ${record.pattern.text}`,
    names: record.pattern.names,
    steps: [...scopes.flatMap((scope) => scope.before), ...record.before, handler] as Step[],
    after: [...record.after, ...scopes.toReversed().flatMap((scope) => scope.after)] as Step[],
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
