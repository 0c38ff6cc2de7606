import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseMediaType } from "./types.ts";

describe("parseMediaType", () => {
  it("gives the type in lower case, without parameters", () => {
    expect(parseMediaType("Text/HTML; charset=utf-8")?.essence).toBe("text/html");
  });

  it("gives parameters by lower-case name, their values as sent", () => {
    const type = parseMediaType('multipart/form-data ; Boundary="a \\"b\\" c";x=Y');
    expect(Object.fromEntries(type?.parameters ?? [])).toEqual({ boundary: 'a "b" c', x: "Y" });
  });

  it("allows empty parameters and spaces around semicolons, as RFC 9110 does", () => {
    expect(parseMediaType("application/json;")?.essence).toBe("application/json");
    expect(parseMediaType("application/json\t; ; charset=utf-8 ")?.parameters.get("charset")).toBe("utf-8");
  });

  it.each([
    ["an absent header", null],
    ["an empty header", ""],
    ["no subtype", "application"],
    ["an empty subtype", "application/"],
    ["an empty type", "/json"],
    ["a tab inside (CVE-2026-25223)", "application/json\ta"],
    ["a tab before", "\tapplication/json"],
    ["a tab in the type", "application/\tjson"],
    ["garbage after a space", "application/json garbage"],
    ["two types in one", "application/json, text/plain"],
    ["a second slash", "application/json/x"],
    ["a parameter without a value", "text/html; charset"],
    ["a parameter with an empty value", "text/html; charset="],
    ["a space around the equals sign", "text/html; charset = utf-8"],
    ["a parameter named twice", "text/html; charset=utf-8; CHARSET=latin1"],
    ["an open quote", 'text/html; charset="utf-8'],
    ["an open escape", 'text/html; charset="utf-8\\'],
    ["a control character in quotes", 'text/html; a="\u0000"'],
    ["text after the quotes", 'text/html; a="b"c'],
    ["a letter outside ASCII", "text/ſhtml"],
  ])("takes %s for no type", (_what, header) => {
    expect(parseMediaType(header)).toBeNull();
  });

  it("never throws, and what it gives is a token on both sides", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary" }),
        fc.constantFrom("", "a/b", "a/b;", 'a/b;c="'),
        (tail, head) => {
          const type = parseMediaType(head + tail);
          if (type) expect(type.essence).toMatch(/^[!#$%&'*+.^_`|~0-9a-z-]+\/[!#$%&'*+.^_`|~0-9a-z-]+$/);
        },
      ),
    );
  });
});
