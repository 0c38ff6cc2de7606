import { takeAnswer } from "../exchange/answer.ts";
import { assemble, endUnsent } from "../exchange/assemble.ts";
import type { AppContext, PreparedSession } from "../exchange/context.ts";
import { type Payload, payloadOf } from "../exchange/payload.ts";
import { HttpRequest, type RequestTypes, internals as requestInternals } from "../exchange/request.ts";
import { HttpResponse, internals as responseInternals } from "../exchange/response.ts";
import { isPromise } from "../http/awaitable.ts";
import { type ErrorCode, HTTPError } from "../http/errors.ts";
import { canonicalPath } from "../http/path.ts";
import type { Incoming, Outgoing } from "../http/transport.ts";
import type { ExceptionHandlers } from "../registration/exceptions.ts";
import type { SessionCookie } from "../sessions/backend.ts";
import type { Exchange, Plan, Step } from "./exchange.ts";
import { answerBare, answerProblem, BARE_500, setErrorHeaders } from "./failure.ts";
import { planFor } from "./plan.ts";
import type { PlanTable } from "./plan-table.ts";
import { answeredInTime } from "./timeout.ts";

const STORE_UNAVAILABLE = "store_unavailable" satisfies ErrorCode;

type Result = Outgoing | Promise<Outgoing>;

/**
 * The one request path: match, before hooks, guard, validation, handler, after hooks, session, answer. Its stations
 * are methods, in this order; each returns what the next one makes, and a promise only where something must be waited
 * for.
 */
export class Pipeline {
  readonly #plans: PlanTable;
  readonly #errors: ExceptionHandlers;
  readonly #app: AppContext;

  constructor(plans: PlanTable, errors: ExceptionHandlers, app: AppContext) {
    this.#plans = plans;
    this.#errors = errors;
    this.#app = app;
  }

