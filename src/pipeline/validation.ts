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
import { stripperOf } from "./undeclared.ts";

/** What the schemas made of each request under way, for its handlers. */
const parsed = new WeakMap<HttpRequest, ParsedRequest>();

/** The steps around a route's handlers that hold the request and the answer against its schemas. */
export function withSchemas(schemas: RouteSchemas, handlers: readonly Step[]): readonly Step[] {
  const parts = REQUEST_PARTS.filter((part) => schemas[part] !== undefined);
  const { response } = schemas;
  const checked = response === undefined ? handlers : checkingAnswers(handlers, response);
  if (parts.length === 0) return checked;
  return [
    (req) => andThen(parse(req, parts, schemas), (view) => void parsed.set(req, view)),
    ...checked.map(
      (handler): Step =>
        (req, resp) =>
          handler(parsed.get(req) as unknown as HttpRequest, resp),
    ),
  ];
}

/** Holds one part after the other against its schema, and refuses the request with the faults of all of them. */
function parse(
  req: HttpRequest,
  parts: readonly RequestPart[],
  schemas: RouteSchemas,
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
  return andThen<unknown, ParsedRequest>(rawPart[part](req), (raw) =>
    andThen(validate(schema, raw, part), (validation) => {
      if ("faults" in validation) faults.push(...validation.faults);
      else values[part] = validation.value;
      return parse(req, parts, schemas, from + 1, values, faults);
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
  const checkFor = (status: number) =>
    checks instanceof Map ? checks.get(status) : status < 300 ? checks : undefined;
  return handlers.map(
    (handler): Step =>
      (req, resp) =>
        andThen<unknown, void>(handler(req, resp), (outcome) => {
          takeAnswer(resp, outcome);
          return checkAnswer(resp, checkFor(resp.statusCode));
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

/** The media of an answer that a schema describes becomes what the schema makes of it. */
function checkAnswer(resp: HttpResponse, check: AnswerCheck | undefined): Awaitable<void> {
  const body = responseInternals.body(resp);
  if (check === undefined || body.kind !== "media") return;
  return andThen(check(body.value), (value) => responseInternals.answer(resp, { kind: "media", value }));
}
