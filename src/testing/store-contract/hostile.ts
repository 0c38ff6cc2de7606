/** Strings that end up in statements, patterns, key names and prototypes where a store is careless. */
export const HOSTILE: readonly string[] = [
  "",
  " ",
  "trailing ",
  " leading",
  "line\r\nbreak\ttab",
  "it's",
  '"quoted"',
  "back\\slash\\",
  "`tick`",
  "'; drop table sessions; --",
  "$1 ? :name @p",
  "100% %s %d",
  "under_score",
  "a.b.c",
  "a:b:c",
  "a,b",
  "{brace}",
  "}{",
  "[bracket]",
  "*",
  "d:user",
  "user",
  "id",
  "expiresAt",
  "0",
  "-1",
  "null",
  "undefined",
  "NaN",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "<script>alert(1)</script>",
  "ünïcödé",
  "日本語",
  "עברית",
  "👩‍👩‍👧 🏴󠁧󠁢󠁥󠁮󠁧󠁿",
  "\u2028\u2029\uFEFF",
  "\uFFFF",
  "\u0001\u001F\u007F",
];

/** Endings that make different strings of one, and that a collation may take for the same. */
export const LOOKALIKES: readonly string[] = [
  "a",
  "A",
  "a ",
  "á",
  "a\u0301",
  "ａ",
  "ss",
  "ß",
  "i",
  "I",
  "ı",
  "İ",
  "_",
  "%",
  "\\",
  "\u200B",
  "",
];

/** What UTF-8 or a database cannot hold. The contract lets a store reject them, and never change them. */
export const UNKEEPABLE: readonly string[] = ["nul\u0000byte", "\uD800", "\uDC00 alone"];

/** 64 KiB of JSON text: each repetition has 14 bytes as JSON in UTF-8. */
export const LARGE_JSON = JSON.stringify("ü😀'\\\"{}%".repeat(4_681));

/** The same letters in the other case. */
export function otherCase(text: string): string {
  return text.replace(/[a-z]/gi, (letter) =>
    letter === letter.toLowerCase() ? letter.toUpperCase() : letter.toLowerCase(),
  );
}
