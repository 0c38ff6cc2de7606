import { describe, expect, it } from "vitest";
import { canonicalPath } from "../http/path.ts";
import type { ConverterName } from "./converters.ts";
import { Matcher } from "./matcher.ts";
import { parsePattern } from "./pattern.ts";

/** What a route of this pattern gets from a request for `target`. */
function valuesAt(text: string, target: string): readonly (string | number)[] | undefined {
  const matcher = new Matcher<string>();
  matcher.add(parsePattern(text), () => text);
  return matcher.find(canonicalPath(target))?.values;
}

describe("converters", () => {
  it.each<[ConverterName, string, string | number]>([
    ["str", "a", "a"],
    ["str", "a%2Fb", "a/b"],
    ["str", "100%25", "100%"],
    ["str", "%252F", "%2F"],
    ["str", "%5C", "\\"],
    ["int", "0", 0],
    ["int", "42", 42],
    ["int", "-7", -7],
    ["int", "%34%32", 42],
    ["int", "9007199254740991", Number.MAX_SAFE_INTEGER],
    ["int", "-9007199254740991", Number.MIN_SAFE_INTEGER],
    ["float", "0", 0],
    ["float", "3.14", 3.14],
    ["float", "-0.5", -0.5],
    ["float", "10", 10],
    ["float", "1.50", 1.5],
    ["uuid", "123E4567-e89b-12d3-A456-426614174000", "123e4567-e89b-12d3-a456-426614174000"],
    ["path", "", ""],
    ["path", "a", "a"],
    ["path", "a/b/", "a/b/"],
    ["path", "/a", "/a"],
    ["path", "100%25/b", "100%/b"],
  ])("%s reads %j as %j", (converter, text, value) => {
    expect(valuesAt(`/x/{value:${converter}}`, `/x/${text}`)).toEqual([value]);
  });

  it.each<[ConverterName, string]>([
    ["str", ""],
    ["str", "a/b"],
    ["int", ""],
    ["int", "-0"],
    ["int", "+1"],
    ["int", "01"],
    ["int", "1.0"],
    ["int", "1e3"],
    ["int", "0x10"],
    ["int", "1%20"],
    ["int", "1%0A"],
    ["int", "١"],
    ["int", "9007199254740992"],
    ["int", "99999999999999999999"],
    ["float", "-0"],
    ["float", "-0.0"],
    ["float", ".5"],
    ["float", "5."],
    ["float", "01.5"],
    ["float", "1e3"],
    ["float", "NaN"],
    ["float", "Infinity"],
    ["float", "1.5%0A"],
    ["uuid", "123e4567e89b12d3a456426614174000"],
    ["uuid", "g23e4567-e89b-12d3-a456-426614174000"],
    ["uuid", "{123e4567-e89b-12d3-a456-426614174000}"],
    ["uuid", "123e4567-e89b-12d3-a456-426614174000%0A"],
    ["path", "a%2Fb"],
    ["path", "a/..%2f..%2fetc"],
  ])("%s does not match %j", (converter, text) => {
    expect(valuesAt(`/x/{value:${converter}}`, `/x/${text}`)).toBeUndefined();
  });

  it("float does not match what no number can hold", () => {
    expect(valuesAt("/{value:float}", `/${"9".repeat(400)}`)).toBeUndefined();
    expect(valuesAt("/{value:float}", `/-0.${"0".repeat(400)}1`)).toBeUndefined();
  });

  it("path needs the slash before it", () => {
    expect(valuesAt("/files/{rest:path}", "/files")).toBeUndefined();
    expect(valuesAt("/files/{rest:path}", "/files/")).toEqual([""]);
    expect(valuesAt("/{rest:path}", "/")).toEqual([""]);
  });
});
