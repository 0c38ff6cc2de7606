import { problem } from "./errors.ts";

const SLASH = 47;
const DOT = 46;
const PERCENT_SIGN = 37;
const QUESTION_MARK = 63;

/** 1 for each character that the URL parser and percent-decoding both leave as it is. */
const PLAIN = new Uint8Array(128);
for (const character of "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~!$&'()*+,;=:@/.") {
  PLAIN[character.charCodeAt(0)] = 1;
}

/** RFC 9112, 3.2.2, for the two schemes of ours; a host has to be there (RFC 9110, 4.2.1). */
const ABSOLUTE_FORM = /^https?:\/\/[^/\\?#\s]/i;

/**
 * The one path that router, hooks, guards and logs see: what the WHATWG URL parser makes of the request
 * target, with each segment percent-decoded exactly once.
 *
 * Two characters stay escaped, so that different paths never become one text: a slash inside a segment is
 * `%2F`, a percent sign is `%25`. `/%61dmin` is `/admin`, `/a%2fb` is `/a%2Fb`, `/%2561` is `/%2561`.
 *
 * @param target the request target as sent (RFC 9112, 3.2): `/a/b?x`, `http://host/a/b?x`, or `*`, which
 *   stays `*`
 * @throws HTTPError 400 `malformed_path` for a bad percent escape, an escape that is not UTF-8, a NUL, or a
 *   target of another form
 * @example
 * canonicalPath("/caf%C3%A9/../%61dmin?x=1"); // "/admin"
 */
export function canonicalPath(target: string): string {
  if (target.charCodeAt(0) !== SLASH) return target === "*" ? target : parsedPath(absolute(target));
  let end = target.length;
  let escaped = false;
  let segmentStarts = true;
  for (let index = 1; index < end; index++) {
    const code = target.charCodeAt(index);
    if (code === QUESTION_MARK) end = index;
    else if (code === PERCENT_SIGN) escaped = true;
    else if (PLAIN[code] !== 1) return parsedPath(`http://x${target}`);
    // A dot segment starts like this, and only the URL parser resolves it.
    if (segmentStarts && (code === DOT || code === PERCENT_SIGN)) return parsedPath(`http://x${target}`);
    segmentStarts = code === SLASH;
  }
  const path = end === target.length ? target : target.slice(0, end);
  return escaped ? decodedOnce(path) : path;
}

/** The query of a request target: the text after "?", undecoded, without a fragment; "" where there is none. */
export function queryOf(target: string): string {
  const start = target.indexOf("?");
  if (start === -1) return "";
  const hash = target.indexOf("#");
  if (hash === -1) return target.slice(start + 1);
  return hash < start ? "" : target.slice(start + 1, hash);
}

/**
 * Turns a canonical path back into a URL path (RFC 3986) that is safe in a `Location` header: `canonicalPath`
 * gives the same text back, and a browser stays on the same origin, as the result never starts with "//".
 *
 * @param canonical what {@link canonicalPath} returned, or text built by its rules
 * @throws TypeError for text that is not well-formed Unicode, which no request can have sent
 * @example
 * encodePath("/a b/c%2Fd"); // "/a%20b/c%2Fd"
 * encodePath("//evil.example"); // "/.//evil.example"
 */
export function encodePath(canonical: string): string {
  if (!canonical.isWellFormed()) throw new TypeError("A path must be well-formed Unicode");
  const encoded = encodeURI(canonical)
    .replace(/%25(?=2F|25)/g, "%")
    .replaceAll("?", "%3F")
    .replaceAll("#", "%23");
  return encoded.startsWith("//") ? `/.${encoded}` : encoded;
}

function absolute(target: string): string {
  if (ABSOLUTE_FORM.test(target)) return target;
  throw problem("malformed_path", 'The request target must start with "/"');
}

function parsedPath(url: string): string {
  const parsed = URL.parse(url);
  if (!parsed) throw problem("malformed_path", "The request target is not a URL");
  return decodedOnce(parsed.pathname);
}

function decodedOnce(path: string): string {
  let decoded: string;
  try {
    decoded = decodeURIComponent(path.replace(/%2(?:f|5)/gi, keepEscaped));
  } catch {
    throw problem("malformed_path", "The path has a percent escape that is malformed or not UTF-8");
  }
  if (decoded.includes("\0")) throw problem("malformed_path", "The path has a NUL character");
  return decoded;
}

/** Escapes the escape, so that decoding once leaves it standing, in its one spelling. */
function keepEscaped(triplet: string): string {
  return `%25${triplet.slice(1).toUpperCase()}`;
}
