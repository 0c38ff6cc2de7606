export { API, type ListenOptions } from "./api.ts";
export type { APIOptions } from "./api-options.ts";
export type { Answer, AnswerBody } from "./exchange/answer.ts";
export type { Logger } from "./exchange/context.ts";
export type { FileOptions } from "./exchange/file.ts";
export { HttpRequest, type RequestTypes } from "./exchange/request.ts";
export { HttpResponse, type RedirectOptions } from "./exchange/response.ts";
export type { ServerSentEvent } from "./exchange/sse.ts";
export type { CookieOptions, RequestCookies } from "./http/cookies.ts";
export {
  abort,
  ERROR_CODES,
  type ErrorCode,
  HTTPError,
  type HTTPErrorOptions,
  type ProblemDetails,
} from "./http/errors.ts";
export { Html, type HtmlValue, html } from "./http/html.ts";
export { allValues, type Form } from "./media/form.ts";
export { Upload } from "./media/upload.ts";
export type { OpenAPIOptions } from "./openapi/options.ts";
export { Router } from "./registration/routes.ts";
export type {
  AnyEnvironment,
  AnyRouteOptions,
  Environment,
  ExceptionHandler,
  GroupOptions,
  Handler,
  Hook,
  Resource,
  RouteOptions,
} from "./registration/types.ts";
export type { ParamsOf } from "./routing/pattern.ts";
export type { FetchPlatform, WorkerContext } from "./runtimes/platform.ts";
export type { RunningServer } from "./runtimes/server.ts";
export type { SessionOptions } from "./sessions/options.ts";
export { shape } from "./sessions/schema.ts";
export type { Session, SessionData } from "./sessions/session.ts";
export type { ClientRequest, TestClient } from "./testing/client.ts";
