import { malformed } from "./faults.ts";
import { decodeUTF8 } from "./text.ts";

/** What a part of a form says of itself. */
export interface Disposition {
  readonly name: string;
  /** Present, though maybe empty, where the part is a file. */
  readonly filename: string | undefined;
}

/**
 * Parses the Content-Disposition of a part (RFC 7578, 4.2) as clients write it: in quotes a backslash escapes a
 * quote or a backslash and else is itself. `filename*` is ignored, as that RFC asks.
 *
 * @param header one character a byte, or undefined where the part has none or several
 * @throws HTTPError 400 `malformed_body` for anything but `form-data` with one name in UTF-8
 */
export function parseDisposition(header: string | undefined): Disposition {
  const invalid = malformed("A part of the form has no valid Content-Disposition");
  const parameters = header === undefined ? null : parse(header);
  const name = parameters?.get("name");
  if (!parameters || name === undefined) throw invalid;
  const filename = parameters.get("filename");
  return { name: fromBytes(name), filename: filename === undefined ? undefined : fromBytes(filename) };
}

function parse(header: string): Map<string, string> | null {
  const trimmed = header.trimEnd();
  const text = trimmed.endsWith(";") ? trimmed.slice(0, -1).trimEnd() : trimmed;
  const type = /^form-data[ \t]*(?=;|$)/i.exec(text);
  if (!type) return null;
  const parameter = /;[ \t]*([\w*-]+)=(?:"((?:[^"\\]|\\.)*)"|([!#$%&'*+.^`|~\w-]+))[ \t]*(?=;|$)/y;
  const parameters = new Map<string, string>();
  for (let at = type[0].length; at < text.length; at = parameter.lastIndex) {
    parameter.lastIndex = at;
    const match = parameter.exec(text);
    const key = match?.[1]?.toLowerCase();
    if (!match || key === undefined || parameters.has(key)) return null;
    parameters.set(key, match[2]?.replace(/\\(["\\])/g, "$1") ?? match[3] ?? "");
  }
  return parameters;
}

function fromBytes(text: string): string {
  return decodeUTF8(
    Uint8Array.from(text, (char) => char.charCodeAt(0)),
    true,
  );
}
