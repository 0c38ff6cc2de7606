import type { OpenAPIDocument } from "./openapi/types.ts";
import type { RouteSummary } from "./registration/summary.ts";
import type { RunningServer } from "./runtimes/server.ts";

/** An application, as somebody sees it who wants to know what is in it and not to run it. */
export interface InspectedApplication {
  /** The `API` itself, to find it among what a file exports. */
  readonly api: object;
  /** @throws what the start would throw */
  routes(): readonly RouteSummary[];
  document(): Promise<OpenAPIDocument>;
}

/** What the command line sets before it imports an application's file. */
export interface Inspection {
  /** Every application that was made since. */
  readonly applications: InspectedApplication[];
}

const KEY = Symbol.for("responder-ts.inspect");

/**
 * The inspection under way, if there is one: applications make themselves known to it, and `listen()` and `run()` return
 * without listening. It is found by a global symbol, because the application may have been made by another copy of this
 * package than the one that inspects. Nothing of a request or of the environment can start one.
 */
export function inspectionUnderWay(): Inspection | undefined {
  return (globalThis as { [KEY]?: Inspection })[KEY];
}

/** Starts an inspection, for the rest of this process. */
export function startInspection(): Inspection {
  const inspection: Inspection = { applications: [] };
  (globalThis as { [KEY]?: Inspection })[KEY] = inspection;
  return inspection;
}

/** What `listen()` and `run()` return meanwhile. */
export const NOT_LISTENING: RunningServer = Object.freeze({
  port: 0,
  host: "127.0.0.1",
  url: "http://127.0.0.1:0",
  stop: async () => {},
});
