import type { Outgoing, OutgoingBody } from "../http/transport.ts";
import { passedHeaders } from "./answer.ts";
import { isNotModified } from "./conditional.ts";
import type { Payload } from "./payload.ts";
import { type HttpRequest, internals as requestInternals } from "./request.ts";
import { type HttpResponse, internals as responseInternals } from "./response.ts";

/** Fields of a 304 or 204 that would describe a body it does not have. */
const NOT_WITHOUT_BODY = new Set(["content-type", "content-encoding", "content-language", "content-range"]);

/** What the pipeline knows of an answer that neither request nor response says. */
export interface AnswerFacts {
  /** Whether a credential shaped it: no cache may keep it then, unless the handler said otherwise. */
  readonly personal: boolean;
  readonly reached: boolean;
}

/** Status, header lines and body of the finished answer, framed by what the body is and by nothing else. */
export function assemble(
  req: HttpRequest,
  resp: HttpResponse,
  payload: Payload,
  { personal, reached }: AnswerFacts,
): Outgoing {
  const fields = responseInternals.headers(resp);
  const cookies = responseInternals.cookies(resp);
  const status = statusOf(req, resp, payload);
  const bodiless = status === 204 || status === 205 || status === 304;
  const headers: string[] = [];

  if (payload.type !== undefined && !bodiless && !fields?.has("content-type")) {
    headers.push("content-type", payload.type);
  }
  if (payload.varies) headers.push("vary", varyOf(fields?.get("vary")));
  if (payload.response) {
    for (const [name, value] of passedHeaders(payload.response)) {
      if (!fields?.has(name)) headers.push(name, value);
    }
  }
  if (fields) {
    for (const [name, value] of fields) {
      if ((bodiless && NOT_WITHOUT_BODY.has(name)) || (name === "vary" && payload.varies)) continue;
      headers.push(name, value);
    }
  }
  if (personal && !fields?.has("cache-control") && !payload.response?.headers.has("cache-control")) {
    headers.push("cache-control", "no-store");
  }
  if (cookies) for (const line of cookies.lines()) headers.push("set-cookie", line);
  if (status === 205) headers.push("content-length", "0");
  else if (payload.length !== undefined && !bodiless) headers.push("content-length", String(payload.length));

  if (bodiless || req.method === "HEAD") endUnsent(payload.body);
  return {
    status,
    headers,
    body: bodiless || req.method === "HEAD" ? null : payload.body,
    reached,
    afterSend: requestInternals.deferred(req),
  };
}

/** Lets go of a body that will not be sent: its file, its stream. */
export function endUnsent(body: OutgoingBody): void {
  if (body === null || typeof body === "string" || body instanceof Uint8Array) return;
  Promise.resolve(body[Symbol.asyncIterator]().return?.()).catch(() => undefined);
}

function statusOf(req: HttpRequest, resp: HttpResponse, payload: Payload): number {
  const status = payload.response?.status ?? resp.statusCode;
  if (status !== 200 || (req.method !== "GET" && req.method !== "HEAD")) return status;
  const { etag } = resp;
  const modified = responseInternals.headers(resp)?.get("last-modified") ?? null;
  if (etag === null && modified === null) return status;
  return isNotModified((name) => requestInternals.header(req, name), etag, modified) ? 304 : status;
}

function varyOf(set: string | null | undefined): string {
  return set === null || set === undefined || set === "*" || /(^|,)\s*accept\s*(,|$)/i.test(set)
    ? (set ?? "accept")
    : `${set}, accept`;
}
