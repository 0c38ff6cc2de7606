import { Buffer } from "node:buffer";
import { problem } from "../http/errors.ts";
import { checkedValue } from "../http/headers.ts";
import type { OutgoingBody } from "../http/transport.ts";
import { encodeMedia, MEDIA_TYPES, mediaFormat } from "../media/write.ts";
import { isNotModified } from "./conditional.ts";
import type { AppContext } from "./context.ts";
import { openFile, parseRange, readRange } from "./file.ts";
import { type HttpRequest, internals as requestInternals } from "./request.ts";
import { type HttpResponse, internals as responseInternals } from "./response.ts";
import { bytesOf, endSource } from "./stream.ts";

/** A body as bytes, or as where they come from, with the fields that describe it. */
export interface Payload {
  readonly body: OutgoingBody;
  /** In bytes; undefined where nobody knows beforehand. */
  readonly length: number | undefined;
  /** The media type, unless the handler set one. */
  readonly type: string | undefined;
  /** Whether the format followed from `Accept`. */
  readonly varies: boolean;
  /** Whether the body came from a Fetch `Response`, and its status and headers with it. */
  readonly response?: Response;
}

const EMPTY: Payload = { body: null, length: 0, type: undefined, varies: false };
const HEAD_OF_STREAM: Payload = {
  body: null,
  length: undefined,
  type: "application/octet-stream",
  varies: false,
};
const PROBLEM_TYPE = "application/problem+json";

/** What the answer's body is in bytes. A promise only where something must be waited for. */
export function payloadOf(req: HttpRequest, resp: HttpResponse, app: AppContext): Payload | Promise<Payload> {
  const body = responseInternals.body(resp);
  switch (body.kind) {
    case "media":
      return mediaPayload(req, body.value, app);
    case "text":
      return textPayload(body.value, "text/plain; charset=utf-8");
    case "html":
      return textPayload(body.value.toString(), "text/html; charset=utf-8");
    case "problem":
      return textPayload(JSON.stringify(body.value), PROBLEM_TYPE);
    case "none":
      return EMPTY;
    case "bytes":
      return {
        body: body.value,
        length: body.value.byteLength,
        type: "application/octet-stream",
        varies: false,
      };
    case "stream":
      if (req.method === "HEAD") return endSource(body.source).then(() => HEAD_OF_STREAM);
      return {
        body: bytesOf(body.source),
        length: undefined,
        type: "application/octet-stream",
        varies: false,
      };
    case "response":
      return responsePayload(body.value);
    case "file":
      return filePayload(req, resp, body.path, body.options);
  }
}

function textPayload(text: string, type: string, varies = false): Payload {
  return { body: text, length: Buffer.byteLength(text), type, varies };
}

function responsePayload(response: Response): Payload {
  if (response.type === "error") {
    throw new TypeError("A returned Response.error() is no answer: throw an HTTPError, 502 for instance");
  }
  if (response.bodyUsed || response.body?.locked) {
    throw new TypeError("A returned Response was read already: return a new one, or read response.clone()");
  }
  // Fetch lets control characters through, at which a runtime would give up half-way.
  for (const [name, value] of response.headers) checkedValue(name, value);
  return {
    body: response.body ? bytesOf(response.body) : null,
    length: response.body ? undefined : 0,
    // Nothing is left to a browser's guess. Bun, moreover, keeps the type of a text from everybody but its own server.
    type: response.body && !response.headers.has("content-type") ? "application/octet-stream" : undefined,
    varies: false,
    response,
  };
}

function mediaPayload(req: HttpRequest, value: unknown, app: AppContext): Payload | Promise<Payload> {
  const format = mediaFormat(requestInternals.header(req, "accept"), app.strictAccept);
  if (format === null)
    throw problem("not_acceptable", `Available are: ${Object.values(MEDIA_TYPES).join(", ")}`);
  const encoded = encodeMedia(format, value);
  const type = MEDIA_TYPES[format];
  if (typeof encoded === "string") return textPayload(encoded, type, true);
  if (encoded instanceof Uint8Array) return { body: encoded, length: encoded.byteLength, type, varies: true };
  return encoded.then((data) =>
    typeof data === "string"
      ? textPayload(data, type, true)
      : { body: data, length: data.byteLength, type, varies: true },
  );
}

async function filePayload(
  req: HttpRequest,
  resp: HttpResponse,
  path: string,
  options: Parameters<typeof openFile>[1],
): Promise<Payload> {
  const file = await openFile(path, options);
  try {
    const header = (name: string) => requestInternals.header(req, name);
    resp.lastModified = file.modified;
    resp.etag ??= `${file.size.toString(36)}-${file.modified.getTime().toString(36)}`;
    resp.headers.set("accept-ranges", "bytes");
    if (options.type !== undefined && !resp.headers.has("content-type")) {
      resp.headers.set("content-type", options.type);
    }
    if (file.disposition) resp.headers.set("content-disposition", file.disposition);
    if (isSafeRead(req) && isNotModified(header, resp.etag, resp.headers.get("last-modified"))) {
      return { body: null, length: file.size, type: file.type, varies: false };
    }
    const range =
      isSafeRead(req) && rangeStillHolds(header("if-range"), resp)
        ? parseRange(header("range"), file.size)
        : undefined;
    if (range === null) {
      throw problem("range_not_satisfiable", "No part of that range is in the file", {
        headers: { "Content-Range": `bytes */${file.size}` },
      });
    }
    const { start, end } = range ?? { start: 0, end: file.size };
    if (range) {
      resp.statusCode = 206;
      resp.headers.set("content-range", `bytes ${start}-${end - 1}/${file.size}`);
    }
    const body = req.method === "HEAD" ? null : await readRange(file, start, end);
    return { body, length: end - start, type: file.type, varies: false };
  } finally {
    await file.handle.close();
  }
}

/** RFC 9110, 13.1.5: a range of something that has changed since is answered with the whole. */
function rangeStillHolds(ifRange: string | null, resp: HttpResponse): boolean {
  return ifRange === null || ifRange === resp.etag || ifRange === resp.headers.get("last-modified");
}

function isSafeRead(req: HttpRequest): boolean {
  return req.method === "GET" || req.method === "HEAD";
}
