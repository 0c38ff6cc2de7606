import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { HTTPError } from "./errors.ts";
import { canonicalPath, encodePath, queryOf } from "./path.ts";

/** The definition, word for word: the URL parser's pathname, each segment decoded once, "/" and "%" kept escaped. */
function byDefinition(target: string): string {
  return new URL(`http://x${target}`).pathname
    .split("/")
    .map((segment) => decodeURIComponent(segment).replaceAll("%", "%25").replaceAll("/", "%2F"))
    .join("/");
}

/** The path, or the code of the error. */
function outcome(target: string): string {
  try {
    return canonicalPath(target);
  } catch (error) {
    if (error instanceof HTTPError) return `${error.statusCode} ${error.code}`;
    throw error;
  }
}

const MALFORMED = "400 malformed_path";

const pieces = [
  ..."abz019-_~!$&'()*+,;=:@/..é€𝄞 \"<>[]^`{|}\\",
  "//",
  "/.",
  "/..",
  "./",
  "\t",
  "\n",
  "\x7f",
  "\ud800",
];
const escapes = [
  "%2e",
  "%2E",
  "%2f",
  "%2F",
  "%25",
  "%5c",
  "%61",
  "%41",
  "%20",
  "%3f",
  "%23",
  "%C3%A9",
  "%09",
  "%0d%0a",
];
const broken = ["%", "%z", "%zz", "%2", "%C3", "%ff", "%c0%af", "%ed%a0%80", "%00", "\0"];

const sound = fc
  .array(fc.constantFrom(...pieces, ...escapes), { maxLength: 12 })
  .map((parts) => `/${parts.join("")}`);
const anyTarget = fc
  .array(fc.constantFrom(...pieces, ...escapes, ...broken, "?", "#"), { maxLength: 12 })
  .map((parts) => `/${parts.join("")}`);

describe("canonicalPath", () => {
  it.each([
    ["/", "/"],
    ["/a/b?x=1", "/a/b"],
    ["/a/b#x?y", "/a/b"],
    ["/a/?", "/a/"],
    ["/?/a", "/"],
    ["/a//b///", "/a//b///"],
    ["/.well-known/x", "/.well-known/x"],
    ["/...", "/..."],
    ["/a.b/c..", "/a.b/c.."],
    ["/café", "/café"],
    ["/caf%C3%A9", "/café"],
    ["/a%20b+c", "/a b+c"],
    ["/a%3Fb%23c", "/a?b#c"],
    ["/%F0%9D%84%9E", "/𝄞"],
    ["*", "*"],
    ["http://host/a?x", "/a"],
    ["https://host:8443/%61", "/a"],
    ["HTTP://host", "/"],
    ["http://host?x", "/"],
  ])("reads %j as %j", (target, path) => {
    expect(canonicalPath(target)).toBe(path);
  });

  it("resolves dot segments, escaped ones too, and never climbs above the root", () => {
    expect(canonicalPath("/a/./b/../c")).toBe("/a/c");
    expect(canonicalPath("/health/../me")).toBe("/me");
    expect(canonicalPath("/public/%2e%2E/admin")).toBe("/admin");
    expect(canonicalPath("/public/.%2e/admin")).toBe("/admin");
    expect(canonicalPath("/../../etc/passwd")).toBe("/etc/passwd");
    expect(canonicalPath("/a/..")).toBe("/");
  });

  it("stops a guard bypass by percent-encoding: /%61dmin is /admin", () => {
    expect(canonicalPath("/%61dmin")).toBe("/admin");
    expect(canonicalPath("/%61%64%6D%69%6E")).toBe("/admin");
  });

  it("stops a bypass by double encoding: /%2561dmin is not /admin, nor is it decoded later", () => {
    expect(canonicalPath("/%2561dmin")).toBe("/%2561dmin");
    expect(canonicalPath("/%252e%252e/x")).toBe("/%252e%252e/x");
    expect(canonicalPath("/a%252fb")).toBe("/a%252fb");
  });

  it("keeps an encoded slash as data, in one spelling", () => {
    expect(canonicalPath("/a%2fb")).toBe("/a%2Fb");
    expect(canonicalPath("/a%2Fb")).toBe("/a%2Fb");
    expect(canonicalPath("/..%2fadmin")).toBe("/..%2Fadmin");
  });

  it("stops a bypass by backslash: a raw one divides, as in browsers, an encoded one is data", () => {
    expect(canonicalPath("/a\\b")).toBe("/a/b");
    expect(canonicalPath("/a\\..\\admin")).toBe("/admin");
    expect(canonicalPath("/a%5Cb")).toBe("/a\\b");
  });

  it('does not take a host out of a target that starts with "//" or "/\\"', () => {
    expect(canonicalPath("//evil.example/admin")).toBe("//evil.example/admin");
    expect(canonicalPath("/\\evil.example/admin")).toBe("//evil.example/admin");
    expect(canonicalPath("//user@h:99/")).toBe("//user@h:99/");
  });

  it.each([
    "/%",
    "/%z",
    "/%zz",
    "/a%2",
    "/%2%25",
    "/%%2f",
    "/%C3",
    "/%ff",
    "/%c0%af",
    "/%c1%a1",
    "/%ed%a0%80",
  ])("refuses the bad escape in %j", (target) => {
    expect(outcome(target)).toBe(MALFORMED);
  });

  it("refuses NUL, escaped or raw", () => {
    expect(outcome("/a%00.png")).toBe(MALFORMED);
    expect(outcome("/a\0b")).toBe(MALFORMED);
  });

  it("ignores bad escapes outside the path", () => {
    expect(canonicalPath("/a?%zz")).toBe("/a");
    expect(canonicalPath("/a%20b?%00#%")).toBe("/a b");
  });

  it.each(["", "?x", "a", "@evil.example/", ":80/", ".evil.example/", "\\a", "*/a", "host:443", "ftp://h/a"])(
    "refuses the target %j, which is no path",
    (target) => {
      expect(outcome(target)).toBe(MALFORMED);
    },
  );

  it.each([
    "http:/a",
    "http:a",
    "http:///a",
    "http://",
    "http://?x",
    "http://[",
    "http://h:99999/",
    "javascript:a",
  ])("refuses the absolute target %j, which has no valid host", (target) => {
    expect(outcome(target)).toBe(MALFORMED);
  });

  it("does not echo the target in its error", () => {
    expect(() => canonicalPath("/secret%zz")).toThrow(
      expect.objectContaining({ message: expect.not.stringContaining("secret") }),
    );
  });

  it("gives what its definition says for every target, plain ones too", () => {
    fc.assert(
      fc.property(anyTarget, (target) => {
        let expected: string;
        try {
          expected = byDefinition(target);
          if (expected.includes("\0")) expected = MALFORMED;
        } catch {
          expected = MALFORMED;
        }
        expect(outcome(target)).toBe(expected);
      }),
      { numRuns: 5_000 },
    );
  });

  it("agrees with its definition on each single ASCII character, in every place", () => {
    for (let code = 1; code < 128; code++) {
      const character = String.fromCharCode(code);
      if (character === "%") continue;
      for (const target of [
        `/${character}`,
        `/a${character}b`,
        `/a/${character}/b`,
        `/${character}${character}/a`,
      ]) {
        expect(canonicalPath(target), JSON.stringify(target)).toBe(byDefinition(target));
      }
    }
  });

  it("never leaves a dot segment", () => {
    fc.assert(
      fc.property(sound, (target) => {
        const segments = canonicalPath(target).split("/");
        expect(segments).not.toContain(".");
        expect(segments).not.toContain("..");
      }),
      { numRuns: 2_000 },
    );
  });

  it("keeps two paths apart whose segments differ once decoded", () => {
    const segments = fc.array(fc.string({ unit: fc.constantFrom("a", "%", "/", "2", "5", "F", "f") }), {
      minLength: 1,
    });
    fc.assert(
      fc.property(segments, segments, (one, other) => {
        const path = (parts: string[]) => canonicalPath(`/${parts.map(encodeURIComponent).join("/")}`);
        expect(path(one) === path(other)).toBe(JSON.stringify(one) === JSON.stringify(other));
      }),
      { numRuns: 2_000 },
    );
  });

  it("reads a long path in time", () => {
    const start = performance.now();
    canonicalPath(`/${"%2f".repeat(100_000)}`);
    canonicalPath(`/${"a/../".repeat(100_000)}`);
    canonicalPath(`/${"a".repeat(500_000)}`);
    expect(performance.now() - start).toBeLessThan(2_000);
  });
});

