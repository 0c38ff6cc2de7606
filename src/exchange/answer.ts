import { isOwnedField } from "../http/headers.ts";
import { Html } from "../http/html.ts";
import { HttpResponse, internals } from "./response.ts";

/**
 * A body that can be returned instead of being set on `resp`. A promise is none: it would let one of anything pass for
 * an answer, and a hook that resolves to `false` with it. Nor is a list: `[body, status]` could be data as well, so a list
 * goes to `resp.media`, or into an object.
 */
export type AnswerBody =
  | string
  | Uint8Array
  | Html
  | (object & { readonly then?: never; readonly [Symbol.iterator]?: never });

/**
 * What a handler or a hook may return in place of setting it on `resp`: a string is text, bytes are content, `html` is
 * a page, any other object is media, `[body, status, headers]` all three, and a Fetch `Response` the whole answer.
 */
export type Answer = AnswerBody | Response | readonly [AnswerBody, number, Readonly<Record<string, string>>?];

/**
 * Puts a returned value on `resp`. Only `undefined` is no answer: null, true, false and numbers are refused, because a
 * hook that returns `false` means to stop the request and would otherwise let it through.
 *
 * @throws TypeError for what is no answer, with advice
 */
export function takeAnswer(resp: HttpResponse, value: unknown): void {
  if (value === undefined || value === resp) return;
  if (isResponse(value)) internals.answer(resp, { kind: "response", value });
  else if (Array.isArray(value)) takeTriple(resp, value);
  else takeBody(resp, value);
}

/** Node loads the whole of Fetch where `Response` is first named: it is named only for what can be one. */
function isResponse(value: unknown): value is Response {
  if (typeof value !== "object" || value === null) return false;
  return Object.getPrototypeOf(value) !== Object.prototype && value instanceof Response;
}

function takeBody(resp: HttpResponse, value: unknown): void {
  if (typeof value === "string") internals.answer(resp, { kind: "text", value });
  else if (value instanceof Uint8Array) internals.answer(resp, { kind: "bytes", value });
  else if (value instanceof Html) internals.answer(resp, { kind: "html", value });
  else if (typeof value === "object" && value !== null && !(value instanceof HttpResponse)) {
    internals.answer(resp, { kind: "media", value });
  } else {
    throw new TypeError(
      `A hook or handler returned ${describe(value)}. Return an object, a string, bytes, html\`…\`, ` +
        "[body, status, headers] or a Response; return nothing to leave the answer to resp; throw or set " +
        "resp.statusCode to stop the request.",
    );
  }
}

function takeTriple(resp: HttpResponse, value: readonly unknown[]): void {
  const [body, status, headers] = value;
  if (value.length < 2 || value.length > 3 || typeof status !== "number") {
    throw new TypeError(
      "A returned array is [body, status] or [body, status, headers]; for a JSON array set resp.media = [...]",
    );
  }
  resp.statusCode = status;
  takeBody(resp, body);
  for (const [name, text] of Object.entries((headers ?? {}) as Record<string, string>))
    resp.headers.set(name, text);
}

function describe(value: unknown): string {
  return typeof value === "function" ? "a function" : value === null ? "null" : `a ${typeof value}`;
}

/** The lines of a Fetch `Response`'s header that may be passed on; its framing is the runtime's own business. */
export function* passedHeaders(response: Response): Generator<[name: string, value: string]> {
  for (const [name, value] of response.headers) {
    if (!isOwnedField(name)) yield [name, value];
  }
}
