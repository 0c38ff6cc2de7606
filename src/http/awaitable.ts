/** A value, or a promise of it. */
export type Awaitable<Value> = Value | Promise<Value>;

/** Whether there is something to wait for; any thenable counts. */
export function isPromise<Value>(value: Awaitable<Value>): value is Promise<Value> {
  return typeof value === "object" && value !== null && typeof (value as Promise<Value>).then === "function";
}

/** Goes on with a value now, or with a promise's once it is there: no promise where nothing waits. */
export function andThen<Value, Result>(
  value: Awaitable<Value>,
  next: (value: Value) => Awaitable<Result>,
): Awaitable<Result> {
  return isPromise(value) ? value.then(next) : next(value);
}
