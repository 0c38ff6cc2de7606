import type { StandardSchemaV1 } from "@standard-schema/spec";
import { checkKey, copyData, isRecord } from "./data.ts";

const PASS: StandardSchemaV1.Props<unknown, unknown> = Object.freeze({
  version: 1,
  vendor: "responder-ts",
  validate: (value: unknown) => ({ value }),
});

/**
 * A Standard Schema that carries a type and checks nothing. It suits data that only this application has
 * written, such as a signed session; give anything else a schema that looks.
 *
 * @example
 * const api = new API({ sessions: { schema: shape<{ user: string; theme?: "dark" | "light" }>() } });
 */
export function shape<Shape extends object>(): StandardSchemaV1<Shape, Shape> {
  return { "~standard": PASS as StandardSchemaV1.Props<Shape, Shape> };
}

/**
 * What a session is of data that was stored, or undefined where the data fails the schema.
 *
 * @throws TypeError when the schema validates asynchronously
 */
export function acceptStored<Data extends object>(
  schema: StandardSchemaV1<unknown, Data>,
  stored: Readonly<Record<string, unknown>>,
): Data | undefined {
  let given: ReturnType<(typeof schema)["~standard"]["validate"]>;
  try {
    given = schema["~standard"].validate(stored);
  } catch {
    return undefined;
  }
  const result = settled(given);
  try {
    return result.issues ? undefined : plainOutput(result.value, stored);
  } catch {
    return undefined;
  }
}

/**
 * Makes sure that the next request will accept what this one stores, where {@link acceptStored} could only
 * lose it.
 *
 * @throws TypeError when the data fails the schema, naming the keys and no values; when the schema yields what
 * is no plain data; and when it validates asynchronously
 */
export function checkStored<Data extends object>(
  schema: StandardSchemaV1<unknown, Data>,
  stored: Readonly<Record<string, unknown>>,
): void {
  const result = settled(schema["~standard"].validate(stored));
  if (result.issues) {
    throw new TypeError(
      `The session fails its schema at ${faultPaths(result.issues)}, so that the next request would find it empty: ` +
        "set these keys in the same request as the others, or make them optional in the schema",
    );
  }
  plainOutput(result.value, stored);
}

function settled<Output>(
  result: StandardSchemaV1.Result<Output> | Promise<StandardSchemaV1.Result<Output>>,
): StandardSchemaV1.Result<Output> {
  if ("then" in result) {
    result.then(undefined, () => {}); // nobody waits for it, so that its failure must not end the process
    throw new TypeError(
      "The schema of the sessions validates asynchronously: take the async checks and transforms out of it",
    );
  }
  return result;
}

// A schema may hand out objects of its own, defaults for instance: the session freezes copies of them.
function plainOutput<Data extends object>(output: Data, stored: Readonly<Record<string, unknown>>): Data {
  if (output === stored) {
    return output;
  }
  if (!isRecord(output)) {
    throw new TypeError("The schema of the sessions must yield a plain object");
  }
  const entries = Object.entries(output).filter(([, value]) => value !== undefined);
  return Object.fromEntries(
    entries.map(([key, value]) => {
      checkKey(key);
      return [key, copyData(value, `The schema's output for the session's "${key}"`)];
    }),
  ) as Data;
}

function faultPaths(issues: readonly StandardSchemaV1.Issue[]): string {
  const paths = issues.map(({ path = [] }) => {
    const keys = path.map((segment) => String(typeof segment === "object" ? segment.key : segment));
    return keys.length === 0 ? "its whole" : `"${keys.join(".")}"`;
  });
  return [...new Set(paths)].join(", ");
}
