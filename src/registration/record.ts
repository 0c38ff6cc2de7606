import type { Pattern } from "../routing/pattern.ts";

/** A hook or a handler whose types the registration has checked, and which only the pipeline calls. */
export type AnyHook = (req: never, resp: never) => unknown;

/** Hooks that an application, a group or a router has; routes registered earlier get later ones too. */
export interface Scope {
  readonly before: AnyHook[];
  readonly after: AnyHook[];
}

/** All that is known of a route. What enforces and what documents reads it from here, and from nowhere else. */
export interface RouteRecord {
  readonly pattern: Pattern;
  /** Upper case. HEAD is answered by GET's route, OPTIONS by the framework, where they are not listed. */
  readonly methods: readonly string[];
  readonly name: string | undefined;
  readonly before: readonly AnyHook[];
  readonly after: readonly AnyHook[];
  readonly handler: AnyHook;
  /** From the application inwards. */
  readonly scopes: readonly Scope[];
}

/** The methods of a route that names none. */
export const ALL_METHODS: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
