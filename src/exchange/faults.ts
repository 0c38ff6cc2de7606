import type { StandardSchemaV1 } from "@standard-schema/spec";
import type { ProblemFault } from "../http/errors.ts";

/** Beyond these a fault's message is not searched for values, and says nothing in particular. */
const MOST_TEXTS = 200;
const LONGEST_MESSAGE = 2_000;
/** Shorter texts are taken for values only in quotes: they could be any word of the message. */
const SHORTEST_BARE_TEXT = 4;

/** Of a fault's pointer and of its message, in characters. */
const LONGEST_TEXT = 256;

/** A body of thousands of faults would otherwise be answered with more than was sent. */
export const MOST_FAULTS = 100;

/**
 * An issue of a schema as a fault, without the value: some libraries write into their messages what they were given,
 * which may be a password, and ends up in logs.
 */
export function faultOf(issue: StandardSchemaV1.Issue, part: string, root: unknown): ProblemFault {
  const keys = (issue.path ?? []).map((step) => (typeof step === "object" ? step.key : step));
  const message = withoutValue(issue.message, valueAt(root, keys));
  return { in: part, pointer: pointerOf(keys), message: message.slice(0, LONGEST_TEXT) };
}

/** A key is the sender's own text: one of a megabyte, named by a hundred faults, would be a hundred megabytes. */
function pointerOf(keys: readonly PropertyKey[]): string {
  let pointer = "";
  for (const key of keys) {
    const text = String(key).slice(0, LONGEST_TEXT);
    pointer += `/${text.replaceAll("~", "~0").replaceAll("/", "~1")}`;
    if (pointer.length > LONGEST_TEXT) return `${pointer.slice(0, LONGEST_TEXT)}…`;
  }
  return pointer;
}

function valueAt(root: unknown, keys: readonly PropertyKey[]): unknown {
  return keys.reduce<unknown>(
    (value, key) =>
      value === null || value === undefined ? value : (value as Record<PropertyKey, unknown>)[key],
    root,
  );
}

function withoutValue(message: string, value: unknown): string {
  const texts = message.length > LONGEST_MESSAGE ? undefined : textsOf(value);
  if (texts === undefined) return "Invalid value";
  // The longest first, so that none is left standing because a part of it is gone.
  return texts
    .filter((text) => message.includes(text))
    .sort((one, other) => other.length - one.length)
    .reduce((cleaned, text) => cleaned.replace(standing(text), "…"), message);
}

/** What a message could hold of a value, or undefined where that is too much. */
function textsOf(value: unknown): string[] | undefined {
  const texts: string[] = [];
  const pending = [value];
  const seen = new Set<unknown>();
  while (pending.length > 0) {
    const next = pending.pop();
    if (typeof next === "string") texts.push(...spellingsOf(next));
    else if (typeof next === "number") texts.push(String(next));
    else if (typeof next === "bigint") texts.push(String(next), `${next}n`);
    else if (typeof next === "object" && next !== null && !seen.has(next)) {
      seen.add(next);
      const parts = Object.values(next);
      if (pending.length + parts.length > MOST_TEXTS) return undefined;
      pending.push(...parts);
    }
    if (seen.size > MOST_TEXTS) return undefined;
  }
  return texts;
}

function spellingsOf(text: string): string[] {
  const quoted = [JSON.stringify(text), `"${text}"`, `'${text}'`, `\`${text}\``];
  return text.length < SHORTEST_BARE_TEXT ? quoted : [...quoted, text];
}

/** The text, unless it is part of a longer word or number; in quotes it is none. */
function standing(text: string): RegExp {
  const escaped = RegExp.escape(text);
  return /^["'`]/.test(text)
    ? new RegExp(escaped, "gu")
    : new RegExp(`(?<![\\p{L}\\p{N}])${escaped}(?![\\p{L}\\p{N}])`, "gu");
}
