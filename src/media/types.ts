/** A Content-Type, parsed. */
export interface MediaType {
  /** `type/subtype` in lower case. */
  readonly essence: string;
  /** Parameters by lower-case name; values as sent, without their quotes. */
  readonly parameters: Map<string, string>;
}

/**
 * Parses one media type (RFC 9110, 8.3.1), strictly: what the grammar does not allow is no type, so that nothing
 * downstream can read it another way.
 *
 * @param header the value of the field, or null where it was not sent
 * @returns null for an absent or invalid type, and for one that names a parameter twice
 * @example
 * parseMediaType("text/html; charset=utf-8")?.essence; // "text/html"
 */
export function parseMediaType(header: string | null): MediaType | null {
  if (header === null) return null;
  const slash = tokenEnd(header, 0);
  if (slash === 0 || header[slash] !== "/") return null;
  const end = tokenEnd(header, slash + 1);
  if (end === slash + 1) return null;

  const parameters = new Map<string, string>();
  let at = skipSpace(header, end);
  while (at < header.length) {
    if (header[at] !== ";") return null;
    at = skipSpace(header, at + 1);
    if (at === header.length || header[at] === ";") continue;
    const nameEnd = tokenEnd(header, at);
    if (nameEnd === at || header[nameEnd] !== "=") return null;
    const name = header.slice(at, nameEnd).toLowerCase();
    const value = header[nameEnd + 1] === '"' ? quoted(header, nameEnd + 1) : token(header, nameEnd + 1);
    if (value === null || parameters.has(name)) return null;
    parameters.set(name, value.text);
    at = skipSpace(header, value.end);
  }
  return { essence: header.slice(0, end).toLowerCase(), parameters };
}

interface Piece {
  readonly text: string;
  readonly end: number;
}

function token(text: string, start: number): Piece | null {
  const end = tokenEnd(text, start);
  return end === start ? null : { text: text.slice(start, end), end };
}

function quoted(text: string, start: number): Piece | null {
  let value = "";
  for (let at = start + 1; at < text.length; at++) {
    let code = text.charCodeAt(at);
    if (code === 0x22) return { text: value, end: at + 1 };
    if (code === 0x5c) code = text.charCodeAt(++at); // NaN at the end of the text, and refused below
    const allowed = code === 0x09 || (code >= 0x20 && code !== 0x7f && code <= 0xff);
    if (!allowed) return null;
    value += text[at];
  }
  return null;
}

function tokenEnd(text: string, start: number): number {
  let at = start;
  while (at < text.length && TOKEN[text.charCodeAt(at)] === true) at++;
  return at;
}

function skipSpace(text: string, start: number): number {
  let at = start;
  while (text[at] === " " || text[at] === "\t") at++;
  return at;
}

const TOKEN: readonly boolean[] = Array.from({ length: 128 }, (_, code) =>
  /[!#$%&'*+.^_`|~0-9A-Za-z-]/.test(String.fromCharCode(code)),
);
