import type { StandardSchemaV1 } from "@standard-schema/spec";
import { takeAnswer } from "../exchange/answer.ts";
import { type ParsedParts, ParsedRequest } from "../exchange/parsed-request.ts";
import type { HttpRequest } from "../exchange/request.ts";
import { type HttpResponse, internals as responseInternals } from "../exchange/response.ts";
import { rawPart, refusal, validate } from "../exchange/validate.ts";
import { type Awaitable, andThen } from "../http/awaitable.ts";
import type { ProblemFault } from "../http/errors.ts";
import { isSchema, REQUEST_PARTS, type RequestPart, type RouteSchemas } from "../registration/schemas.ts";
import type { Step } from "./exchange.ts";
import { listingFields } from "./lists.ts";
import { stripperOf } from "./undeclared.ts";

/** Statuses whose answers have no body to describe. */
const BODILESS: ReadonlySet<number> = new Set([204, 205, 304]);

/** What the schemas made of each request under way, for its handlers. */
const parsed = new WeakMap<HttpRequest, ParsedRequest>();

/** The steps around a route's handlers that hold the request and the answer against its schemas. */
export function withSchemas(schemas: RouteSchemas, handlers: readonly Step[]): readonly Step[] {
  const parts = REQUEST_PARTS.filter((part) => schemas[part] !== undefined);
  const { response } = schemas;
  const checked = response === undefined ? handlers : checkingAnswers(handlers, response);
  if (parts.length === 0) return checked;
  const read = readersOf(schemas);
  return [
    (req) => andThen(parse(req, parts, schemas, read), (view) => void parsed.set(req, view)),
    ...checked.map(
      (handler): Step =>
        (req, resp) =>
          handler(parsed.get(req) as unknown as HttpRequest, resp),
    ),
  ];
}

type Readers = Readonly<Record<RequestPart, (req: HttpRequest) => unknown>>;

function readersOf({ query }: RouteSchemas): Readers {
  if (query === undefined) return rawPart;
  const listed = listingFields(query);
  return { ...rawPart, query: (req) => listed(rawPart.query(req)) };
}

/** Holds one part after the other against its schema, and refuses the request with the faults of all of them. */
function parse(
  req: HttpRequest,
  parts: readonly RequestPart[],
  schemas: RouteSchemas,
  read: Readers,
  from = 0,
  values: ParsedParts = {},
  faults: ProblemFault[] = [],
): Awaitable<ParsedRequest> {
  const part = parts[from];
  if (part === undefined) {
    if (faults.length > 0) throw refusal(faults);
    return new ParsedRequest(req, values);
  }
  const schema = schemas[part] as NonNullable<RouteSchemas[RequestPart]>;
  return andThen<unknown, ParsedRequest>(read[part](req), (raw) =>
    andThen(validate(schema, raw, part), (validation) => {
      if ("faults" in validation) faults.push(...validation.faults);
      else values[part] = validation.value;
      return parse(req, parts, schemas, read, from + 1, values, faults);
    }),
  );
}

/** Holds an answer against one schema, and gives what may be sent of it. */
type AnswerCheck = (value: unknown) => Awaitable<unknown>;

function checkingAnswers(
  handlers: readonly Step[],
  response: NonNullable<RouteSchemas["response"]>,
): readonly Step[] {
  const checks = isSchema(response)
    ? checkOf(response)
    : new Map(Object.entries(response).map(([status, schema]) => [Number(status), checkOf(schema)]));
  const checkFor = (status: number): AnswerCheck | undefined => {
    if (!(checks instanceof Map)) return status < 300 ? checks : undefined;
    const check = checks.get(status);
    if (check !== undefined || status >= 300) return check;
    throw new Error(`The answer has the status ${status}, and the response schemas know none of it`);
  };
  return handlers.map(
    (handler): Step =>
      (req, resp) =>
        andThen<unknown, void>(handler(req, resp), (outcome) => {
          takeAnswer(resp, outcome);
          return checkAnswer(resp, checkFor);
        }),
  );
}

function checkOf(schema: StandardSchemaV1): AnswerCheck {
  const strip = stripperOf(schema);
  return (value) =>
    andThen(validate(schema, value, "response"), (validation) => {
      if (!("faults" in validation)) return strip(validation.value);
      const where = validation.faults
        .map(({ pointer, message }) => `${pointer || "/"}: ${message}`)
        .join("; ");
      throw new Error(`The answer breaks its response schema at ${where}`);
    });
}

/** The data of an answer that a schema describes becomes what the schema makes of it. */
function checkAnswer(
  resp: HttpResponse,
  checkFor: (status: number) => AnswerCheck | undefined,
): Awaitable<void> {
  const body = responseInternals.body(resp);
  const status = body.kind === "response" ? body.value.status : resp.statusCode;
  const check = BODILESS.has(status) ? undefined : checkFor(status);
  if (check === undefined) return;
  if (body.kind === "media") {
    return andThen(check(body.value), (value) => responseInternals.answer(resp, { kind: "media", value }));
  }
  // A page, a text or a file is no data, and its handler's own affair. Nothing at all is not what was declared, and
  // data in a Response would go past the schema with all that is in it.
  if (body.kind === "none" || (body.kind === "response" && isData(body.value))) {
    const what =
      body.kind === "none" ? "is empty" : "is data in a Response: return the data itself, or set resp.media";
    throw new Error(`The answer has a response schema, and ${what}`);
  }
}

function isData(response: Response): boolean {
  return /[/+](json|yaml|x-yaml|msgpack)\b/i.test(response.headers.get("content-type") ?? "");
}
