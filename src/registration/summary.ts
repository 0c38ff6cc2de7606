import { accessInWords, accessOf } from "./access.ts";
import type { AnyHook, RouteRecord } from "./record.ts";

/** A route for people and programs who ask what there is, and who may enter. */
export interface RouteSummary {
  readonly methods: readonly string[];
  readonly path: string;
  /** Who may enter, in words. */
  readonly access: string;
  /** False, true, or the reason why everybody may enter. */
  readonly public: boolean | string;
  /** The names of the hooks, in the order they run. */
  readonly before: readonly string[];
  readonly after: readonly string[];
}

/** A route in short. */
export function summaryOf(record: RouteRecord): RouteSummary {
  const access = accessOf(record);
  return {
    methods: record.methods,
    path: record.pattern.text,
    access: accessInWords(access),
    public: access.auth === undefined && (access.public ?? true),
    before: [...record.scopes.flatMap(({ before }) => before), ...record.before].map(nameOf),
    after: [...record.after, ...record.scopes.toReversed().flatMap(({ after }) => after)].map(nameOf),
  };
}

function nameOf(hook: AnyHook): string {
  return hook.name || "(anonymous)";
}
