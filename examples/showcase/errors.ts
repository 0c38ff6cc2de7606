import { type ExceptionHandler, HTTPError } from "responder-ts";
import type { App } from "./app.ts";
import type { Env } from "./guards.ts";
import { errorPage } from "./views.ts";

/** Errors as pages for browsers, and as problem documents (RFC 9457) for programs. */
export function addErrorAnswers(app: App): void {
  app.exceptionHandler(HTTPError, answer);

  // What nobody expected. The log has the cause, and the client learns nothing of it.
  app.exceptionHandler(500, (req, resp) =>
    answer(req, resp, new HTTPError(500, undefined, { code: "internal_error" })),
  );
}

const answer: ExceptionHandler<HTTPError, Env> = (req, resp, error) => {
  resp.statusCode = error.statusCode;
  for (const [name, value] of Object.entries(error.headers)) {
    resp.headers.set(name, [value].flat().join(", "));
  }
  resp.headers.set("Vary", "Accept");
  if (req.accepts("application/problem+json", "text/html") === "text/html") {
    resp.html = errorPage(error.statusCode, req.state.person);
  } else {
    resp.headers.set("Content-Type", "application/problem+json");
    resp.text = JSON.stringify(error.toProblem());
  }
};
