import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type Awaitable, andThen } from "../http/awaitable.ts";
import { type HTTPError, type ProblemFault, problem } from "../http/errors.ts";
import { faultOf, MOST_FAULTS } from "./faults.ts";
import type { HttpRequest } from "./request.ts";

/** What came of holding a value against a schema. */
export type Validation = { readonly value: unknown } | { readonly faults: readonly ProblemFault[] };

/** Holds a part of a request, or an answer, against its schema. */
export function validate(schema: StandardSchemaV1, value: unknown, part: string): Awaitable<Validation> {
  return andThen(
    schema["~standard"].validate(value),
    (result): Validation =>
      result.issues ? { faults: faultsOf(result.issues, part, value) } : { value: result.value },
  );
}

/** A failure with no issue is one all the same (Standard Schema: only a falsy `issues` is a success). */
function faultsOf(issues: readonly StandardSchemaV1.Issue[], part: string, value: unknown): ProblemFault[] {
  if (issues.length === 0) return [{ in: part, pointer: "", message: "Invalid value" }];
  return issues.slice(0, MOST_FAULTS).map((issue) => faultOf(issue, part, value));
}

/** The refusal of a request: one entry a fault, 100 at most, and never a value. */
export function refusal(faults: readonly ProblemFault[]): HTTPError {
  const parts = [...new Set(faults.map((fault) => fault.in))].join(" and ");
  return problem("validation_failed", `The request's ${parts} did not pass validation`, { errors: faults });
}

/**
 * The schema's output for a value from a request.
 *
 * @throws HTTPError 422 `validation_failed`
 */
export async function validated<Schema extends StandardSchemaV1>(
  schema: Schema,
  value: unknown,
  part: string,
): Promise<StandardSchemaV1.InferOutput<Schema>> {
  const validation = await validate(schema, value, part);
  if ("faults" in validation) throw refusal(validation.faults);
  return validation.value;
}

/** The parts of a request as data, for schemas. A body is read here, and nowhere before the guard. */
export const rawPart = {
  params: (req: HttpRequest) => req.params,
  query: (req: HttpRequest) => listed(req.query),
  headers: (req: HttpRequest) => Object.fromEntries(req.headers),
  cookies: (req: HttpRequest) => ({ ...req.cookies }),
  body: (req: HttpRequest) => req.media(),
} as const satisfies Record<string, (req: HttpRequest) => unknown>;

/** A query as an object: a field that comes once is a string, a repeated one a list of them. */
function listed(query: URLSearchParams): Record<string, string | string[]> {
  const fields: Record<string, string | string[]> = Object.create(null);
  for (const [name, value] of query) {
    const earlier = fields[name];
    if (earlier === undefined) fields[name] = value;
    else if (Array.isArray(earlier)) earlier.push(value);
    else fields[name] = [earlier, value];
  }
  return { ...fields };
}
