import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { canonicalPath } from "../http/path.ts";
import { Matcher } from "./matcher.ts";
import { fillPattern, joinPatterns, parsePattern } from "./pattern.ts";

const fill = (text: string, params?: Record<string, string | number>) =>
  fillPattern(parsePattern(text), params);

/** What a route of this pattern gets from a request for `target`. */
function valuesAt(text: string, target: string): readonly (string | number)[] | undefined {
  const matcher = new Matcher<string>();
  matcher.add(parsePattern(text), () => text);
  return matcher.find(canonicalPath(target))?.values;
}

describe("parsePattern", () => {
  it("takes a pattern apart", () => {
    expect(parsePattern("/users/{id:int}/posts/{slug}")).toEqual({
      text: "/users/{id:int}/posts/{slug}",
      segments: [
        { kind: "literal", text: "users" },
        { kind: "parameter", name: "id", converter: "int" },
        { kind: "literal", text: "posts" },
        { kind: "parameter", name: "slug", converter: "str" },
      ],
      names: ["id", "slug"],
      shape: "/users/{int}/posts/{str}",
    });
  });

  it("gives patterns that match the same paths the same shape", () => {
    expect(parsePattern("/{a}").shape).toBe(parsePattern("/{b:str}").shape);
    expect(parsePattern("/{a}").shape).not.toBe(parsePattern("/{a:path}").shape);
    expect(parsePattern("/a").shape).not.toBe(parsePattern("/a/").shape);
    expect(parsePattern("/str").shape).not.toBe(parsePattern("/{str}").shape);
  });

  it("writes literal text as canonical paths have it", () => {
    expect(parsePattern("/café/a b/100%").shape).toBe("/café/a b/100%25");
  });

  it.each([
    ["users", 'must start with "/"'],
    ["", 'must start with "/"'],
    ["*", 'must start with "/"'],
    ["/file-{x}.txt", 'a parameter is a whole segment between slashes. Write "{name}"'],
    ["/{a}{b}", "a parameter is a whole segment"],
    ["/{a", "a parameter is a whole segment"],
    ["/a}", "a parameter is a whole segment"],
    ["/{a:int:x}", 'has no converter "int:x"'],
    ["/{a/b}", "a parameter is a whole segment"],
    ["/{}", 'Write an identifier, as in "{id}"'],
    ["/{:int}", "Write an identifier"],
    ["/{1a}", "Write an identifier"],
    ["/{user-id}", "Write an identifier"],
    ["/{ a }", "Write an identifier"],
    ["/{__proto__}", "Choose another name"],
    ["/{constructor}", "Choose another name"],
    ["/{prototype:int}", "Choose another name"],
    ["/{a}/{a:int}", 'has two parameters "a"'],
    ["/{a:integer}", "Known are: uuid, int, float, str, path."],
    ["/{a:Int}", 'Did you mean "int"?'],
    ["/{a:guid}", 'Did you mean "uuid"?'],
    ["/{a:}", "has no converter"],
    ["/{a:toString}", "has no converter"],
    ["/{a:path}/x", "Put it last"],
    ["/{a:path}/", "Put it last"],
    ["/a%20b", 'has the percent escape "%20". Write literal text decoded'],
    ["/a%2Fb", 'has the percent escape "%2F"'],
    ["/a?b", "read it from req.query"],
    ["/a#b", 'has a "#"'],
    ["/a\\b", "has a backslash"],
    ["//a", "two slashes in a row"],
    ["/a//b", "two slashes in a row"],
    ["/a/../b", 'has the segment ".."'],
    ["/.", 'has the segment "."'],
    ["/a\nb", "control character"],
    ["/\ud800", "half a surrogate pair"],
  ])("refuses %j and says what to write", (text, advice) => {
    expect(() => parsePattern(text)).toThrow(TypeError);
    expect(() => parsePattern(text)).toThrow(advice);
    expect(() => parsePattern(text)).toThrow(JSON.stringify(text));
  });

  it("refuses what is no string", () => {
    expect(() => parsePattern(undefined as unknown as string)).toThrow(
      'The pattern undefined must start with "/"',
    );
    expect(() => parsePattern(/a/ as unknown as string)).toThrow(TypeError);
  });
});

