/**
 * Every stable `code` that the framework itself puts into a problem document, with its status.
 * Applications may use codes of their own; these keep their meaning between versions.
 */
export const ERROR_CODES = {
  malformed_path: 400,
  malformed_host: 400,
  malformed_body: 400,
  incomplete_body: 400,
  forbidden_key: 400,
  credentials_missing: 401,
  credentials_malformed: 401,
  credentials_refused: 401,
  access_denied: 403,
  cross_site_request: 403,
  insufficient_scope: 403,
  route_not_found: 404,
  file_not_found: 404,
  method_not_allowed: 405,
  not_acceptable: 406,
  body_too_large: 413,
  too_many_parts: 413,
  too_many_fields: 413,
  unsupported_media_type: 415,
  range_not_satisfiable: 416,
  validation_failed: 422,
  too_many_attempts: 429,
  internal_error: 500,
  request_timeout: 503,
  store_unavailable: 503,
  too_busy: 503,
} as const satisfies Record<string, number>;

/** A code that the framework uses in its own answers; see `ERROR_CODES`. */
export type ErrorCode = keyof typeof ERROR_CODES;

/** The reason phrases of RFC 9110 (and the few statuses that newer RFCs add), used as problem titles. */
const TITLES: Readonly<Record<number, string>> = {
  400: "Bad Request",
  401: "Unauthorized",
  402: "Payment Required",
  403: "Forbidden",
  404: "Not Found",
  405: "Method Not Allowed",
  406: "Not Acceptable",
  407: "Proxy Authentication Required",
  408: "Request Timeout",
  409: "Conflict",
  410: "Gone",
  411: "Length Required",
  412: "Precondition Failed",
  413: "Content Too Large",
  414: "URI Too Long",
  415: "Unsupported Media Type",
  416: "Range Not Satisfiable",
  417: "Expectation Failed",
  421: "Misdirected Request",
  422: "Unprocessable Content",
  423: "Locked",
  424: "Failed Dependency",
  425: "Too Early",
  426: "Upgrade Required",
  428: "Precondition Required",
  429: "Too Many Requests",
  431: "Request Header Fields Too Large",
  451: "Unavailable For Legal Reasons",
  500: "Internal Server Error",
  501: "Not Implemented",
  502: "Bad Gateway",
  503: "Service Unavailable",
  504: "Gateway Timeout",
  505: "HTTP Version Not Supported",
  507: "Insufficient Storage",
  508: "Loop Detected",
  511: "Network Authentication Required",
};

/** What an {@link HTTPError} takes beside its status and its detail. */
export interface HTTPErrorOptions {
  /**
   * Headers of the answer, `Retry-After` for instance; a list makes a line each. They win over those set on `resp`
   * before the throw.
   */
  headers?: Readonly<Record<string, string | readonly string[]>>;
  /** A stable name for programs to test, such as `card_declined`. Default: the status's phrase in snake case. */
  code?: string;
  /** What led here. For logs and debuggers; it never reaches the client. */
  cause?: unknown;
  /** The faults of a request that failed validation, as the problem's `errors` member. */
  errors?: readonly ProblemFault[];
}

/** One fault of a request: where it is, which part of it (a JSON pointer, RFC 6901), and what is wrong. */
export interface ProblemFault {
  in: string;
  pointer: string;
  message: string;
}

/** The body of an error answer (RFC 9457), with the framework's `code` member. */
export interface ProblemDetails {
  title: string;
  status: number;
  detail?: string;
  code: string;
  errors?: readonly ProblemFault[];
}

/**
 * An error that is an answer: thrown from a hook or a handler it becomes a problem document (RFC 9457)
 * with this status, unless an exception handler answers in another shape.
 *
 * @param statusCode a status from 400 to 599
 * @param detail a sentence for the client. It is sent as it stands: put nothing secret in it.
 * @throws RangeError when the status is not an error's
 * @example
 * throw new HTTPError(429, "Ten a minute are allowed", { headers: { "Retry-After": "60" } });
 */
export class HTTPError extends Error {
  override readonly name: string = "HTTPError";
  readonly statusCode: number;
  readonly detail: string | undefined;
  readonly code: string;
  readonly headers: Readonly<Record<string, string | readonly string[]>>;
  readonly errors: readonly ProblemFault[] | undefined;

  constructor(statusCode: number, detail?: string, options: HTTPErrorOptions = {}) {
    if (!Number.isInteger(statusCode) || statusCode < 400 || statusCode > 599) {
      throw new RangeError(`HTTPError takes a status from 400 to 599, not ${String(statusCode)}`);
    }
    super(detail ?? titleOf(statusCode), options.cause === undefined ? undefined : { cause: options.cause });
    this.statusCode = statusCode;
    this.detail = detail;
    this.code = options.code ?? titleOf(statusCode).toLowerCase().replaceAll(" ", "_");
    this.headers = options.headers ?? {};
    this.errors = options.errors;
  }

  /** The problem document that the client gets. */
  toProblem(): ProblemDetails {
    return {
      title: titleOf(this.statusCode),
      status: this.statusCode,
      ...(this.detail !== undefined && { detail: this.detail }),
      code: this.code,
      ...(this.errors && { errors: this.errors }),
    };
  }
}

/** An {@link HTTPError} whose status follows from one of the framework's own codes. */
export function problem(
  code: ErrorCode,
  detail?: string,
  options: Omit<HTTPErrorOptions, "code"> = {},
): HTTPError {
  return new HTTPError(ERROR_CODES[code], detail, { ...options, code });
}

/**
 * Ends the request with an error answer, from however deep.
 *
 * @example
 * if (!user) abort(404, "No such user");
 * @throws HTTPError always
 */
export function abort(statusCode: number, detail?: string, options?: HTTPErrorOptions): never {
  throw new HTTPError(statusCode, detail, options);
}

/** The phrase of a status, for titles. */
export function titleOf(statusCode: number): string {
  return TITLES[statusCode] ?? (statusCode < 500 ? "Client Error" : "Server Error");
}
