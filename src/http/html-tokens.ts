/** Elements whose content the tokenizer reads without tags (HTML, 13.2.6), in HTML at least. */
export const RAW_ELEMENTS: ReadonlySet<string> = new Set(
  "title textarea script style xmp iframe noembed noframes".split(" "),
);

export const TAG_NAME = /[^\t\n\f\r />]*/y;
export const BETWEEN_ATTRIBUTES = /[\t\n\f\r /]*/y;
export const ATTRIBUTE_NAME = /=?[^\t\n\f\r />=]*/y;
export const WHITESPACE = /[\t\n\f\r ]*/y;
export const UNQUOTED_VALUE = /[^\t\n\f\r >]*/y;
const COMMENT_END = /--!?>/g;

/** The three script data states (HTML, 13.2.5.15 to 31): plain, after `<!--`, and after `<script` within that. */
export const SCRIPT_STEPS = [
  /<\/script(?=[\t\n\f\r />])|<!--/gi,
  /<\/script(?=[\t\n\f\r />])|<script(?=[\t\n\f\r />])|-->/gi,
  /<\/script(?=[\t\n\f\r />])|-->/gi,
] as const;

/** The index after the sticky `pattern`'s match at `at`. */
export function skip(pattern: RegExp, text: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(text);
  return Math.max(pattern.lastIndex, at);
}

/** The index after the comment, doctype or bogus comment that begins at `open`, or -1 when it does not end. */
export function commentEnd(text: string, open: number): number {
  if (!text.startsWith("<!--", open)) return text.indexOf(">", open + 2) + 1 || -1;
  const empty = /^-?>/.exec(text.slice(open + 4, open + 6));
  if (empty) return open + 4 + empty[0].length;
  COMMENT_END.lastIndex = open + 4;
  return COMMENT_END.test(text) ? COMMENT_END.lastIndex : -1;
}