describe("fillPattern", () => {
  it("writes the path of a route", () => {
    expect(fill("/")).toBe("/");
    expect(fill("/a/")).toBe("/a/");
    expect(fill("/users/{id:int}/posts/{slug}", { id: 7, slug: "a b" })).toBe("/users/7/posts/a%20b");
    expect(fill("/café/{x}", { x: "a/b" })).toBe("/caf%C3%A9/a%2Fb");
    expect(fill("/files/{p:path}", { p: "a b/c%d" })).toBe("/files/a%20b/c%25d");
    expect(fill("/files/{p:path}", { p: "" })).toBe("/files/");
    expect(fill("/{u:uuid}", { u: "123E4567-E89B-12D3-A456-426614174000" })).toBe(
      "/123e4567-e89b-12d3-a456-426614174000",
    );
  });

  it("writes numbers without exponent", () => {
    expect(fill("/{x:float}", { x: 1e-7 })).toBe("/0.0000001");
    expect(fill("/{x:float}", { x: -1.5e-9 })).toBe("/-0.0000000015");
    expect(fill("/{x:float}", { x: 1.25e21 })).toBe("/1250000000000000000000");
    expect(fill("/{x:float}", { x: -0 })).toBe("/0");
  });

  it("stops an open redirect: a path value cannot name a host", () => {
    expect(fill("/{p:path}", { p: "/evil.example/x" })).toBe("/.//evil.example/x");
    expect(fill("/{p:path}", { p: "\\evil.example" })).toBe("/%5Cevil.example");
  });

  it("stops traversal: a value never becomes a dot segment", () => {
    for (const x of [".", ".."]) {
      expect(() => fill("/a/{x}", { x })).toThrow("takes a string of well-formed Unicode that is not empty");
      expect(() => fill("/a/{x:path}", { x: `b/${x}/c` })).toThrow("which no URL can carry as data");
      expect(() => fill("/a/{x:path}", { x })).toThrow(TypeError);
    }
    expect(fill("/a/{x}", { x: "../b" })).toBe("/a/..%2Fb");
    expect(fill("/a/{x}", { x: "%2e%2e" })).toBe("/a/%252e%252e");
    expect(fill("/a/{x}", { x: "..." })).toBe("/a/...");
  });

  it.each<[string, string | number]>([
    ["/{x}", ""],
    ["/{x}", 1],
    ["/{x}", "a\0"],
    ["/{x}", "\ud800"],
    ["/{x:int}", "1"],
    ["/{x:int}", 1.5],
    ["/{x:int}", 2 ** 53],
    ["/{x:float}", Number.NaN],
    ["/{x:float}", Number.POSITIVE_INFINITY],
    ["/{x:float}", "1.5"],
    ["/{x:uuid}", "abc"],
    ["/{x:path}", 1],
    ["/{x:path}", "a\0b"],
  ])("for %j refuses the value %j, names the parameter, and says what it takes", (text, x) => {
    expect(() => fill(text, { x })).toThrow(TypeError);
    expect(() => fill(text, { x })).toThrow(`The parameter "x" of "${text}" takes a`);
  });

  it("never repeats a refused value in its message", () => {
    expect(() => fill("/{x:int}", { x: "hunter2" })).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("hunter2") }),
    );
  });

  it("names a parameter that is missing or unknown, and the nearest", () => {
    expect(() => fill("/users/{id:int}")).toThrow(
      '"/users/{id:int}" needs the parameter "id": a safe integer',
    );
    expect(() => fill("/users/{userId}", { userid: "1" })).toThrow(
      'has no parameter "userid". Did you mean "userId"?',
    );
    expect(() => fill("/users", { id: 1 })).toThrow('"/users" has no parameter "id". It takes none.');
  });

  it("takes own properties only", () => {
    expect(() => fill("/{toString}", {})).toThrow('needs the parameter "toString"');
  });

  const uuid = fc.uuid();
  const str = fc
    .oneof(
      fc.string({ unit: "binary", minLength: 1 }),
      fc.string({ unit: fc.constantFrom(..."ab./\\%2F25e?#é "), minLength: 1 }),
    )
    .filter((text) => text !== "." && text !== ".." && !text.includes("\0") && text.isWellFormed());
  const path = fc
    .array(str.map((text) => text.replaceAll("/", "")))
    .map((parts) => parts.join("/"))
    .filter((text) => !text.split("/").some((segment) => segment === "." || segment === ".."));

  it("matches back to the same values, whatever they are", () => {
    fc.assert(
      fc.property(
        str,
        fc.maxSafeInteger(),
        fc.double({ noNaN: true, noDefaultInfinity: true }).map((x) => (x === 0 ? 0 : x)),
        uuid,
        path,
        (a, b, c, d, e) => {
          const pattern = "/x é/{a}/{b:int}/{c:float}/{d:uuid}/{e:path}";
          expect(valuesAt(pattern, fill(pattern, { a, b, c, d, e }))).toEqual([a, b, c, d, e]);
        },
      ),
      { numRuns: 2_000 },
    );
  });

  it("matches back from the root too, where a value may begin with slashes", () => {
    fc.assert(
      fc.property(path, (rest) => {
        const target = fill("/{rest:path}", { rest });
        expect(target).not.toMatch(/^\/[/\\]/);
        expect(valuesAt("/{rest:path}", target)).toEqual([rest]);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("joinPatterns", () => {
  it.each([
    ["", "/x", "/x"],
    ["/", "/x", "/x"],
    ["", "/", "/"],
    ["/", "/", "/"],
    ["/api", "/", "/api"],
    ["/api", "/x", "/api/x"],
    ["/api", "/x/", "/api/x/"],
    ["/{team}", "/{id:int}", "/{team}/{id:int}"],
  ])("puts %j before %j", (prefix, path, joined) => {
    expect(joinPatterns(prefix, path)).toBe(joined);
  });

  it("says what to write where a slash is missing or too many", () => {
    expect(() => joinPatterns("api", "/x")).toThrow('The prefix "api" must start with "/"');
    expect(() => joinPatterns("/api/", "/x")).toThrow(
      'The prefix "/api/" must not end with "/". Write "/api"',
    );
    expect(() => joinPatterns("/api", "x")).toThrow('The pattern "x" must start with "/"');
    expect(() => joinPatterns("/api", "")).toThrow('The pattern "" must start with "/"');
  });
});
