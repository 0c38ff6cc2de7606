import { type AnyGuard, type GuardNode, nodeOf } from "../auth/guard.ts";
import type { SecurityScheme } from "../auth/scheme.ts";
import { inWords } from "../auth/words.ts";
import { accessOf } from "../registration/access.ts";
import type { RouteRecord } from "../registration/record.ts";
import { examplesOf, mediaContent, requestContent } from "./bodies.ts";
import { labelOf } from "./check.ts";
import { type Direction, SchemaComponents } from "./components.ts";
import { parametersOf } from "./parameters.ts";
import { type Described, describedIn, operationIds, templateOf, templateShape } from "./paths.ts";
import { ErrorResponses, PROBLEM_DETAILS, responsesOf } from "./responses.ts";
import { schemeComponents, securityOf } from "./security.ts";
import type { DocumentSource } from "./source.ts";
import type { OpenAPIDocument, Operation, Reference, RequestBody } from "./types.ts";

/** A path of the document: routes whose templates OpenAPI cannot tell apart share one. */
interface Path {
  readonly template: string;
  readonly names: readonly string[];
  readonly operations: Record<string, Operation>;
}

/**
 * The OpenAPI 3.1 document of an application, from its route records: the same data that enforces.
 *
 * @throws Error that names the route, for a schema that its library cannot write as JSON Schema
 */
export function documentOf(source: DocumentSource): OpenAPIDocument {
  const builder = new DocumentBuilder(source);
  const described = describedIn(source.records());
  const ids = operationIds(described);
  for (const operation of described) builder.add(operation, ids.get(operation) as string);
  return builder.document();
}

class DocumentBuilder {
  readonly #source: DocumentSource;
  readonly #components = new SchemaComponents();
  readonly #errors: ErrorResponses;
  readonly #schemes = new Map<string, SecurityScheme>();
  readonly #paths = new Map<string, Path>();
  readonly #tags = new Set<string>();

  constructor(source: DocumentSource) {
    this.#source = source;
    let problem: Reference | undefined;
    this.#errors = new ErrorResponses(source.answersProblem, () => {
      problem ??= this.#components.set("ProblemDetails", PROBLEM_DETAILS);
      return problem;
    });
  }

  add({ record, method }: Described, operationId: string): void {
    const path = this.#pathOf(record);
    const other = path.operations[method];
    if (other === undefined)
      path.operations[method] = this.#operation(record, method, operationId, path.names);
    else {
      const note = `Some of these paths are answered by another route, \`${labelOf(record)}\`.`;
      const { auth } = accessOf(record);
      path.operations[method] = {
        ...other,
        description: paragraphs(other.description, note) as string,
        security: eitherSecurity(other.security, auth ? this.#security(nodeOf(auth as AnyGuard)) : []),
      };
    }
  }

  document(): OpenAPIDocument {
    const { info, servers } = this.#source.settings;
    const schemas = this.#components.all();
    const responses = this.#errors.all();
    return {
      openapi: "3.1.1",
      info,
      servers,
      ...(this.#tags.size > 0 && { tags: [...this.#tags].map((name) => ({ name })) }),
      paths: Object.fromEntries(
        [...this.#paths.values()].map(({ template, operations }) => [template, operations]),
      ),
      components: {
        ...(schemas && { schemas }),
        ...(responses && { responses }),
        ...(this.#schemes.size > 0 && { securitySchemes: Object.fromEntries(this.#schemes) }),
      },
    };
  }

  #pathOf({ pattern }: RouteRecord): Path {
    const shape = templateShape(pattern);
    const path = this.#paths.get(shape) ?? {
      template: templateOf(pattern),
      names: pattern.names,
      operations: {},
    };
    this.#paths.set(shape, path);
    return path;
  }

  #operation(record: RouteRecord, method: string, operationId: string, names: readonly string[]): Operation {
    const { documentation, schemas } = record;
    const { auth } = accessOf(record);
    const guard = auth && nodeOf(auth as AnyGuard);
    const placeIn = (direction: Direction) => (part: string) => ({
      direction,
      name: componentName(operationId, part),
      label: `${labelOf(record)}: the ${part} schema`,
    });
    const parameters = parametersOf(record.pattern, names, schemas, this.#components, placeIn("input"));
    const requestBody = this.#requestBody(record, placeIn("input"));
    const description = paragraphs(documentation.description, guard && rulesOf(guard));
    const { summary, tags, deprecated } = documentation;
    for (const tag of tags ?? []) this.#tags.add(tag);
    return {
      operationId,
      ...(summary !== undefined && { summary }),
      ...(description !== undefined && { description }),
      ...(tags !== undefined && { tags }),
      ...(deprecated && { deprecated }),
      security: guard ? this.#security(guard) : [],
      ...(parameters.length > 0 && { parameters }),
      ...(requestBody && { requestBody }),
      responses: responsesOf(record, method, guard, this.#errors, this.#components, placeIn("output")),
    };
  }

  #requestBody(record: RouteRecord, placeOf: (part: string) => SchemaPlaceOf): RequestBody | undefined {
    const examples = examplesOf(record.documentation, "request");
    const { body } = record.schemas;
    if (body === undefined)
      return examples && { required: false, content: mediaContent(undefined, examples) };
    const schema = this.#components.reference(body, placeOf("body"));
    return { required: true, content: requestContent(schema, this.#components, examples) };
  }

  #security(guard: GuardNode) {
    for (const [name, scheme] of schemeComponents(guard, this.#source.sessionCookie))
      this.#schemes.set(name, scheme);
    return securityOf(guard);
  }
}

/** What one of two routes may want: public is an alternative without any credential. */
function eitherSecurity(one: Operation["security"], other: Operation["security"]): Operation["security"] {
  const alternatives = [one, other].flatMap((security) => (security.length === 0 ? [{}] : security));
  const different = new Map(alternatives.map((requirement) => [JSON.stringify(requirement), requirement]));
  return different.size === 1 && different.has("{}") ? [] : [...different.values()];
}

type SchemaPlaceOf = Parameters<SchemaComponents["reference"]>[1];

/** `PostLoginBody`, `GetUserResponse404`. */
function componentName(operationId: string, part: string): string {
  return [operationId, ...part.split(" ")]
    .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1))
    .join("");
}

/** What `security` has no room for: the rules of `where`, by their names. */
function rulesOf(guard: GuardNode): string | undefined {
  return hasRule(guard) ? `Access: ${inWords(guard)}.` : undefined;
}

function hasRule(node: GuardNode): boolean {
  if (node.kind === "scheme") return false;
  if (node.kind === "anyOf" || node.kind === "allOf") return node.of.some(hasRule);
  return node.kind === "where" || hasRule(node.of);
}

function paragraphs(...texts: readonly (string | undefined)[]): string | undefined {
  const given = texts.filter((text) => text !== undefined);
  return given.length === 0 ? undefined : given.join("\n\n");
}
