import { malformed } from "./faults.ts";

const utf8 = new TextDecoder("utf-8", { fatal: true });
const utf8WithMark = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/**
 * Bytes as text.
 *
 * @param keepMark whether a byte order mark at the start is data; otherwise it is dropped
 * @throws HTTPError 400 `malformed_body` for what is not UTF-8
 */
export function decodeUTF8(bytes: Uint8Array, keepMark = false): string {
  try {
    return (keepMark ? utf8WithMark : utf8).decode(bytes);
  } catch {
    throw malformed("The body is not valid UTF-8");
  }
}
