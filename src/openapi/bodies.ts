import { MEDIA_TYPES } from "../media/write.ts";
import type { Documentation, DocumentedExample } from "../registration/documentation.ts";
import type { SchemaComponents } from "./components.ts";
import { propertiesOf } from "./parameters.ts";
import type { Content, Example, JSONSchema } from "./types.ts";

const FORMS = ["application/x-www-form-urlencoded", "multipart/form-data"];

/** A body in all formats that the framework reads and writes, JSON first. */
export function mediaContent(
  schema: JSONSchema | undefined,
  examples?: Readonly<Record<string, Example>>,
): Content {
  const described = schema === undefined ? {} : { schema };
  const [json, ...others] = Object.values(MEDIA_TYPES);
  return Object.fromEntries([
    [json, { ...described, ...(examples && { examples }) }],
    ...others.map((type) => [type, described]),
  ]);
}

/** The formats in which a request may bring a body: a form only where its texts can be what the schema asks for. */
export function requestContent(
  schema: JSONSchema,
  components: SchemaComponents,
  examples?: Readonly<Record<string, Example>>,
): Content {
  const forms = fitsForm(schema, components) ? FORMS.map((type) => [type, { schema }]) : [];
  return { ...mediaContent(schema, examples), ...Object.fromEntries(forms) };
}

/** The examples of one side, by name, or undefined where there are none. */
export function examplesOf(
  { examples = {} }: Documentation,
  side: "request" | "response",
): Readonly<Record<string, Example>> | undefined {
  const entries = Object.entries(examples)
    .filter(([, example]) => example[side] !== undefined)
    .map(([name, example]) => [name, exampleOf(example, side)] as const);
  return entries.length === 0 ? undefined : Object.fromEntries(entries);
}

function exampleOf(example: DocumentedExample, side: "request" | "response"): Example {
  const { summary } = example;
  return { ...(summary !== undefined && { summary }), value: example[side] };
}

/** Whether every field can be a text, or a list of them: that is all that a form holds. */
function fitsForm(schema: JSONSchema, components: SchemaComponents): boolean {
  const properties = propertiesOf(schema, components);
  return (
    properties.size > 0 &&
    [...properties.values()].every((property) => takesText(property.schema, components))
  );
}

function takesText(schema: JSONSchema, components: SchemaComponents): boolean {
  const { type, enum: values, const: value, anyOf, oneOf, items } = components.resolve(schema);
  const alternatives = (anyOf ?? oneOf) as readonly JSONSchema[] | undefined;
  if (alternatives) return alternatives.some((alternative) => takesText(alternative, components));
  if (type === "array") return takesText((items ?? {}) as JSONSchema, components);
  const possible = (values as readonly unknown[] | undefined) ?? (value === undefined ? [] : [value]);
  if (possible.length > 0) return possible.some((one) => typeof one === "string");
  return type === undefined || type === "string";
}
