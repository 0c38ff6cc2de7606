/** What a session can hold: data that JSON gives back as it was. */
export type JSONValue =
  | string
  | number
  | boolean
  | null
  | readonly JSONValue[]
  | { readonly [key: string]: JSONValue };

/** Deeper data is refused: it is a mistake, or somebody's attack on the call stack. */
const MAXIMUM_DEPTH = 100;

const FORBIDDEN_KEYS: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Refuses a key that could reach an object's prototype.
 * @throws TypeError for that, and for a key that is not a string
 */
export function checkKey(key: unknown): asserts key is string {
  if (typeof key !== "string") {
    throw new TypeError(`A session's keys are strings, not ${key === null ? "null" : typeof key}`);
  }
  if (FORBIDDEN_KEYS.has(key)) {
    throw new TypeError(`A session cannot have the key "${key}": use another name`);
  }
}

/**
 * A deeply frozen copy of `value`, so that neither the caller's object nor a reader can change it later.
 *
 * @param at how the message names the value; the value itself never stands in it
 * @throws TypeError for anything that JSON would drop, change or refuse, with advice
 */
export function copyData(value: unknown, at: string): JSONValue {
  return copy(value, at, []);
}

/** Freezes data that came out of a JSON parser, deeply, and gives it back. */
export function freezeData<Value>(value: Value): Value {
  if (typeof value === "object" && value !== null && !Object.isFrozen(value)) {
    for (const inner of Object.values(value)) {
      freezeData(inner);
    }
    Object.freeze(value);
  }
  return value;
}

/** Whether a value is an object literal or what JSON makes of one: no array, no class's instance. */
export function isRecord(value: unknown): value is Record<string, unknown> {
  if (typeof value !== "object" || value === null) {
    return false;
  }
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function copy(value: unknown, at: string, ancestors: readonly object[]): JSONValue {
  switch (typeof value) {
    case "string":
    case "boolean":
      return value;
    case "number":
      if (!Number.isFinite(value)) {
        throw new TypeError(`${at} is ${value}, which JSON has no word for: store null or a finite number`);
      }
      return value + 0; // JSON has no -0
    case "undefined":
      throw new TypeError(`${at} is undefined: leave it out, or delete the session's key with delete()`);
    case "object":
      return value === null ? null : copyObject(value, at, ancestors);
    default:
      throw new TypeError(`${at} is a ${typeof value}, which a session cannot hold: store plain data`);
  }
}

function copyObject(value: object, at: string, ancestors: readonly object[]): JSONValue {
  if (ancestors.includes(value)) {
    throw new TypeError(`${at} holds itself: store data without cycles`);
  }
  if (ancestors.length >= MAXIMUM_DEPTH) {
    throw new TypeError(`${at} is more than ${MAXIMUM_DEPTH} levels deep: store flatter data`);
  }
  const path = [...ancestors, value];
  if (Array.isArray(value)) {
    return Object.freeze(Array.from(value, (item, index) => copy(item, `${at}[${index}]`, path)));
  }
  if (value instanceof Date) {
    throw new TypeError(`${at} is a Date, which would come back as a string: store date.getTime()`);
  }
  if (!isRecord(value)) {
    throw new TypeError(
      `${at} is an instance of a class, which would come back as something else: store plain data`,
    );
  }
  const entries = Object.entries(value).map(([key, item]): [string, JSONValue] => {
    checkKey(key);
    return [key, copy(item, `${at}.${key}`, path)];
  });
  return Object.freeze(Object.fromEntries(entries));
}
