import { HTTPError, type HttpRequest, type HttpResponse } from "responder-ts";
import type { App } from "./app.ts";
import { errorPage } from "./views.ts";

/** Errors as pages for browsers. Programs get the framework's own answer, a problem document (RFC 9457). */
export function addErrorAnswers(app: App): void {
  app.exceptionHandler(HTTPError, (req, resp, { statusCode }) => pageForBrowsers(req, resp, statusCode));

  // What nobody expected. The log has the cause, and the client learns nothing of it.
  app.exceptionHandler(500, (req, resp) => pageForBrowsers(req, resp, 500));
}

type Request = Pick<HttpRequest, "accepts">;
type Response = Pick<HttpResponse, "statusCode" | "headers" | "html">;

function pageForBrowsers(req: Request, resp: Response, statusCode: number): void {
  resp.headers.set("Vary", "Accept");
  if (req.accepts("application/problem+json", "text/html") !== "text/html") return;
  resp.statusCode = statusCode;
  resp.html = errorPage(statusCode);
}
