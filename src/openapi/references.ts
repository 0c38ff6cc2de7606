import type { JSONSchema } from "./types.ts";

/** Keywords that hold schemas by name. */
const NAMED: ReadonlySet<string> = new Set(["properties", "patternProperties", "dependentSchemas", "$defs"]);
/** Keywords that hold data, which may look like anything. */
const DATA: ReadonlySet<string> = new Set(["const", "enum", "default", "examples", "example"]);
const LOCAL = /^#(?:\/\$defs\/([^/]+))?(.*)$/;

/**
 * A schema whose references lead elsewhere.
 *
 * @param target where a definition of its own is now; "" asks for the schema itself
 */
export function rewritten(schema: JSONSchema, target: (definition: string) => string): JSONSchema {
  const value = (entry: unknown): unknown => {
    if (Array.isArray(entry)) return entry.map(value);
    return isObject(entry) ? rewritten(entry, target) : entry;
  };
  const entries = Object.entries(schema).map(([keyword, entry]): [string, unknown] => {
    if (keyword === "$ref" && typeof entry === "string") return [keyword, moved(entry, target)];
    if (DATA.has(keyword)) return [keyword, entry];
    if (NAMED.has(keyword) && isObject(entry)) {
      return [
        keyword,
        Object.fromEntries(Object.entries(entry).map(([name, inner]) => [name, value(inner)])),
      ];
    }
    return [keyword, value(entry)];
  });
  return Object.fromEntries(entries);
}

/** The definitions that a schema refers to, directly or through others, by name. */
export function closureOf(
  schema: JSONSchema,
  definitions: Readonly<Record<string, JSONSchema>>,
): Readonly<Record<string, JSONSchema>> {
  const found: Record<string, JSONSchema> = {};
  const visit = (from: JSONSchema): JSONSchema =>
    rewritten(from, (name) => {
      const definition = definitions[name];
      if (definition !== undefined && !Object.hasOwn(found, name)) {
        found[name] = definition;
        visit(definition);
      }
      return name;
    });
  visit(schema);
  return found;
}

function moved(reference: string, target: (definition: string) => string): string {
  const [, definition = "", rest = ""] = LOCAL.exec(reference) ?? [];
  if (!reference.startsWith("#")) return reference;
  const name = decodeURIComponent(definition).replaceAll("~1", "/").replaceAll("~0", "~");
  return target(name) + rest;
}

function isObject(value: unknown): value is JSONSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
