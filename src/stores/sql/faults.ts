import type { Fault } from "./dialect.ts";

/** SQLSTATE: no such table, column or schema; a unique key; serialisation failure and deadlock. */
const POSTGRESQL: Readonly<Record<Fault, readonly string[]>> = {
  missing: ["42P01", "42703", "3F000"],
  duplicate: ["23505"],
  transient: ["40001", "40P01"],
};

/** No such table or column; a unique key; deadlock, and a row that changed since the transaction's snapshot. */
const MYSQL: Readonly<Record<Fault, readonly number[]>> = {
  missing: [1146, 1054],
  duplicate: [1062],
  transient: [1213, 1020],
};

/** By message: the drivers have codes of their own. It is locked where another connection writes. */
const SQLITE: Readonly<Record<Fault, RegExp>> = {
  missing: /\bno such (?:table|column)|has no column named/,
  duplicate: /\bUNIQUE constraint failed/,
  transient: /\bdatabase is locked\b/,
};

function fieldOf(error: unknown, name: string): unknown {
  return typeof error === "object" && error !== null ? Reflect.get(error, name) : undefined;
}

export function isPostgreSQLFault(fault: Fault, error: unknown): boolean {
  const code = fieldOf(error, "code");
  return typeof code === "string" && POSTGRESQL[fault].includes(code);
}

export function isMySQLFault(fault: Fault, error: unknown): boolean {
  const code = fieldOf(error, "errno");
  return typeof code === "number" && MYSQL[fault].includes(code);
}

export function isSQLiteFault(fault: Fault, error: unknown): boolean {
  return error instanceof Error && SQLITE[fault].test(error.message);
}
