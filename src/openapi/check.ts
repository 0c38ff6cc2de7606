import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";
import type { RouteRecord } from "../registration/record.ts";
import { isSchema, REQUEST_PARTS, type RouteSchemas } from "../registration/schemas.ts";

/** A schema that can write itself as JSON Schema. */
export type DescribedSchema = StandardSchemaV1 & StandardJSONSchemaV1;

/**
 * What only shows when all routes are known, and must not wait until somebody reads the document. It looks whether each
 * schema can become JSON Schema, and makes none.
 *
 * @throws Error that names the route and the part
 */
export function checkDescribed(records: Iterable<RouteRecord>): void {
  for (const record of records) {
    if (record.documentation.hidden) continue;
    for (const [part, schema] of schemasOf(record.schemas)) {
      if (!isDescribed(schema)) throw new Error(messageFor(record, part, schema));
    }
  }
}

/** Whether a schema's library has Standard JSON Schema. */
export function isDescribed(schema: StandardSchemaV1): schema is DescribedSchema {
  const standard: Partial<StandardJSONSchemaV1.Props> = schema["~standard"];
  return typeof standard.jsonSchema?.input === "function" && typeof standard.jsonSchema.output === "function";
}

/** How messages name a route. */
export function labelOf(record: RouteRecord): string {
  return `${record.methods.join(", ")} ${record.pattern.text}`;
}

function schemasOf(schemas: RouteSchemas): [part: string, schema: StandardSchemaV1][] {
  const request = REQUEST_PARTS.flatMap((part): [string, StandardSchemaV1][] =>
    schemas[part] === undefined ? [] : [[part, schemas[part]]],
  );
  const { response } = schemas;
  if (response === undefined) return request;
  if (isSchema(response)) return [...request, ["response", response]];
  const byStatus = Object.entries(response).map(([status, schema]): [string, StandardSchemaV1] => [
    `response ${status}`,
    schema,
  ]);
  return [...request, ...byStatus];
}

function messageFor(record: RouteRecord, part: string, schema: StandardSchemaV1): string {
  const { vendor } = schema["~standard"];
  const wrapped =
    vendor === "valibot"
      ? "wrap it in toStandardJsonSchema() of @valibot/to-json-schema"
      : "take a version or a wrapper of it that has, such as zod 4.2 or arktype 2.1.28 and newer";
  return (
    `${labelOf(record)}: the ${part} schema cannot be put into the OpenAPI document, because ${vendor} gives it no ` +
    `Standard JSON Schema (~standard.jsonSchema). Either ${wrapped}, or leave the route out by hidden: true, or turn ` +
    "the document off by new API({ openapi: false })"
  );
}
