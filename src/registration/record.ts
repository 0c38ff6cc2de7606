import type { AnyGuard } from "../auth/guard.ts";
import type { Pattern } from "../routing/pattern.ts";
import type { Documentation } from "./documentation.ts";
import type { RouteSchemas } from "./schemas.ts";

/** A hook or a handler whose types the registration has checked, and which only the pipeline calls. */
export type AnyHook = (req: never, resp: never) => unknown;

/** Who may enter: a guard, or everybody and why. */
export interface Access {
  readonly auth: AnyGuard | undefined;
  /** True, or the reason. */
  readonly public: true | string | undefined;
}

/** What an application, a group or a router lays over its routes; routes registered earlier get later hooks too. */
export interface Scope extends Access {
  /** How messages name it. */
  readonly label: string;
  readonly before: AnyHook[];
  readonly after: AnyHook[];
}

/** All that is known of a route. What enforces and what documents reads it from here, and from nowhere else. */
export interface RouteRecord extends Access {
  readonly pattern: Pattern;
  /** Upper case. HEAD is answered by GET's route, OPTIONS by the framework, where they are not listed. */
  readonly methods: readonly string[];
  /** Whether it answers every other method, too, that no route of its path lists. */
  readonly anyMethod: boolean;
  readonly name: string | undefined;
  readonly before: readonly AnyHook[];
  readonly after: readonly AnyHook[];
  /** One, or a resource's `onRequest` and the method's own. */
  readonly handlers: readonly AnyHook[];
  readonly schemas: RouteSchemas;
  readonly documentation: Documentation;
  /** From the application inwards. */
  readonly scopes: readonly Scope[];
}

/** What a route has whatever its methods. */
export type CommonRecord = Omit<RouteRecord, "methods" | "anyMethod" | "handlers">;

/** The methods of a route that names none, beside those that nobody has heard of. */
export const ALL_METHODS: readonly string[] = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"];
