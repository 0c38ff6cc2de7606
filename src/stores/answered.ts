import { type HTTPError, problem } from "../http/errors.ts";

/** Seconds that a store may take. Long enough for a slow query, short enough that requests do not pile up. */
export const STORE_TIMEOUT = 2;

/** Seconds after which a client may ask again. */
const RETRY_AFTER = 5;

/**
 * What a store answers, waited for in bounded time. A store that fails or is silent says nothing about anybody, so that
 * nobody is let in on its account: the request ends with 503 and `Retry-After`.
 *
 * @param timeout in seconds; default 2
 * @throws HTTPError 503 `store_unavailable`, with what the store threw as its cause
 */
export function answered<Value>(ask: () => Promise<Value>, timeout: number = STORE_TIMEOUT): Promise<Value> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(
      () => reject(unavailable(new Error(`The store has not answered within ${timeout} s`))),
      timeout * 1000,
    );
    const settle = <Outcome>(next: (outcome: Outcome) => void) => {
      return (outcome: Outcome) => {
        clearTimeout(timer);
        next(outcome);
      };
    };
    const fail = settle((cause: unknown) => reject(unavailable(cause)));
    try {
      ask().then(settle(resolve), fail);
    } catch (error) {
      fail(error);
    }
  });
}

function unavailable(cause: unknown): HTTPError {
  return problem("store_unavailable", undefined, { cause, headers: { "Retry-After": String(RETRY_AFTER) } });
}
