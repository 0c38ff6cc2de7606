import { problem } from "../http/errors.ts";
import { malformed } from "./faults.ts";
import { buildForm, type Form } from "./form.ts";
import { decodeUTF8 } from "./text.ts";

/**
 * An `application/x-www-form-urlencoded` body as a form. An empty body is an empty form.
 *
 * @throws HTTPError 400 `malformed_body` for a bad escape or one that is not UTF-8, `forbidden_key`;
 * 413 `too_many_fields`
 */
export function decodeURLEncoded(bytes: Uint8Array, maxFields: number): Form {
  const text = decodeUTF8(bytes);
  const fields: [string, string][] = [];
  for (let start = 0; start < text.length; ) {
    const next = text.indexOf("&", start);
    const end = next === -1 ? text.length : next;
    if (end > start) {
      if (fields.length === maxFields) {
        throw problem("too_many_fields", `A form may have ${maxFields} fields at most`);
      }
      fields.push(decodePair(text.slice(start, end)));
    }
    start = end + 1;
  }
  return buildForm(fields);
}

function decodePair(pair: string): [string, string] {
  const equals = pair.indexOf("=");
  return equals === -1
    ? [decodePart(pair), ""]
    : [decodePart(pair.slice(0, equals)), decodePart(pair.slice(equals + 1))];
}

function decodePart(part: string): string {
  const spaced = part.replaceAll("+", " ");
  if (!spaced.includes("%")) return spaced;
  try {
    return decodeURIComponent(spaced);
  } catch {
    throw malformed("The form has a bad percent escape");
  }
}
