import { ALL_METHODS, type AnyHook, type CommonRecord, type RouteRecord } from "./record.ts";
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
 * The routes of a resource: one for each method that it answers, its `onRequest` ahead of each.
 *
 * @throws TypeError for an object that answers nothing
 */
export function resourceRecords(common: CommonRecord, resource: Resource): RouteRecord[] {
  const bound = (name: keyof Resource): AnyHook[] => {
    const method = resource[name];
    return method === undefined ? [] : [method.bind(resource)];
  };
  const onRequest = bound("onRequest");
  const own = Object.entries(BY_METHOD).flatMap(([method, name]): RouteRecord[] => {
    const handlers = bound(name);
    return handlers.length === 0
      ? []
      : [{ ...common, methods: [method], anyMethod: false, handlers: [...onRequest, ...handlers] }];
  });
  if (own.length + onRequest.length === 0) {
    throw new TypeError(
      `The resource of "${common.pattern.text}" has no onGet, onPost, onRequest or other on… method`,
    );
  }
  if (onRequest.length === 0) return own;
  const taken = new Set(own.flatMap((record) => record.methods));
  if (taken.has("GET")) taken.add("HEAD");
  const methods = ALL_METHODS.filter((method) => !taken.has(method));
  return methods.length === 0 ? own : [...own, { ...common, methods, anyMethod: true, handlers: onRequest }];
}
