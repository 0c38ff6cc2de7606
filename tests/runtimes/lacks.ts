import type { Lack } from "./cases.ts";

/** The runtimes that Vitest does not run on. */
export type RuntimeName = "bun" | "deno" | "workerd";

/**
 * Which cases of the behavioural suite a runtime cannot pass, and what it lacks for them. Everything else must pass
 * everywhere; a lack that no case has is an error as well.
 */
export const LACKS: Readonly<Record<RuntimeName, readonly Lack[]>> = {
  bun: [],
  deno: [],
  workerd: [{ cases: "over a socket", why: "a Worker listens on no socket" }],
};