  /** Answers one request. It never rejects. */
  handle(incoming: Incoming): Result {
    const x = this.#match(incoming);
    const prepared = this.#app.sessions.prepare(x.req);
    const outgoing = prepared === undefined ? this.#advance(x) : this.#advanceWith(x, prepared);
    return isPromise(outgoing) ? answeredInTime(x, outgoing, this.#app) : outgoing;
  }

  /** The plan for the request's method and path. */
  #match(incoming: Incoming): Exchange {
    let path: string;
    try {
      path = canonicalPath(incoming.target);
    } catch (error) {
      return this.#exchange(incoming, "", this.#plans.malformed(error));
    }
    const match = this.#plans.find(path);
    if (match === undefined) return this.#exchange(incoming, path, this.#plans.otherwise(path));

    const plan = planFor(match.target, incoming.method);
    const x = this.#exchange(incoming, path, plan);
    if (match.values.length > 0) requestInternals.setParams(x.req, namedValues(plan.names, match.values));
    return x;
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
      thrown: undefined,
      commits: true,
      rewritten: false,
      expired: false,
    };
  }

  /** Once the session has been looked up. */
  async #advanceWith(x: Exchange, prepared: Promise<PreparedSession>): Promise<Outgoing> {
    requestInternals.prepareSession(x.req, await prepared);
    return x.expired ? BARE_500 : this.#advance(x);
  }

  /** Before hooks, guard, validation and handler, until one of them answers. */
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
        if (x.expired) return BARE_500;
        try {
          takeAnswer(x.resp, answer);
        } catch (error) {
          return this.#fail(x, error);
        }
        return station.call(this, x);
      },
      (error) => {
        if (!x.expired) return this.#fail(x, error);
        this.#unhandled(x, error);
        return BARE_500;
      },
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
    } else if (isStoreUnavailable(thrown)) this.#unavailable(x, thrown);
    x.failing = true;
    x.thrown = thrown;
    try {
      if (thrown instanceof HTTPError) setErrorHeaders(x.resp, thrown);
      const outcome: unknown = (handler ?? answerProblem)(x.req, x.resp, thrown);
      if (isPromise(outcome)) return this.#wait(x, outcome, this.#recovered);
      takeAnswer(x.resp, outcome);
    } catch (error) {
      return this.#giveUp(x, error);
    }
    return this.#recovered(x);
  }

  /** A handler that answered nothing leaves it to the framework, and one that only gave a body does not make it a 200. */
  #recovered(x: Exchange): Result {
    const { resp, thrown } = x;
    if (!responseInternals.decided(resp)) {
      if (thrown instanceof HTTPError) answerProblem(x.req, resp, thrown);
      else answerBare(x.req, resp);
    } else responseInternals.defaultStatus(resp, thrown instanceof HTTPError ? thrown.statusCode : 500);
    x.failing = false;
    return this.#leave(x);
  }

  /** The error's own answer failed: a 500 that says nothing else, or for want of a store the framework's own 503. */
  #giveUp(x: Exchange, error: unknown): Result {
    responseInternals.discard(x.resp);
    if (isStoreUnavailable(error)) {
      this.#unavailable(x, error);
      setErrorHeaders(x.resp, error);
      answerProblem(x.req, x.resp, error);
    } else {
      this.#unhandled(x, error);
      answerBare(x.req, x.resp);
    }
    return this.#recovered(x);
  }

  /** An HTTPError is an answer and no news. This one is: the operator's own database. */
  #unavailable(x: Exchange, { cause }: HTTPError): void {
    this.#log(`${x.plan.label} was answered with 503, because a store did not answer`, cause);
  }

  #unhandled(x: Exchange, error: unknown): void {
    x.commits = false;
    this.#log(`${x.plan.label} failed and was answered with 500`, error);
  }

  #log(message: string, error: unknown): void {
    try {
      this.#app.logger.error(message, error);
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
    if (x.expired) {
      endUnsent(payload.body);
      return BARE_500;
    }
    requestInternals.sealSession(x.req);
    const session = x.commits ? requestInternals.openedSession(x.req) : undefined;
    if (session === undefined) return this.#finish(x, payload, undefined);
    const unsealed = (error: unknown) => {
      // What could not be kept is not tried again with the error's answer.
      x.commits = false;
      endUnsent(payload.body);
      return this.#rewrite(x, error);
    };
    try {
      const cookie = this.#app.sessions.commit(session, x.req);
      if (!isPromise(cookie)) return this.#finish(x, payload, cookie);
      return cookie.then((ready) => this.#finish(x, payload, ready), unsealed);
    } catch (error) {
      return unsealed(error);
    }
  }

  #finish(x: Exchange, payload: Payload, cookie: SessionCookie | undefined): Result {
    const { req, resp, plan } = x;
    try {
      if (cookie && !setsCookie(payload, cookie.name)) {
        resp.cookies.set(cookie.name, cookie.value, cookie.options);
      }
      const personal = plan.guard !== undefined || requestInternals.openedSession(req) !== undefined;
      return assemble(req, resp, payload, { personal, reached: x.step > plan.entry });
    } catch (error) {
      endUnsent(payload.body);
      return this.#rewrite(x, error);
    }
  }

  /** The answer itself failed: the error's is written instead, and if that fails too, a bare 500. */
  #rewrite(x: Exchange, error: unknown): Result {
    if (!x.rewritten && !x.expired) {
      x.rewritten = true;
      return this.#fail(x, error);
    }
    this.#unhandled(x, error);
    return { ...BARE_500, afterSend: requestInternals.deferred(x.req) };
  }
}

function isStoreUnavailable(thrown: unknown): thrown is HTTPError {
  return thrown instanceof HTTPError && thrown.code === STORE_UNAVAILABLE;
}

/** A mounted application that shares the cookie has the last word: it may have ended the session. */
function setsCookie({ response }: Payload, name: string): boolean {
  return response?.headers.getSetCookie().some((line) => line.startsWith(`${name}=`)) ?? false;
}

function namedValues(names: readonly string[], values: readonly (string | number)[]): RequestTypes["params"] {
  const params: Record<string, string | number> = {};
  for (let index = 0; index < names.length; index++)
    params[names[index] as string] = values[index] as string | number;
  return params;
}
