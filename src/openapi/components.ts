import type { StandardSchemaV1 } from "@standard-schema/spec";
import { isDescribed } from "./check.ts";
import { closureOf, rewritten } from "./references.ts";
import type { JSONSchema, Reference } from "./types.ts";

/** Whether a schema describes what comes in, before validation, or what goes out, after it. */
export type Direction = "input" | "output";

/** How a schema is to be found and named. */
export interface SchemaPlace {
  readonly direction: Direction;
  /** What it is called unless it has a name of its own. */
  readonly name: string;
  /** How errors name it: the route and the part. */
  readonly label: string;
}

/** Names that a library made up, such as ArkType's `intersection12`: they say nothing, and change. */
const MADE_UP = /^[a-z_]*\d+$/;

const PREFIX = "#/components/schemas/";
/** The key of a schema itself among its definitions. */
const ROOT = "";

/** The schemas of a document's components, each once. */
export class SchemaComponents {
  readonly #schemas = new Map<string, JSONSchema>();
  /** What each name stands for, as text, to tell two schemas of one name from one schema that is used twice. */
  readonly #meanings = new Map<string, string>();
  readonly #references: Record<Direction, WeakMap<StandardSchemaV1, Reference>> = {
    input: new WeakMap(),
    output: new WeakMap(),
  };

  /**
   * Puts a schema among the components.
   *
   * @throws Error that names the place, where the library cannot write the schema as JSON Schema
   */
  reference(schema: StandardSchemaV1, place: SchemaPlace): Reference {
    const known = this.#references[place.direction].get(schema);
    if (known) return known;
    const reference = this.#add(converted(schema, place), place, true) as Reference;
    this.#references[place.direction].set(schema, reference);
    return reference;
  }

  /** A schema as it stands, for a place that takes it apart; only what it refers to is put among the components. */
  inline(schema: StandardSchemaV1, place: SchemaPlace): JSONSchema {
    const json = converted(schema, place);
    return refersToItself(json) ? this.reference(schema, place) : this.#add(json, place, false);
  }

  /** What a reference leads to, or the schema itself. */
  resolve(schema: JSONSchema): JSONSchema {
    const { $ref } = schema;
    return typeof $ref === "string" ? (this.#schemas.get($ref.replace(PREFIX, "")) ?? schema) : schema;
  }

  /** The schemas by name, or undefined where there are none. */
  all(): Readonly<Record<string, JSONSchema>> | undefined {
    return this.#schemas.size === 0 ? undefined : Object.fromEntries(this.#schemas);
  }

  /** @throws Error when the name is taken */
  set(name: string, schema: JSONSchema): Reference {
    if (this.#schemas.has(name)) throw new Error(`There is a schema ${name} already`);
    this.#schemas.set(name, schema);
    this.#meanings.set(name, JSON.stringify(schema));
    return { $ref: PREFIX + name };
  }

  #add(json: JSONSchema, place: SchemaPlace, asComponent: boolean): JSONSchema {
    const { $schema: _, $defs = {}, ...root } = json;
    const definitions = $defs as Readonly<Record<string, JSONSchema>>;
    const names = new Map<string, string>();
    const fresh: [name: string, schema: JSONSchema][] = [];
    const claim = (key: string, wanted: string, schema: JSONSchema) => {
      const meaning = JSON.stringify([schema, closureOf(schema, definitions)]);
      const name = this.#nameFor(wanted, meaning, place.direction);
      names.set(key, name);
      if (this.#meanings.has(name)) return;
      this.#meanings.set(name, meaning);
      fresh.push([name, schema]);
    };
    const direct = directReference(root);
    for (const [key, schema] of Object.entries(definitions)) {
      const own = key === direct ? place.name : `${place.name}Part`;
      claim(key, MADE_UP.test(key) ? own : key, schema);
    }
    const isComponent = asComponent && direct === undefined;
    if (isComponent) claim(ROOT, titleOf(root) ?? place.name, root);
    const target = (key: string) => PREFIX + (names.get(key) ?? key);
    for (const [name, schema] of fresh) this.#schemas.set(name, rewritten(schema, target));
    return isComponent ? { $ref: target(ROOT) } : rewritten(root, target);
  }

  #nameFor(wanted: string, meaning: string, direction: Direction): string {
    const base = wanted.replace(/[^A-Za-z0-9._-]+/g, "_") || "Schema";
    for (let attempt = 0; ; attempt++) {
      const suffix = attempt === 0 ? "" : direction === "input" ? "Input" : "Output";
      const name = base + suffix + (attempt < 2 ? "" : attempt);
      const taken = this.#meanings.get(name);
      if (taken === undefined || taken === meaning) return name;
    }
  }
}

function converted(schema: StandardSchemaV1, { direction, label }: SchemaPlace): JSONSchema {
  if (!isDescribed(schema)) throw new Error(`${label} has no Standard JSON Schema`);
  try {
    return schema["~standard"].jsonSchema[direction]({
      target: "draft-2020-12",
      // What JSON cannot hold, a Date or a check by code, is described as anything, as other libraries do by themselves.
      libraryOptions: { unrepresentable: "any" },
    });
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new Error(`${label} cannot be written as JSON Schema: ${reason}`, { cause });
  }
}

function refersToItself(schema: JSONSchema): boolean {
  let found = false;
  rewritten(schema, (definition) => {
    found ||= definition === ROOT;
    return definition;
  });
  return found;
}

/** The definition that a schema consists of. */
function directReference(schema: JSONSchema): string | undefined {
  const { $ref, ...others } = schema;
  return typeof $ref === "string" && Object.keys(others).length === 0
    ? /^#\/\$defs\/([^/]+)$/.exec($ref)?.[1]
    : undefined;
}

function titleOf({ title }: JSONSchema): string | undefined {
  return typeof title === "string" && /^[A-Za-z][A-Za-z0-9._-]*$/.test(title) ? title : undefined;
}
