import { takeAnswer } from "../exchange/answer.ts";
import { assemble, endUnsent } from "../exchange/assemble.ts";
import type { AppContext } from "../exchange/context.ts";
import { type Payload, payloadOf } from "../exchange/payload.ts";
import { HttpRequest, type RequestTypes, internals as requestInternals } from "../exchange/request.ts";
import { HttpResponse, internals as responseInternals } from "../exchange/response.ts";
import { HTTPError, problem } from "../http/errors.ts";
import { canonicalPath } from "../http/path.ts";
import type { Incoming, Outgoing } from "../http/transport.ts";
import type { ExceptionHandlers, ThrownHandler } from "../registration/exceptions.ts";
import type { Scope } from "../registration/record.ts";
import type { RouteTable } from "../registration/table.ts";
import { Matcher } from "../routing/matcher.ts";
import { applicationPlan, type PathPlans, type Plan, pathPlans, type Step, slashTwin } from "./plan.ts";

/** How far a request has come. */
interface Exchange {
  readonly req: HttpRequest;
  readonly resp: HttpResponse;
  readonly plan: Plan;
  /** The next of the plan's steps, and of its after hooks. */
  step: number;
  after: number;
  /** Whether an error is being answered. */
  failing: boolean;
  /** Whether the session is kept: not after an error that nobody handled. */
  commits: boolean;
  /** Whether the answer failed while it was written, so that it must not be tried a third time. */
  rewritten: boolean;
}

type Result = Outgoing | Promise<Outgoing>;

/**
 * The one request path: match, before hooks, handler, after hooks, session, answer. Its stations are methods, in this
 * order; each returns what the next one makes, and a promise only where something must be waited for.
 */
export class Pipeline {
  readonly #matcher = new Matcher<PathPlans>();
  readonly #unknownPath: Plan;
  readonly #malformedPath: Plan;
  readonly #redirectSlashes: boolean;
  readonly #errors: ExceptionHandlers;
  readonly #app: AppContext;

  constructor(
    table: RouteTable,
    scope: Scope,
    errors: ExceptionHandlers,
    app: AppContext,
    options: { redirectSlashes: boolean },
  ) {
    for (const endpoint of table.endpoints) this.#matcher.add(endpoint.pattern, () => pathPlans(endpoint));
    this.#unknownPath = applicationPlan("unknown path", scope, refusePath);
    this.#malformedPath = { ...this.#unknownPath, label: "malformed path", steps: [] };
    this.#redirectSlashes = options.redirectSlashes;
    this.#errors = errors;
    this.#app = app;
  }

  /** Answers one request. It never rejects. */
  handle(incoming: Incoming): Result {
    let path: string;
    try {
      path = canonicalPath(incoming.target);
    } catch (error) {
      return this.#fail(this.#exchange(incoming, "", this.#malformedPath), error);
    }
    const match = this.#matcher.find(path);
    if (match === undefined)
      return this.#advance(this.#exchange(incoming, path, this.#planWithoutMatch(path)));

    const plan = match.target.byMethod.get(incoming.method) ?? match.target.otherwise;
    const x = this.#exchange(incoming, path, plan);
    if (match.values.length > 0) requestInternals.setParams(x.req, namedValues(plan.names, match.values));
    return this.#advance(x);
  }

