/** A value, or a promise of it. */
export type Awaitable<Value> = Value | Promise<Value>;

/** Whether there is something to wait for; any thenable counts. */
export function isPromise<Value>(value: Awaitable<Value>): value is Promise<Value> {
  // A remote procedure of some runtimes answers with a function that has `then`: a promise, and nobody's principal.
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  return isObject && typeof (value as Promise<Value>).then === "function";
}

/** Goes on with a value now, or with a promise's once it is there: no promise where nothing waits. */
export function andThen<Value, Result>(
  value: Awaitable<Value>,
  next: (value: Value) => Awaitable<Result>,
): Awaitable<Result> {
  if (!isPromise(value)) return next(value);
  return (value instanceof Promise ? value : Promise.resolve(value)).then(next);
}
