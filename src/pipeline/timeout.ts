import { endUnsent } from "../exchange/assemble.ts";
import type { AppContext } from "../exchange/context.ts";
import { internals as requestInternals } from "../exchange/request.ts";
import { problem } from "../http/errors.ts";
import type { Outgoing } from "../http/transport.ts";
import type { Exchange } from "./exchange.ts";

/**
 * The answer, or 503 when it takes longer than `requestTimeout`. What is still running then can do nothing more: no
 * later step runs, what it would have answered is let go, and what was to happen after the answer happens now: nobody
 * knows whether it will ever end.
 */
export function answeredInTime(x: Exchange, pending: Promise<Outgoing>, app: AppContext): Promise<Outgoing> {
  const { requestTimeout } = app;
  if (requestTimeout === Number.POSITIVE_INFINITY) return pending;
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      x.expired = true;
      resolve(timedOut(requestInternals.takeDeferred(x.req)));
      try {
        app.logger.warn(`${x.plan.label} took longer than ${requestTimeout} s and was answered with 503`);
      } catch {
        // A broken logger must not take the process with it.
      }
    }, requestTimeout * 1000);
    pending.then((outgoing) => {
      clearTimeout(timer);
      if (x.expired) {
        endUnsent(outgoing.body);
        app.background.start(requestInternals.takeDeferred(x.req));
      } else resolve(outgoing);
    });
  });
}

function timedOut(afterSend: Outgoing["afterSend"]): Outgoing {
  const body = JSON.stringify(problem("request_timeout", "The answer took too long").toProblem());
  return {
    status: 503,
    headers: [
      ...["content-type", "application/problem+json"],
      ...["cache-control", "no-store"],
      ...["content-length", String(body.length)],
    ],
    body,
    reached: false,
    afterSend,
  };
}
