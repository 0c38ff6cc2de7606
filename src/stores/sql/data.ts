import { parsed } from "./values.ts";

/*
 * The keys of a session's data are written so that none has an escape in JSON: a quote is "~0022", and "~" itself "~007e".
 * Databases differ in what they take for one key once there are escapes, and hold neither NUL nor half a surrogate pair;
 * and V8's JSON.parse, 13.6 to 14.6 at least, takes "\n" for a backslash where another object has that for a key.
 */
const SPECIAL = /[~"\\\0-\x1F]|\p{Surrogate}/gu;

export function keyWritten(key: string): string {
  return key.replace(SPECIAL, (unit) => `~${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
}

function keyRead(written: string): string {
  return written.replace(/~([0-9a-f]{4})/g, (_all, code: string) => String.fromCharCode(parseInt(code, 16)));
}

/** Data as the column has it. */
export function dataWritten(data: Readonly<Record<string, string>>): string {
  return JSON.stringify(entriesWritten(data));
}

/**
 * A merge patch (RFC 7396), as SQLite and MySQL have it: a null deletes, and strings replace. What is in both lists is set.
 */
export function patchWritten(set: Readonly<Record<string, string>>, deleted: readonly string[]): string {
  const gone = Object.fromEntries(deleted.map((key) => [keyWritten(key), null]));
  return JSON.stringify(
    Object.fromEntries([...Object.entries(gone), ...Object.entries(entriesWritten(set))]),
  );
}

function entriesWritten(data: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [keyWritten(key), value]));
}

/** Data of the column's value, parsed by the driver or not. */
export function dataRead(column: unknown): Readonly<Record<string, string>> {
  const data = parsed(column) as Record<string, string>;
  if (!Object.keys(data).some((key) => key.includes("~"))) return data;
  return Object.fromEntries(Object.entries(data).map(([key, value]) => [keyRead(key), value]));
}
