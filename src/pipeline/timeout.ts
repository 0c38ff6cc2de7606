import { endUnsent } from "../exchange/assemble.ts";
import type { AppContext } from "../exchange/context.ts";
import { problem } from "../http/errors.ts";
import type { Outgoing } from "../http/transport.ts";
import type { Exchange } from "./pipeline.ts";

/**
 * The answer, or 503 when it takes longer than `requestTimeout`. What is still running then can do nothing more: no
 * later step runs, and what it would have answered is let go.
 */
export function answeredInTime(x: Exchange, pending: Promise<Outgoing>, app: AppContext): Promise<Outgoing> {
  const { requestTimeout } = app;
  if (requestTimeout === Number.POSITIVE_INFINITY) return pending;
  return new Promise((resolve) => {
    const timer = setTimeout(() => {
      x.expired = true;
      app.logger.warn(`${x.plan.label} took longer than ${requestTimeout} s and was answered with 503`);
      resolve(timedOut());
    }, requestTimeout * 1000);
    pending.then((outgoing) => {
      clearTimeout(timer);
      if (x.expired) {
        endUnsent(outgoing.body);
        if (outgoing.afterSend) app.background.start(outgoing.afterSend);
      } else resolve(outgoing);
    });
  });
}

function timedOut(): Outgoing {
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
    afterSend: undefined,
  };
}