describe("queryOf", () => {
  it.each([
    ["/a", ""],
    ["/a?", ""],
    ["/a?x=1&y=%20", "x=1&y=%20"],
    ["/a?x?y", "x?y"],
    ["/a?x#y?z", "x"],
    ["/a#y?z", ""],
    ["http://h/a?x", "x"],
    ["*", ""],
  ])("takes from %j the query %j", (target, query) => {
    expect(queryOf(target)).toBe(query);
  });
});

describe("encodePath", () => {
  it.each([
    ["/", "/"],
    ["/a b", "/a%20b"],
    ["/café", "/caf%C3%A9"],
    ["/a?b#c", "/a%3Fb%23c"],
    ["/a%2Fb", "/a%2Fb"],
    ["/100%25", "/100%25"],
    ["/%252F", "/%252F"],
    ["/%2525", "/%2525"],
    ["/a\\b", "/a%5Cb"],
    ["/a;b=c,d:e@f!$&'()*+~", "/a;b=c,d:e@f!$&'()*+~"],
    ["/[x]", "/%5Bx%5D"],
    ["*", "*"],
  ])("writes %j as %j", (canonical, encoded) => {
    expect(encodePath(canonical)).toBe(encoded);
  });

  it("stops an open redirect: the path //evil.example stays on this origin", () => {
    expect(encodePath("//evil.example/a")).toBe("/.//evil.example/a");
    expect(new URL(encodePath("//evil.example/a"), "https://us.example/x").origin).toBe("https://us.example");
    expect(new URL(encodePath("/\\evil.example"), "https://us.example/x").origin).toBe("https://us.example");
  });

  it("stops header splitting: CR and LF come out escaped", () => {
    expect(encodePath(canonicalPath("/a%0d%0aSet-Cookie:%20x=1"))).toBe("/a%0D%0ASet-Cookie:%20x=1");
  });

  it("refuses half a surrogate pair", () => {
    expect(() => encodePath("/\ud800")).toThrow(TypeError);
  });

  it("round-trips every canonical path, as printable ASCII on the same origin", () => {
    fc.assert(
      fc.property(sound, (target) => {
        const canonical = canonicalPath(target);
        const encoded = encodePath(canonical);
        expect(canonicalPath(encoded)).toBe(canonical);
        expect(encoded).toMatch(/^\/(?![/\\])[!-~]*$/);
        expect(new URL(encoded, "https://us.example/x/y").origin).toBe("https://us.example");
      }),
      { numRuns: 5_000 },
    );
  });
});
