import { type HttpResponse, internals } from "../exchange/response.ts";
import { HTTPError, problem } from "../http/errors.ts";
import type { Outgoing } from "../http/transport.ts";
import type { ThrownHandler } from "../registration/exceptions.ts";
import type { Step } from "./exchange.ts";

/** The headers of an error, whoever shapes its answer: a 401 stays a challenge, in any words. */
export function setErrorHeaders(resp: HttpResponse, { headers }: HTTPError): void {
  for (const [name, value] of Object.entries(headers)) {
    if (typeof value === "string") resp.headers.set(name, value);
    else {
      resp.headers.delete(name);
      for (const line of value) resp.headers.append(name, line);
    }
  }
}

/** The framework's own answer to an HTTPError: a problem document. */
export const answerProblem: ThrownHandler = (_req, resp, error) => {
  if (!(error instanceof HTTPError)) throw error;
  resp.statusCode = error.statusCode;
  internals.answer(resp, { kind: "problem", value: error.toProblem() });
};

/** A 500 that says nothing else. */
export const answerBare: Step = (req, resp) => answerProblem(req, resp, problem("internal_error"));

/** What is left to say when even an error's answer cannot be written. */
export const BARE_500: Outgoing = Object.freeze({
  status: 500,
  headers: Object.freeze(["content-length", "0"]),
  body: null,
  reached: false,
  afterSend: undefined,
});
