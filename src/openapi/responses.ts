import { type GuardNode, schemesOf } from "../auth/guard.ts";
import { titleOf } from "../http/errors.ts";
import type { RouteRecord } from "../registration/record.ts";
import { isSchema, REQUEST_PARTS } from "../registration/schemas.ts";
import { examplesOf, mediaContent } from "./bodies.ts";
import type { SchemaComponents, SchemaPlace } from "./components.ts";
import type { Content, JSONSchema, Reference, ResponseObject } from "./types.ts";

/** What an answer is when nothing is known of it but its status. */
const DESCRIPTIONS: Readonly<Record<number, string>> = {
  400: "The body is malformed.",
  401: "No credentials, or none that are valid.",
  403: "Known, but not allowed to do this.",
  413: "The body is too large.",
  415: "The body's format is not one that is read here, or its Content-Type is missing.",
  422: "The request did not pass validation. `errors` has one entry a fault.",
};

const PROBLEM_TYPE = "application/problem+json";

/** The problem details that the framework answers errors with (RFC 9457). */
export const PROBLEM_DETAILS: JSONSchema = {
  type: "object",
  description: "An error (RFC 9457).",
  properties: {
    title: { type: "string", description: "The status in words." },
    status: { type: "integer", description: "The status of the answer." },
    detail: { type: "string", description: "What was wrong, for people." },
    code: { type: "string", description: "What was wrong, for programs: it keeps its meaning." },
    errors: {
      type: "array",
      description: "The faults of a request that did not pass validation.",
      items: {
        type: "object",
        properties: {
          in: { type: "string", description: "The part of the request." },
          pointer: { type: "string", description: "Where in it, as a JSON pointer (RFC 6901)." },
          message: { type: "string" },
        },
        required: ["in", "pointer", "message"],
      },
    },
  },
  required: ["title", "status", "code"],
};

/** The answers to errors, which all operations share. */
export class ErrorResponses {
  readonly #answersProblem: (statusCode: number) => boolean;
  readonly #problem: () => Reference;
  readonly #used = new Map<string, ResponseObject>();

  constructor(answersProblem: (statusCode: number) => boolean, problem: () => Reference) {
    this.#answersProblem = answersProblem;
    this.#problem = problem;
  }

  reference(status: number): Reference {
    const name = titleOf(status).replaceAll(" ", "");
    if (!this.#used.has(name)) this.#used.set(name, this.#response(status));
    return { $ref: `#/components/responses/${name}` };
  }

  /** Beside an answer of the route's own with the same status. */
  beside(status: number, own: ResponseObject): ResponseObject {
    const { description, content, ...others } = this.#response(status);
    return { ...others, ...own, content: { ...own.content, ...content } };
  }

  all(): Readonly<Record<string, ResponseObject>> | undefined {
    return this.#used.size === 0 ? undefined : Object.fromEntries(this.#used);
  }

  #response(status: number): ResponseObject {
    // An exception handler of the application's own gives the answer a form that nobody knows.
    const content: Content | undefined = this.#answersProblem(status)
      ? { [PROBLEM_TYPE]: { schema: this.#problem() } }
      : undefined;
    return {
      description: DESCRIPTIONS[status] ?? titleOf(status),
      ...(status === 401 && { headers: { "WWW-Authenticate": CHALLENGE } }),
      ...(content && { content }),
    };
  }
}

const CHALLENGE = {
  description: "What credentials are asked for, a line a scheme (RFC 9110, 11.6.1).",
  schema: { type: "string" },
} as const;

/** The answers that a route, its guard and its validation can give. */
export function responsesOf(
  { schemas, documentation }: RouteRecord,
  method: string,
  guard: GuardNode | undefined,
  errors: ErrorResponses,
  components: SchemaComponents,
  placeOf: (part: string) => SchemaPlace,
): Readonly<Record<string, ResponseObject | Reference>> {
  const own = new Map<string, ResponseObject>();
  const { response } = schemas;
  const examples = examplesOf(documentation, "response");
  const shown = () => (hasSuccess(own) ? undefined : examples);
  if (response !== undefined && isSchema(response)) {
    const schema = components.reference(response, placeOf("response"));
    own.set("2XX", { description: "Success.", content: mediaContent(schema, shown()) });
  } else {
    for (const [status, one] of Object.entries(response ?? {})) {
      const schema = components.reference(one, placeOf(`response ${status}`));
      const success = status.startsWith("2") ? shown() : undefined;
      own.set(status, {
        description: `${titleFor(Number(status))}.`,
        content: mediaContent(schema, success),
      });
    }
  }
  if (!hasSuccess(own)) {
    const content = examples === undefined ? {} : { content: mediaContent(undefined, examples) };
    own.set("2XX", { description: "Success.", ...content });
  }
  const all: Record<string, ResponseObject | Reference> = Object.fromEntries(own);
  for (const status of errorStatuses(schemas, method, guard)) {
    const same = own.get(String(status));
    all[status] = same === undefined ? errors.reference(status) : errors.beside(status, same);
  }
  return all;
}

function hasSuccess(responses: ReadonlyMap<string, ResponseObject>): boolean {
  return [...responses.keys()].some((status) => status.startsWith("2"));
}

function titleFor(status: number): string {
  const titles: Readonly<Record<number, string>> = {
    200: "Success",
    201: "Created",
    202: "Accepted",
    204: "No Content",
  };
  return titles[status] ?? (status < 300 ? "Success" : status < 400 ? "Redirection" : titleOf(status));
}

function errorStatuses(
  schemas: RouteRecord["schemas"],
  method: string,
  guard: GuardNode | undefined,
): readonly number[] {
  return [
    ...(schemas.body ? [400] : []),
    ...(guard ? [401] : []),
    ...(guard && canForbid(guard, method) ? [403] : []),
    ...(schemas.body ? [413, 415] : []),
    ...(REQUEST_PARTS.some((part) => schemas[part]) ? [422] : []),
  ];
}

/** Whether a guard may refuse somebody known, or a page of another site. */
function canForbid(node: GuardNode, method: string): boolean {
  const isUnsafe = method !== "get" && method !== "trace";
  const isAmbient = schemesOf(node).some(({ ambient, source }) => ambient || source.startsWith("session:"));
  return (isUnsafe && isAmbient) || hasRequirement(node);
}

function hasRequirement(node: GuardNode): boolean {
  if (node.kind === "requires" || node.kind === "where") return true;
  if (node.kind === "scheme") return false;
  return node.kind === "optional" ? hasRequirement(node.of) : node.of.some(hasRequirement);
}
