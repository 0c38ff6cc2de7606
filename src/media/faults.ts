import { type HTTPError, problem } from "../http/errors.ts";

/** A body that is not what its Content-Type says. The detail never quotes the body. */
export function malformed(detail: string): HTTPError {
  return problem("malformed_body", detail);
}

/** A key that reaches for an object's prototype. */
export function forbiddenKey(): HTTPError {
  return problem(
    "forbidden_key",
    "The body has a key that is not allowed: __proto__ or constructor.prototype",
  );
}

/** @throws HTTPError 400 `forbidden_key` */
export function refuseProtoKey(key: string): void {
  if (key === "__proto__") throw forbiddenKey();
}

/** @throws HTTPError 400 `forbidden_key` for an object with `constructor.prototype` */
export function refuseConstructorKey(object: object): void {
  const inner: unknown = Object.hasOwn(object, "constructor") ? object.constructor : null;
  if (typeof inner === "object" && inner !== null && Object.hasOwn(inner, "prototype")) throw forbiddenKey();
}

/**
 * The same for the name of a form field. Names such as `user[__proto__][admin]` and `constructor.prototype` are
 * refused as well: libraries that make trees of them take them as paths.
 *
 * @throws HTTPError 400 `forbidden_key`
 */
export function refuseFieldName(name: string): void {
  if (!name.includes("__proto__") && !name.includes("constructor")) return;
  const path = name.split(/[.[\]]/).filter((step) => step !== "");
  const forbidden = path.some(
    (step, index) => step === "__proto__" || (step === "constructor" && path[index + 1] === "prototype"),
  );
  if (forbidden) throw forbiddenKey();
}