  #planWithoutMatch(path: string): Plan {
    const twin = this.#redirectSlashes && path !== "/" ? this.#matcher.find(slashTwin(path)) : undefined;
    return twin ? twin.target.redirect : this.#unknownPath;
  }

  #exchange(incoming: Incoming, path: string, plan: Plan): Exchange {
    const req = new HttpRequest(incoming, path, this.#app);
    return {
      req,
      resp: new HttpResponse(req),
      plan,
      step: 0,
      after: 0,
      failing: false,
      commits: true,
      rewritten: false,
    };
  }

  /** Before hooks and handler, until one of them answers. */
  #advance(x: Exchange): Result {
    const { steps } = x.plan;
    try {
      while (x.step < steps.length && !responseInternals.decided(x.resp)) {
        const outcome: unknown = (steps[x.step++] as Step)(x.req, x.resp);
        if (isPromise(outcome)) return this.#wait(x, outcome, this.#advance);
        if (outcome !== undefined) takeAnswer(x.resp, outcome);
      }
    } catch (error) {
      return this.#fail(x, error);
    }
    return this.#leave(x);
  }

  /** After hooks, all of them, whatever made the answer. */
  #leave(x: Exchange): Result {
    const { after } = x.plan;
    try {
      while (x.after < after.length) {
        const outcome: unknown = (after[x.after++] as Step)(x.req, x.resp);
        if (isPromise(outcome)) return this.#wait(x, outcome, this.#leave);
        if (outcome !== undefined) takeAnswer(x.resp, outcome);
      }
    } catch (error) {
      return this.#fail(x, error);
    }
    return this.#write(x);
  }

  /** Takes what a promise brings and goes on at `station`. */
  #wait(x: Exchange, outcome: Promise<unknown>, station: (x: Exchange) => Result): Promise<Outgoing> {
    return Promise.resolve(outcome).then(
      (answer) => {
        try {
          takeAnswer(x.resp, answer);
        } catch (error) {
          return this.#fail(x, error);
        }
        return station.call(this, x);
      },
      (error) => this.#fail(x, error),
    );
  }

  /** Whatever was thrown, wherever: an exception handler's answer, a problem document, or a bare 500. */
  #fail(x: Exchange, thrown: unknown): Result {
    if (x.failing) return this.#giveUp(x, thrown);
    responseInternals.discard(x.resp);
    let handler = this.#errors.find(thrown);
    if (handler === undefined && !(thrown instanceof HTTPError)) {
      this.#unhandled(x, thrown);
      handler = this.#errors.unhandled ?? answerBare;
    }
    x.failing = true;
    try {
      const outcome: unknown = (handler ?? answerProblem)(x.req, x.resp, thrown);
      if (isPromise(outcome)) return this.#wait(x, outcome, this.#recovered);
      takeAnswer(x.resp, outcome);
    } catch (error) {
      return this.#giveUp(x, error);
    }
    return this.#recovered(x);
  }

  #recovered(x: Exchange): Result {
    x.failing = false;
    return this.#leave(x);
  }

  /** The error's own answer failed: a 500 that says nothing else. */
  #giveUp(x: Exchange, error: unknown): Result {
    this.#unhandled(x, error);
    responseInternals.discard(x.resp);
    answerBare(x.req, x.resp);
    return this.#recovered(x);
  }

  #unhandled(x: Exchange, error: unknown): void {
    x.commits = false;
    try {
      this.#app.logger.error(`${x.plan.label} failed and was answered with 500`, error);
    } catch {
      // A broken logger must not take the answer with it.
    }
  }

  /** The body as bytes. Only when it exists is the session committed: a failed answer must not keep it. */
  #write(x: Exchange): Result {
    try {
      const payload = payloadOf(x.req, x.resp, this.#app);
      if (!isPromise(payload)) return this.#seal(x, payload);
      return payload.then(
        (ready) => this.#seal(x, ready),
        (error) => this.#rewrite(x, error),
      );
    } catch (error) {
      return this.#rewrite(x, error);
    }
  }

  /** Session commit, then the finished answer. */
  #seal(x: Exchange, payload: Payload): Result {
    try {
      const session = requestInternals.openedSession(x.req);
      if (session !== undefined && x.commits) {
        const cookie = this.#app.sessions.commit(session, x.req);
        if (cookie) x.resp.cookies.set(cookie.name, cookie.value, cookie.options);
      }
      return assemble(x.req, x.resp, payload);
    } catch (error) {
      endUnsent(payload.body);
      return this.#rewrite(x, error);
    }
  }

  /** The answer itself failed: the error's is written instead, and if that fails too, a bare 500. */
  #rewrite(x: Exchange, error: unknown): Result {
    if (!x.rewritten) {
      x.rewritten = true;
      return this.#fail(x, error);
    }
    this.#unhandled(x, error);
    return {
      status: 500,
      headers: ["content-length", "0"],
      body: null,
      afterSend: requestInternals.deferred(x.req),
    };
  }
}

const refusePath: Step = () => {
  throw problem("route_not_found", "Nothing is here");
};

const answerProblem: ThrownHandler = (_req, resp, error) => {
  if (!(error instanceof HTTPError)) throw error;
  resp.statusCode = error.statusCode;
  for (const [name, value] of Object.entries(error.headers)) resp.headers.set(name, value);
  responseInternals.answer(resp, { kind: "problem", value: error.toProblem() });
};

const answerBare: Step = (req, resp) => answerProblem(req, resp, problem("internal_error"));

function namedValues(names: readonly string[], values: readonly (string | number)[]): RequestTypes["params"] {
  const params: Record<string, string | number> = {};
  for (let index = 0; index < names.length; index++)
    params[names[index] as string] = values[index] as string | number;
  return params;
}

function isPromise<Value>(value: Value | Promise<Value>): value is Promise<Value> {
  return typeof value === "object" && value !== null && typeof (value as Promise<Value>).then === "function";
}
