import type { StandardSchemaV1 } from "@standard-schema/spec";

/** A Standard Schema for every answer of 2xx, or one for each status. */
export type ResponseSchemas = StandardSchemaV1 | Readonly<Record<number, StandardSchemaV1>>;

/**
 * What a request must be like, and an answer: any Standard Schema (zod, valibot, ArkType, …). Validation comes after
 * the guard. A request that fails is answered 422, with one entry a fault and never the value.
 */
export interface RouteSchemas {
  /** The path's parameters, as the pattern's converters give them. */
  params?: StandardSchemaV1;
  /** The query: an object of strings; a field that is repeated, or that the schema takes a list of, is a list. */
  query?: StandardSchemaV1;
  /** The header fields: an object of strings by lower-case names. */
  headers?: StandardSchemaV1;
  /** The cookies: an object of strings. */
  cookies?: StandardSchemaV1;
  /** The body, parsed by its `Content-Type`. */
  body?: StandardSchemaV1;
  /**
   * The media of an answer, 2xx or by status. One that breaks it is logged and answered 500; what the schema does not
   * declare is stripped.
   */
  response?: ResponseSchemas;
}

/** The parts of a request that a schema may describe, in the order they are read. */
export const REQUEST_PARTS = ["params", "query", "headers", "cookies", "body"] as const;

/** A part of a request that a schema may describe. */
export type RequestPart = (typeof REQUEST_PARTS)[number];

/** @throws TypeError for what is no Standard Schema */
export function checkedSchemas(owner: string, options: RouteSchemas): RouteSchemas {
  const schemas: RouteSchemas = {};
  for (const part of REQUEST_PARTS) {
    const schema = options[part];
    if (schema === undefined) continue;
    if (!isSchema(schema))
      throw new TypeError(`${owner}: ${part} takes a Standard Schema, such as zod's z.object()`);
    schemas[part] = schema;
  }
  const { response } = options;
  if (response === undefined) return schemas;
  const byStatus = isObject(response) && !isSchema(response) ? Object.entries(response) : undefined;
  if (
    !isSchema(response) &&
    !byStatus?.every(([status, schema]) => /^[2-5]\d\d$/.test(status) && isSchema(schema))
  ) {
    throw new TypeError(
      `${owner}: response takes a Standard Schema, or one for each status: { 200: …, 404: … }`,
    );
  }
  return { ...schemas, response };
}

/** Whether a value is a Standard Schema. ArkType's are functions. */
export function isSchema(value: unknown): value is StandardSchemaV1 {
  const standard = isObject(value) ? (value as Partial<StandardSchemaV1>)["~standard"] : undefined;
  return typeof standard?.validate === "function";
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}
