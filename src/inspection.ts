import type { OpenAPIDocument } from "./openapi/types.ts";
import type { RouteSummary } from "./registration/summary.ts";
import type { RunningServer } from "./runtimes/server.ts";

/** An application, as the command line sees it. */
export interface InspectedApplication {
  /** The `API` itself, to find it among what a file exports. */
  readonly api: object;
  /** @throws what the start would throw */
  routes(): readonly RouteSummary[];
  document(): Promise<OpenAPIDocument>;
  run(): Promise<unknown>;
}

/** What the command line sets before it imports an application's file. */
export interface Inspection {
  /** Every application that was made since. */
  readonly applications: InspectedApplication[];
  /** There when applications are to run, and not only to be looked at. */
  readonly supervision: Supervision | undefined;
}

/** How applications run under `responder run`. */
export interface Supervision {
  /** Where to listen, whatever the application says itself. */
  readonly address: { readonly port?: number; readonly host?: string };
  /** Set as soon as an application is told to run or to listen. */
  isAsked: boolean;
  /** Takes an application that listens. Where it is there, signals and the ready line are its affair, not `api.run()`'s. */
  readonly listening?: (server: RunningServer, close: () => Promise<void>) => void;
}

const KEY = Symbol.for("responder-ts.inspect");

/**
 * The inspection under way, if there is one: applications make themselves known to it, and `listen()` and `run()` return
 * without listening, or listen as its supervision says. It is found by a global symbol, because the application may have been made by another copy of this
 * package than the one that inspects. Nothing of a request or of the environment can start one.
 */
export function inspectionUnderWay(): Inspection | undefined {
  return (globalThis as { [KEY]?: Inspection })[KEY];
}

/** What an application asks when it is told to run or to listen. */
export function askedToListen(): { mayListen: boolean; supervision: Supervision | undefined } {
  const inspection = inspectionUnderWay();
  if (inspection?.supervision) inspection.supervision.isAsked = true;
  return {
    mayListen: !inspection || inspection.supervision !== undefined,
    supervision: inspection?.supervision,
  };
}

/** Starts an inspection, for the rest of this process. With a supervision, applications do run. */
export function startInspection(supervision?: Supervision): Inspection {
  const inspection: Inspection = { applications: [], supervision };
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
