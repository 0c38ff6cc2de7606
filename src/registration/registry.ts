import { joinPatterns, parsePattern } from "../routing/pattern.ts";
import type { AnyHook, RouteRecord, Scope } from "./record.ts";

type Listener = (record: RouteRecord) => void;

/** What the framework's own parts may do with registered routes that users may not. */
interface RegistryInternals {
  /** Hears of every route that is registered, and of those that will be. */
  listen(registry: Registry, listener: Listener): void;
  scope(registry: Registry): Scope;
  accept(registry: Registry, record: RouteRecord): void;
}

/** @internal */
export let internals: RegistryInternals;

/** Routes and hooks of an application, a group or a router; each route is handed on to whatever it is part of. */
export abstract class Registry {
  readonly #scope: Scope = { before: [], after: [] };
  readonly #records: RouteRecord[] = [];
  readonly #listeners: Listener[] = [];

  static {
    internals = {
      listen: (registry, listener) => {
        registry.#records.forEach(listener);
        registry.#listeners.push(listener);
      },
      scope: (registry) => registry.#scope,
      accept: (registry, record) => {
        registry.checkOpen();
        for (const listener of registry.#listeners) listener(record);
        registry.#records.push(record);
      },
    };
  }

  /** @internal Throws when it is too late to register anything. */
  protected checkOpen(): void {}
}

/** Hands the routes of one registry on to another, under a prefix and inside its hooks. */
export function connect(inner: Registry, outer: Registry, prefix: string): void {
  internals.listen(inner, (record) => {
    internals.accept(outer, {
      ...record,
      pattern: parsePattern(joinPatterns(prefix, record.pattern.text)),
      scopes: [internals.scope(outer), ...record.scopes],
    });
  });
}

/** @throws TypeError for what is no function */
export function checkedHook(hook: unknown): AnyHook {
  if (typeof hook !== "function") throw new TypeError(`A hook is a function (req, resp), not ${typeof hook}`);
  return hook as AnyHook;
}

/** One hook or several, as an option gives them. */
export function hookList(hooks: AnyHook | readonly AnyHook[] | undefined): readonly AnyHook[] {
  if (hooks === undefined) return [];
  return (Array.isArray(hooks) ? hooks : [hooks]).map(checkedHook);
}
