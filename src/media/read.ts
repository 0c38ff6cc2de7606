import { type HTTPError, problem } from "../http/errors.ts";
import type { Incoming } from "../http/transport.ts";
import type { Form } from "./form.ts";
import { decodeJSON } from "./json.ts";
import { MAX_YAML_SIZE, type MediaLimits } from "./limits.ts";
import { decodeMsgPack } from "./msgpack.ts";
import { readMultipart } from "./multipart.ts";
import { type MediaType, parseMediaType } from "./types.ts";
import { decodeURLEncoded } from "./urlencoded.ts";
import { decodeYAML } from "./yaml.ts";

/** A request as far as its body is concerned. */
export interface BodySource extends Pick<Incoming, "header" | "bytes" | "chunks"> {
  /** Registers work for after the answer was sent: the deletion of temporary files. */
  defer(cleanup: () => void | Promise<void>): void;
}

type BodyFormat = "json" | "yaml" | "msgpack" | "urlencoded" | "multipart";

const FORMATS: ReadonlyMap<string, BodyFormat> = new Map([
  ["application/json", "json"],
  ["application/yaml", "yaml"],
  ["application/x-yaml", "yaml"],
  ["text/yaml", "yaml"],
  ["application/msgpack", "msgpack"],
  ["application/x-msgpack", "msgpack"],
  ["application/vnd.msgpack", "msgpack"],
  ["application/x-www-form-urlencoded", "urlencoded"],
  ["multipart/form-data", "multipart"],
]);

/**
 * Reads a body by its Content-Type: JSON, YAML, MessagePack or a form. The type is parsed once, and that value
 * decides everything; the body is not touched before it is known to be readable.
 *
 * @param expected "form" accepts url-encoded and multipart bodies only
 * @throws HTTPError 415 `unsupported_media_type` for an unknown, absent or invalid type, a charset other than UTF-8
 * or a content coding; 400 `malformed_body` or `forbidden_key`; 413 `body_too_large`, `too_many_parts` or
 * `too_many_fields`
 */
export async function readMedia(source: BodySource, limits: MediaLimits, expected: "form"): Promise<Form>;
export async function readMedia(source: BodySource, limits: MediaLimits, expected?: "form"): Promise<unknown>;
export async function readMedia(
  source: BodySource,
  limits: MediaLimits,
  expected?: "form",
): Promise<unknown> {
  const type = parseMediaType(source.header("content-type"));
  const format = type && formatOf(type);
  const isForm = format === "urlencoded" || format === "multipart";
  if (!type || !format || (expected === "form" && !isForm)) throw unsupportedType(expected);
  refuseEncodings(type, format, source.header("content-encoding"));

  if (format === "multipart") return readMultipart(source, limits, type.parameters.get("boundary"));
  const { maxBodySize } = limits;
  const bytes = await source.bytes(format === "yaml" ? Math.min(maxBodySize, MAX_YAML_SIZE) : maxBodySize);
  switch (format) {
    case "json":
      return decodeJSON(bytes);
    case "yaml":
      return decodeYAML(bytes);
    case "msgpack":
      return decodeMsgPack(bytes);
    case "urlencoded":
      return decodeURLEncoded(bytes, limits.maxFields);
  }
}

function formatOf({ essence }: MediaType): BodyFormat | undefined {
  const known = FORMATS.get(essence);
  if (known) return known;
  if (essence.endsWith("+json")) return "json";
  return essence.endsWith("+yaml") ? "yaml" : undefined;
}

function refuseEncodings(type: MediaType, format: BodyFormat, coding: string | null): void {
  if (coding !== null && coding !== "" && coding.toLowerCase() !== "identity") {
    throw problem("unsupported_media_type", "Send the body without a Content-Encoding", {
      headers: { "Accept-Encoding": "identity" },
    });
  }
  const charset = type.parameters.get("charset")?.toLowerCase();
  if (format !== "msgpack" && charset !== undefined && charset !== "utf-8" && charset !== "utf8") {
    throw problem("unsupported_media_type", "Send the body in UTF-8");
  }
}

function unsupportedType(expected: "form" | undefined): HTTPError {
  const forms = "application/x-www-form-urlencoded, multipart/form-data";
  const accepted =
    expected === "form" ? forms : `application/json, application/yaml, application/msgpack, ${forms}`;
  return problem("unsupported_media_type", `The Content-Type must be one of: ${accepted}`);
}
