/** Schemes that a value may bring into a URL attribute: none of them runs script or names local data. */
const SAFE_SCHEMES: ReadonlySet<string> = new Set(["http:", "https:", "mailto:", "tel:"]);

/** What stands in for a URL that was refused: an address that leads nowhere. */
export const INVALID_URL = "about:invalid";

/**
 * What the start of a URL says about its scheme: `relative` (it has none), `open` (letters so far, a colon may
 * follow), `unclear` (a NUL or a character reference decides), or the scheme with its colon, in lower case.
 */
export type URLStart = "relative" | "open" | "unclear" | `${string}:`;

/** Reads the scheme as the WHATWG URL parser does: leading controls and spaces, tabs and newlines count for nothing. */
export function urlStart(text: string): URLStart {
  const match = /^([a-z][a-z0-9+.-]*)?([\s\S]?)/i.exec(text.replace(/^[\u0001-\u0020]+|[\t\n\r]+/g, ""));
  const [, letters, next] = match ?? [];
  if (next === "\0") return "unclear";
  if (letters === undefined) return next === "" ? "open" : "relative";
  if (next === ":") return `${letters.toLowerCase()}:`;
  return next === "" ? "open" : "relative";
}

/** Whether a complete URL is relative or has a scheme that is safe in a page. */
export function isSafeURL(text: string): boolean {
  const start = urlStart(text);
  return start === "relative" || start === "open" || SAFE_SCHEMES.has(start);
}

/**
 * Whether a scheme may stand in a template's own text with a value after it. It is the developer's choice, but
 * for those under which the rest of the URL is code; `data:` may hold pictures, sound and fonts.
 */
export function isSafeTemplateURL(text: string): boolean {
  const start = urlStart(text);
  if (start !== "data:") return start !== "unclear" && start !== "javascript:" && start !== "vbscript:";
  return /^\s*data:(?:image\/(?!svg)[a-z0-9.+-]+|audio\/[a-z0-9.+-]+|video\/[a-z0-9.+-]+|font\/[a-z0-9.+-]+)[;,]/i.test(
    text,
  );
}

/** The text of a template as {@link urlStart} takes it: a character reference could be any character. */
export function maskReferences(text: string): string {
  return text.replaceAll("&", "\0");
}
