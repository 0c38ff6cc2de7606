import type { PosedPrincipal } from "../http/transport.ts";

/**
 * What a test in this process arranges for a request, or wants to know of it. It hangs on the `Request` object itself,
 * so nothing that arrives from outside can claim it.
 */
export interface Arrangement {
  /** Somebody to enter as, without a credential. */
  readonly posed?: PosedPrincipal | undefined;
  /** Told whether the route's handler has run. */
  readonly onAnswer?: ((reached: boolean) => void) | undefined;
}

const arrangements = new WeakMap<Request, Arrangement>();

/** Arranges something for a request before it is handed to `api.fetch`. */
export function arrange(request: Request, arrangement: Arrangement): void {
  arrangements.set(request, arrangement);
}

/** What was arranged. */
export function arrangementOf(request: Request): Arrangement | undefined {
  return arrangements.get(request);
}
