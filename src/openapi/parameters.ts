import type { RouteSchemas } from "../registration/schemas.ts";
import type { ConverterName } from "../routing/converters.ts";
import type { Pattern } from "../routing/pattern.ts";
import type { SchemaComponents, SchemaPlace } from "./components.ts";
import type { JSONSchema, Parameter } from "./types.ts";

const CONVERTED: Readonly<Record<ConverterName, JSONSchema>> = {
  str: { type: "string" },
  int: { type: "integer" },
  float: { type: "number" },
  uuid: { type: "string", format: "uuid" },
  path: { type: "string" },
};

const PLACES = { query: "query", headers: "header", cookies: "cookie" } as const;

/** Header fields that OpenAPI describes elsewhere, and wants no parameter for. */
const ELSEWHERE: ReadonlySet<string> = new Set(["accept", "authorization", "content-type"]);

interface Property {
  readonly schema: JSONSchema;
  readonly required: boolean;
}

/**
 * The parameters of a route: of its path as the pattern's converters say, refined by a schema where there is one; of its
 * query, header and cookies as their schemas say.
 *
 * @param names the path's parameters as the document calls them, in the pattern's order
 */
export function parametersOf(
  pattern: Pattern,
  names: readonly string[],
  schemas: RouteSchemas,
  components: SchemaComponents,
  placeOf: (part: string) => SchemaPlace,
): readonly Parameter[] {
  const described = (part: keyof typeof PLACES | "params"): ReadonlyMap<string, Property> => {
    const schema = schemas[part];
    return schema === undefined
      ? new Map()
      : propertiesOf(components.inline(schema, placeOf(part)), components);
  };
  const params = described("params");
  const inPath = pattern.segments
    .filter((segment) => segment.kind === "parameter")
    .map(
      ({ name, converter }, index): Parameter => ({
        name: names[index] ?? name,
        in: "path",
        required: true,
        ...(converter === "path" && { description: "The rest of the path, slashes included." }),
        schema: refined(CONVERTED[converter], params.get(name)?.schema ?? {}),
      }),
    );
  const elsewhere = (Object.keys(PLACES) as (keyof typeof PLACES)[]).flatMap((part) =>
    [...described(part)]
      .filter(([name]) => part !== "headers" || !ELSEWHERE.has(name.toLowerCase()))
      .map(([name, { schema, required }]): Parameter => ({ name, in: PLACES[part], required, schema })),
  );
  return [...inPath, ...elsewhere];
}

/** What a converter promises holds whatever a schema says; a text may be whatever the schema makes of it. */
function refined(converted: JSONSchema, schema: JSONSchema): JSONSchema {
  return converted["type"] === "string" ? { ...converted, ...schema } : { ...schema, ...converted };
}

/** The properties of an object that a schema describes. Of alternatives no property is required. */
export function propertiesOf(
  schema: JSONSchema,
  components: SchemaComponents,
): ReadonlyMap<string, Property> {
  const { properties = {}, required = [], allOf = [], anyOf = [], oneOf = [] } = components.resolve(schema);
  const found = new Map<string, Property>();
  for (const part of allOf as readonly JSONSchema[]) {
    for (const [name, property] of propertiesOf(part, components)) found.set(name, property);
  }
  for (const part of [anyOf, oneOf].flat() as readonly JSONSchema[]) {
    for (const [name, { schema }] of propertiesOf(part, components)) {
      found.set(name, { schema, required: false });
    }
  }
  for (const [name, property] of Object.entries(properties as Readonly<Record<string, JSONSchema>>)) {
    found.set(name, { schema: property, required: (required as readonly string[]).includes(name) });
  }
  return found;
}
