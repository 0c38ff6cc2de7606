import { deny } from "../auth/deny.ts";
import { distributed } from "../auth/distribute.ts";
import { evaluate, type Granted, type Outcome } from "../auth/evaluate.ts";
import { type AnyGuard, nodeOf } from "../auth/guard.ts";
import { type HttpRequest, internals } from "../exchange/request.ts";
import { internals as responseInternals } from "../exchange/response.ts";
import { andThen } from "../http/awaitable.ts";
import type { Step } from "./exchange.ts";

/** The step that lets in or denies. Whatever the guard throws is thrown on: nobody gets past it. */
export function guardStep(guard: AnyGuard): Step {
  const node = nodeOf(guard);
  const enforced = distributed(node);
  return (req, resp) =>
    andThen<Outcome, void>(evaluate(enforced, req), (outcome) => {
      // What a hook said of caching, it said before anybody knew whose answer this is.
      responseInternals.headers(resp)?.delete("cache-control");
      if (outcome.kind === "granted") admit(req, outcome);
      else deny(node, outcome, req, resp);
    });
}

function admit(req: HttpRequest, { principal, schemes, scopes }: Granted): void {
  const auth = principal === null ? null : { scheme: schemes.map(({ name }) => name).join(" and "), scopes };
  internals.admit(req, principal, auth);
}
