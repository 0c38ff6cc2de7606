import type { AnyGuard } from "../auth/guard.ts";
import { problem } from "../http/errors.ts";
import type { Scope } from "../registration/record.ts";
import type { RouteTable } from "../registration/table.ts";
import { type Match, Matcher } from "../routing/matcher.ts";
import type { Plan } from "./exchange.ts";
import { applicationPlan, type PathPlans, pathPlans, planFor, slashTwin } from "./plan.ts";

/** The plan for every request there can be. */
export class PlanTable {
  readonly #matcher = new Matcher<PathPlans>();
  readonly #unknownPath: Plan;
  readonly #redirectSlashes: boolean;

  constructor(table: RouteTable, scope: Scope, redirectSlashes: boolean) {
    for (const endpoint of table.endpoints) this.#matcher.add(endpoint.pattern, () => pathPlans(endpoint));
    this.#unknownPath = applicationPlan("unknown path", scope, () => {
      throw problem("route_not_found", "Nothing is here");
    });
    this.#redirectSlashes = redirectSlashes;
  }

  /** What is registered for a canonical path. */
  find(path: string): Match<PathPlans> | undefined {
    return this.#matcher.find(path);
  }

  /** The plan for a path that nothing is registered for. */
  otherwise(path: string): Plan {
    const twin = this.#redirectSlashes && path !== "/" ? this.#matcher.find(slashTwin(path)) : undefined;
    return twin ? twin.target.redirect : this.#unknownPath;
  }

  /** The guard of the route that answers GET at a canonical path. A path that nothing here answers, another server may. */
  guardAt(path: string): AnyGuard | undefined {
    const found = this.#matcher.find(path)?.target;
    return found && planFor(found, "GET").guard;
  }

  /** The plan for a path that is none: no hook could read it, so none runs before the refusal. */
  malformed(error: unknown): Plan {
    const refuse = () => {
      throw error;
    };
    return { ...this.#unknownPath, label: "malformed path", steps: [refuse], entry: 1, guard: undefined };
  }
}
