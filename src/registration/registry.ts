import { joinPatterns, parsePattern } from "../routing/pattern.ts";
import type { Access, AnyHook, RouteRecord, Scope } from "./record.ts";

type Listener = (record: RouteRecord) => void;

/** What the framework's own parts may do with registered routes that users may not. */
interface RegistryInternals {
  /** Hears of every route that is registered, and of those that will be. */
  listen(registry: Registry, listener: Listener): void;
  scope(registry: Registry): Scope;
  /** The scope, and those of all that was taken in. */
  scopes(registry: Registry): readonly Scope[];
  accept(registry: Registry, record: RouteRecord): void;
}

/** @internal */
export let internals: RegistryInternals;

/** @internal */
export let connect: (inner: Registry, outer: Registry, prefix: string) => void;

/** Routes and hooks of an application, a group or a router; each route is handed on to whatever it is part of. */
export abstract class Registry {
  readonly #scope: Scope;
  readonly #records: RouteRecord[] = [];
  readonly #listeners: Listener[] = [];
  readonly #inner: Registry[] = [];
  readonly #outer: Registry[] = [];

  constructor(label: string, access: Access) {
    this.#scope = { label, auth: access.auth, public: access.public, before: [], after: [] };
  }

  static {
    const scopes = (registry: Registry): Scope[] => [registry.#scope, ...registry.#inner.flatMap(scopes)];
    internals = {
      listen: (registry, listener) => {
        registry.#records.forEach(listener);
        registry.#listeners.push(listener);
      },
      scope: (registry) => registry.#scope,
      scopes,
      accept: (registry, record) => {
        registry.checkOpen();
        for (const listener of registry.#listeners) listener(record);
        registry.#records.push(record);
      },
    };

    // Hands the routes of one registry on to another, under a prefix and inside its hooks.
    connect = (inner, outer, prefix) => {
      outer.checkOpen();
      outer.#inner.push(inner);
      inner.#outer.push(outer);
      internals.listen(inner, (record) => {
        internals.accept(outer, {
          ...record,
          pattern: parsePattern(joinPatterns(prefix, record.pattern.text)),
          scopes: [outer.#scope, ...record.scopes],
        });
      });
    };
  }

  /** @internal Throws when it is too late to register anything: a hook that came now would guard nothing. */
  protected checkOpen(): void {
    for (const outer of this.#outer) outer.checkOpen();
  }
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
