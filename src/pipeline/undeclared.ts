import type { StandardJSONSchemaV1, StandardSchemaV1 } from "@standard-schema/spec";

/** What the output of a schema looks like, as far as stripping needs to know. */
interface Shape {
  $ref?: string;
  $defs?: Readonly<Record<string, Shape>>;
  anyOf?: readonly Shape[];
  type?: unknown;
  const?: unknown;
  enum?: unknown;
  properties?: Readonly<Record<string, Shape>>;
  required?: readonly string[];
  additionalProperties?: Shape | boolean;
  patternProperties?: Readonly<Record<string, Shape>>;
  prefixItems?: readonly Shape[];
  items?: Shape | boolean;
}

type Strip = (value: unknown) => unknown;

/**
 * What takes the fields out of an answer that its schema does not declare. Most libraries do so themselves; ArkType
 * keeps them, and its own way to delete them stops at types that contain themselves, so they are taken out by its
 * Standard JSON Schema. What a type says nothing of stays whole.
 *
 * @throws Error for an ArkType that has no JSON Schema: its undeclared fields would be sent
 */
export function stripperOf(schema: StandardSchemaV1): Strip {
  if (schema["~standard"].vendor !== "arktype") return (value) => value;
  let root: Shape;
  try {
    root = (schema as unknown as StandardJSONSchemaV1)["~standard"].jsonSchema.output({
      target: "draft-2020-12",
    });
  } catch (cause) {
    throw new Error("This response schema has no JSON Schema, by which undeclared fields are taken out", {
      cause,
    });
  }
  return (value) => strip(root, value, root.$defs ?? {});
}

function strip(shape: Shape, value: unknown, defs: Readonly<Record<string, Shape>>): unknown {
  if (typeof value !== "object" || value === null) return value;
  const given = resolved(shape, defs);
  if (given.anyOf) {
    const branches = given.anyOf
      .map((branch) => resolved(branch, defs))
      .filter((branch) => fits(branch, value));
    return strip(merged(branches), value, defs);
  }
  return Array.isArray(value) ? stripList(given, value, defs) : stripObject(given, value, defs);
}

function stripList(
  { prefixItems = [], items }: Shape,
  list: readonly unknown[],
  defs: Readonly<Record<string, Shape>>,
): readonly unknown[] {
  return list.map((item, index) => {
    const shape = prefixItems[index] ?? items;
    return typeof shape === "object" ? strip(shape, item, defs) : item;
  });
}

function stripObject(shape: Shape, value: object, defs: Readonly<Record<string, Shape>>): object {
  if (saysNothing(shape)) return value;
  const { properties, additionalProperties: others } = shape;
  const patterns = patternsOf(shape);
  const shapeOf = (key: string) =>
    (properties && Object.hasOwn(properties, key) ? properties[key] : undefined) ??
    patterns.find(([pattern]) => pattern.test(key))?.[1] ??
    (typeof others === "object" ? others : undefined);
  // A class instance may have what is declared as a getter of its prototype.
  const keys = new Set([
    ...Object.keys(value),
    ...Object.keys(properties ?? {}).filter((key) => key in value),
  ]);
  return Object.fromEntries(
    [...keys].flatMap((key) => {
      const declared = shapeOf(key);
      return declared ? [[key, strip(declared, (value as Record<string, unknown>)[key], defs)]] : [];
    }),
  );
}

const compiled = new WeakMap<Shape, readonly (readonly [RegExp, Shape])[]>();

function patternsOf(shape: Shape): readonly (readonly [RegExp, Shape])[] {
  let patterns = compiled.get(shape);
  if (patterns === undefined) {
    patterns = Object.entries(shape.patternProperties ?? {}).map(([text, of]) => [new RegExp(text), of]);
    compiled.set(shape, patterns);
  }
  return patterns;
}

function resolved(shape: Shape, defs: Readonly<Record<string, Shape>>): Shape {
  const name = shape.$ref?.replace(/^#\/\$defs\//, "");
  return name === undefined ? shape : resolved(defs[name] ?? {}, defs);
}

function saysNothing({ properties, patternProperties, additionalProperties }: Shape): boolean {
  return !properties && !patternProperties && typeof additionalProperties !== "object";
}

/** Whether a value of a union may be of this branch, as far as its own fields tell. */
function fits(branch: Shape, value: object): boolean {
  const kind = Array.isArray(value) ? "array" : "object";
  if ((branch.type ?? kind) !== kind || "const" in branch || branch.enum !== undefined) return false;
  const field = (key: string) => (value as Record<string, unknown>)[key];
  return (
    (branch.required ?? []).every((key) => key in value) &&
    Object.entries(branch.properties ?? {}).every(
      ([key, shape]) => !(key in value) || mayBe(shape, field(key)),
    )
  );
}

/** Whether a value is one of those that a shape lists, where it lists any. */
function mayBe({ enum: listed, ...shape }: Shape, value: unknown): boolean {
  if ("const" in shape) return value === shape.const;
  return !Array.isArray(listed) || listed.includes(value);
}

/** What any of several branches declares; everything, where one of them says nothing. */
function merged(branches: readonly Shape[]): Shape {
  if (branches.length === 1) return branches[0] as Shape;
  const lists = branches.flatMap(({ items }) => (typeof items === "object" ? [items] : []));
  if (lists.length === 0 && branches.some(saysNothing)) return {};
  return Object.assign({}, ...branches, {
    properties: Object.assign({}, ...branches.map(({ properties }) => properties)),
    ...(lists.length > 0 && { items: { anyOf: lists } }),
  });
}
