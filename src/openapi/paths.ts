import { encodePath } from "../http/path.ts";
import type { RouteRecord } from "../registration/record.ts";
import type { Pattern } from "../routing/pattern.ts";

/** The methods that an OpenAPI path can have, without those that the framework answers by itself. */
const METHODS: ReadonlySet<string> = new Set(["GET", "PUT", "POST", "DELETE", "PATCH", "TRACE"]);

/** One method of a route that the document describes. */
export interface Described {
  readonly record: RouteRecord;
  /** Lower case, as in the document. */
  readonly method: string;
}

/** What the document describes, in the order of registration. */
export function describedIn(records: Iterable<RouteRecord>): readonly Described[] {
  return [...records].flatMap((record) =>
    record.documentation.hidden
      ? []
      : record.methods
          .filter((method) => METHODS.has(method))
          .map((method) => ({ record, method: method.toLowerCase() })),
  );
}

/** A pattern as the document writes it, percent-encoded: `/users/{id}`. */
export function templateOf(pattern: Pattern): string {
  return pattern.segments
    .map((segment) => `/${segment.kind === "literal" ? encodePath(segment.text) : `{${segment.name}}`}`)
    .join("");
}

/** What two templates share that OpenAPI takes for the same. */
export function templateShape(pattern: Pattern): string {
  return templateOf(pattern).replace(/\{[^}]*\}/g, "{}");
}

/**
 * A name for each of the operations, unique and made of letters and digits: the route's own where it has one, else the
 * method and the path, `getUsersById`.
 */
export function operationIds(described: readonly Described[]): ReadonlyMap<Described, string> {
  const uses = new Map<string, number>();
  for (const { record } of described) {
    if (record.name !== undefined) uses.set(record.name, (uses.get(record.name) ?? 0) + 1);
  }
  const taken = new Set<string>();
  const ids = described.map((operation): [Described, string] => {
    const { method, record } = operation;
    const words =
      record.name === undefined
        ? [method, ...wordsOf(record.pattern)]
        : [...(uses.get(record.name) === 1 ? [] : [method]), ...splitWords(record.name)];
    const wanted = camelCased(words);
    let id = wanted;
    for (let number = 2; taken.has(id); number++) id = `${wanted}${number}`;
    taken.add(id);
    return [operation, id];
  });
  return new Map(ids);
}

function wordsOf({ segments }: Pattern): readonly string[] {
  const words = segments.flatMap((segment) =>
    segment.kind === "literal" ? splitWords(segment.text) : ["by", ...splitWords(segment.name)],
  );
  return words.length === 0 ? ["root"] : words;
}

function splitWords(text: string): readonly string[] {
  return text.split(/[^A-Za-z0-9]+/).filter((word) => word !== "");
}

function camelCased(words: readonly string[]): string {
  const capital = (word: string) => word.slice(0, 1).toUpperCase() + word.slice(1);
  return words.map((word, index) => (index === 0 ? word : capital(word))).join("");
}
