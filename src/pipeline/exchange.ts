import type { AnyGuard } from "../auth/guard.ts";
import type { HttpRequest } from "../exchange/request.ts";
import type { HttpResponse } from "../exchange/response.ts";

/** One thing that happens to a request. */
export type Step = (req: HttpRequest, resp: HttpResponse) => unknown;

/** Everything that happens to a request of one route, put together before the first of them. */
export interface Plan {
  /** The method and the pattern, for logs: a pattern holds no client's data. */
  readonly label: string;
  /** The names of the path's parameters. */
  readonly names: readonly string[];
  /** Before hooks, guard, validation, handlers. The first that answers is the last that runs. */
  readonly steps: readonly Step[];
  /** The place of the first handler among the steps; Infinity where the framework answers itself. */
  readonly entry: number;
  /** What stands before it; with a guard, what it answers is nobody else's. */
  readonly guard: AnyGuard | undefined;
  /** After hooks. All of them run. */
  readonly after: readonly Step[];
}

/** How far a request has come. */
export interface Exchange {
  readonly req: HttpRequest;
  readonly resp: HttpResponse;
  readonly plan: Plan;
  /** The next of the plan's steps, and of its after hooks. */
  step: number;
  after: number;
  /** Whether an error is being answered, and which. */
  failing: boolean;
  thrown: unknown;
  /** Whether the session is kept: not after an error that nobody handled. */
  commits: boolean;
  /** Whether the answer failed while it was written, so that it must not be tried a third time. */
  rewritten: boolean;
  /** Whether it took too long and has been answered: nothing more may happen. */
  expired: boolean;
}
