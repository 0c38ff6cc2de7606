import { ALL_METHODS, type AnyHook, type RouteRecord } from "./record.ts";
import type { Resource } from "./types.ts";

const BY_METHOD = {
  GET: "onGet",
  POST: "onPost",
  PUT: "onPut",
  PATCH: "onPatch",
  DELETE: "onDelete",
  HEAD: "onHead",
  OPTIONS: "onOptions",
} as const satisfies Record<string, keyof Resource>;

/**
 * The routes of a resource: one for each method that it answers, its `onRequest` before each of them.
 *
 * @throws TypeError for an object that answers nothing
 */
export function resourceRecords(
  common: Omit<RouteRecord, "methods" | "handler">,
  resource: Resource,
): RouteRecord[] {
  const bound = (name: keyof Resource): AnyHook | undefined => resource[name]?.bind(resource);
  const onRequest = bound("onRequest");
  const before = onRequest ? [...common.before, onRequest] : common.before;
  const own = Object.entries(BY_METHOD).flatMap(([method, name]): RouteRecord[] => {
    const handler = bound(name);
    return handler ? [{ ...common, before, handler, methods: [method] }] : [];
  });
  if (own.length === 0 && !onRequest) {
    throw new TypeError(
      `The resource of "${common.pattern.text}" has no onGet, onPost, onRequest or other on… method`,
    );
  }
  if (!onRequest) return own;
  const taken = new Set(own.flatMap((record) => record.methods));
  const others = ALL_METHODS.filter(
    (method) => !taken.has(method) && !(method === "HEAD" && taken.has("GET")),
  );
  return [...own, { ...common, handler: onRequest, methods: others }].filter(
    (record) => record.methods.length > 0,
  );
}
