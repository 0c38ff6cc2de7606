import type { StandardSchemaV1 } from "@standard-schema/spec";
import { type ProblemFault, problem } from "../http/errors.ts";

/**
 * The schema's output for a value from a request.
 *
 * @param where the part of the request, as the problem's faults name it: `body`, `query`, …
 * @throws HTTPError 422 `validation_failed`, one entry a fault, never with the value
 */
export async function validated<Schema extends StandardSchemaV1>(
  schema: Schema,
  value: unknown,
  where: string,
): Promise<StandardSchemaV1.InferOutput<Schema>> {
  const result = await schema["~standard"].validate(value);
  if (result.issues) {
    throw problem("validation_failed", `The ${where} is not as it should be`, {
      errors: result.issues.map((issue) => faultOf(issue, where)),
    });
  }
  return result.value;
}

function faultOf(issue: StandardSchemaV1.Issue, where: string): ProblemFault {
  const keys = (issue.path ?? []).map((step) => String(typeof step === "object" ? step.key : step));
  const pointer = keys.map((key) => `/${key.replaceAll("~", "~0").replaceAll("/", "~1")}`).join("");
  return { in: where, pointer, message: issue.message };
}
