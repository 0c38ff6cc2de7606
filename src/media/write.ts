import { preferred } from "./negotiate.ts";

/** A format that data can be sent in. */
export type MediaFormat = "json" | "yaml" | "msgpack";

/** The Content-Type of each format. */
export const MEDIA_TYPES: Readonly<Record<MediaFormat, string>> = Object.freeze({
  json: "application/json",
  yaml: "application/yaml",
  msgpack: "application/msgpack",
});

/** Older names that clients use, and what they mean. They count only where a client names them. */
const ALIASES: Readonly<Record<string, MediaFormat>> = {
  "application/x-yaml": "yaml",
  "text/yaml": "yaml",
  "application/x-msgpack": "msgpack",
  "application/vnd.msgpack": "msgpack",
};

const BY_TYPE: ReadonlyMap<string, MediaFormat> = new Map([
  ["application/json", "json"],
  ["application/yaml", "yaml"],
  ["application/msgpack", "msgpack"],
  ...Object.entries(ALIASES),
]);

/**
 * The format that an Accept header asks for: JSON where it says nothing, or nothing of YAML or MessagePack.
 *
 * @param accept the Accept header, or null where it was not sent
 * @param strict whether a client that accepts none of the three gets null (406) instead of JSON. Default false.
 * @returns null only when `strict`
 */
export function mediaFormat(accept: string | null, strict: true): MediaFormat | null;
export function mediaFormat(accept: string | null, strict?: false): MediaFormat;
export function mediaFormat(accept: string | null, strict?: boolean): MediaFormat | null;
export function mediaFormat(accept: string | null, strict = false): MediaFormat | null {
  // JSON is offered first, so nothing after a plain mention of it can win.
  if (
    !accept ||
    accept === "*/*" ||
    accept === "application/json" ||
    accept.startsWith("application/json,")
  ) {
    return "json";
  }
  const lower = accept.toLowerCase();
  if (!strict && !lower.includes("yaml") && !lower.includes("msgpack")) return "json";
  const offered = [
    ...Object.values(MEDIA_TYPES),
    ...Object.keys(ALIASES).filter((alias) => lower.includes(alias)),
  ];
  const type = preferred(accept, offered);
  return type === null ? (strict ? null : "json") : (BY_TYPE.get(type) ?? null);
}

/**
 * Data as a body. All formats send the same data, that which JSON would: `toJSON` is applied, so a Date is its ISO
 * string; undefined members are dropped; undefined itself is null. JSON comes without a promise.
 *
 * @throws TypeError for a bigint and for data that contains itself, before any promise
 */
export function encodeMedia(format: "json", value: unknown): string;
export function encodeMedia(
  format: MediaFormat,
  value: unknown,
): string | Uint8Array | Promise<string | Uint8Array>;
export function encodeMedia(
  format: MediaFormat,
  value: unknown,
): string | Uint8Array | Promise<string | Uint8Array> {
  const json = toJSON(value);
  if (format === "json") return json;
  const data: unknown = JSON.parse(json);
  return format === "yaml" ? encodeYAML(data) : encodeMsgPack(data);
}

function toJSON(value: unknown): string {
  try {
    return JSON.stringify(value) ?? "null";
  } catch (cause) {
    if (!(cause instanceof TypeError) || !cause.message.includes("BigInt")) throw cause;
    throw new TypeError("Media cannot hold a bigint: send String(value), or Number(value) where it is safe", {
      cause,
    });
  }
}

async function encodeYAML(data: unknown): Promise<string> {
  const { stringify } = await import("yaml");
  // Readers of YAML 1.1 take a bare `no` for false; `compat` quotes what they would misread.
  const text = stringify(data, {
    schema: "core",
    compat: "yaml-1.1",
    lineWidth: 0,
    doubleQuotedMinMultiLineLength: Number.MAX_SAFE_INTEGER, // lines stay `\n` on one line
    blockQuote: false, // as a block, " \n" and its like would come back changed
    aliasDuplicateObjects: false,
  });
  // At the very start this character would be a byte order mark, and not data.
  return text.startsWith("\ufeff") ? `---\n${text}` : text;
}

async function encodeMsgPack(data: unknown): Promise<Uint8Array> {
  const { encode } = await import("@msgpack/msgpack");
  return encode(data, { maxDepth: Number.POSITIVE_INFINITY });
}
