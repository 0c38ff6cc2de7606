import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ConverterName } from "./converters.ts";
import { Matcher } from "./matcher.ts";
import { type Pattern, parsePattern } from "./pattern.ts";

const UUID = "123e4567-e89b-12d3-a456-426614174000";

/** Matches one pattern by regular expressions, segment by segment. */
const NAIVE: Readonly<Record<ConverterName, RegExp>> = {
  uuid: /^[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}$/,
  int: /^(0|-?[1-9]\d{0,14})$/,
  float: /^(?!-0(\.0+)?$)-?(0|[1-9]\d*)(\.\d+)?$/,
  str: /^.+$/s,
  path: /^(?!.*%2F).*$/s,
};
const RANKS: readonly string[] = ["literal", "uuid", "int", "float", "str", "path"];

function naiveValues(pattern: Pattern, path: string): (string | number)[] | undefined {
  const given = path.slice(1).split("/");
  const values: (string | number)[] = [];
  const last = pattern.segments.at(-1);
  if (last?.kind === "parameter" && last.converter === "path" && given.length >= pattern.segments.length) {
    given.push(given.splice(pattern.segments.length - 1).join("/"));
  }
  if (given.length !== pattern.segments.length) return undefined;
  for (const [index, segment] of pattern.segments.entries()) {
    const text = given[index] ?? "";
    if (segment.kind === "literal") {
      if (segment.text !== text) return undefined;
      continue;
    }
    if (!NAIVE[segment.converter].test(text)) return undefined;
    const decoded = text.replaceAll(/%(2F|25)/g, decodeURIComponent);
    if (segment.converter === "int" || segment.converter === "float") values.push(Number(text));
    else values.push(segment.converter === "uuid" ? text.toLowerCase() : decoded);
  }
  return values;
}

function naiveFind(patterns: readonly Pattern[], path: string) {
  const ranks = (pattern: Pattern) =>
    pattern.segments
      .map((segment) => RANKS.indexOf(segment.kind === "literal" ? "literal" : segment.converter))
      .join("");
  const sorted = patterns.toSorted((a, b) => (ranks(a) < ranks(b) ? -1 : 1));
  for (const pattern of sorted) {
    const values = naiveValues(pattern, path);
    if (values) return { target: pattern.shape, values };
  }
  return undefined;
}

describe("Matcher against a naive one", () => {
  const literal = fc.constantFrom("a", "b", "1", "-1", "1.5", UUID, "é", "%");
  const parameter = fc.constantFrom("", ":str", ":int", ":float", ":uuid");
  const pattern = fc
    .tuple(
      fc.array(
        fc.oneof(
          literal,
          parameter.map((converter) => `{N${converter}}`),
        ),
        { maxLength: 4 },
      ),
      fc.constantFrom("", "", "/", "/{N:path}"),
    )
    .map(([parts, end]) => {
      let count = 0;
      const text = (parts.map((part) => `/${part}`).join("") + end || "/").replaceAll(
        "N",
        () => `n${count++}`,
      );
      return parsePattern(text);
    });
  const segment = fc.constantFrom(
    "a",
    "b",
    "1",
    "-1",
    "0",
    "-0",
    "01",
    "1.5",
    "-0.0",
    UUID,
    UUID.toUpperCase(),
    "é",
    "%25",
    "x%2Fy",
    "",
  );
  const path = fc.array(segment, { minLength: 1, maxLength: 6 }).map((parts) => `/${parts.join("/")}`);

  it("finds the same target and values among overlapping patterns", () => {
    let found = 0;
    fc.assert(
      fc.property(
        fc.array(pattern, { minLength: 1, maxLength: 40 }),
        fc.array(path, { minLength: 20, maxLength: 20 }),
        (patterns, paths) => {
          const matcher = new Matcher<string>();
          for (const each of patterns) matcher.add(each, () => each.shape);
          for (const each of paths) {
            const expected = naiveFind(patterns, each);
            if (expected) found++;
            expect(matcher.find(each), each).toEqual(expected);
          }
        },
      ),
      { numRuns: 1_000 },
    );
    expect(found).toBeGreaterThan(1_000);
  });
});
