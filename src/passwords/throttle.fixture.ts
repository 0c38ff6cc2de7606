import type { Throttle } from "./throttle.ts";

export const HERE = "203.0.113.1";
export const ADA = { account: "ada", address: HERE };

/** "in" or "out", or the seconds to wait. */
export function trying(throttle: Throttle, who = ADA, isRight = false): Promise<string | number> {
  return throttle.attempt(who, () => isRight).then((result) => (result ? "in" : "out"), retryAfter);
}

export function retryAfter(error: unknown): number {
  return Number((error as { headers: { "Retry-After": string } }).headers["Retry-After"]);
}
