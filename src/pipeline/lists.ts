import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";

/**
 * Makes lists of the fields that a query's schema takes lists of, so that `?tag=a` is one of one, as the OpenAPI document
 * says and its clients send it. It asks the schema's own JSON Schema; of a schema without one nothing is known.
 */
export function listingFields(schema: StandardSchemaV1): (fields: Fields) => Fields {
  const names = listFields(schema);
  if (names.length === 0) return (fields) => fields;
  return (fields) => {
    const single = names.filter((name) => typeof fields[name] === "string");
    return { ...fields, ...Object.fromEntries(single.map((name) => [name, [fields[name] as string]])) };
  };
}

type Fields = Readonly<Record<string, string | string[]>>;

function listFields(schema: StandardSchemaV1): readonly string[] {
  const { jsonSchema }: Partial<StandardJSONSchemaV1.Props> = schema["~standard"];
  try {
    const { properties } = (jsonSchema?.input({ target: "draft-2020-12" }) ?? {}) as {
      properties?: Readonly<Record<string, { type?: unknown }>>;
    };
    return Object.entries(properties ?? {}).flatMap(([name, { type }]) => (type === "array" ? [name] : []));
  } catch {
    // What JSON Schema cannot say is taken as it comes.
    return [];
  }
}
