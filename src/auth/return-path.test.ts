import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { returnPath } from "./return-path.ts";

const ORIGIN = "https://app.example";
const back = (next: string) =>
  returnPath({ url: new URL(`${ORIGIN}/login?next=${encodeURIComponent(next)}`) }, "/home");

describe("returnPath", () => {
  it.each(["/dashboard", "/a/b?c=d&e=f", "/caf%C3%A9", "/", "/a?next=//evil.example", "/a#part"])(
    "leads back to %s",
    (path) => {
      expect(back(path)).toBe(path);
    },
  );

  it("falls back without a next, or with an empty one", () => {
    expect(returnPath({ url: new URL(`${ORIGIN}/login`) }, "/home")).toBe("/home");
    expect(back("")).toBe("/home");
  });

  it("takes the first of two", () => {
    const url = new URL(`${ORIGIN}/login?next=/a&next=//evil.example`);
    expect(returnPath({ url }, "/home")).toBe("/a");
  });
});

describe("attack: an open redirect after sign-in", () => {
  it.each([
    "https://evil.example",
    "http://app.example/",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example",
    "/\r\n\\evil.example",
    "\t//evil.example",
    " //evil.example",
    " /ok",
    "javascript:alert(1)",
    "data:text/html,x",
    "evil.example",
    "./a",
    "../a",
    "?a",
    "@evil.example",
    "https:evil.example",
    "https:/evil.example",
    "https:\\\\evil.example",
    "https://app.example@evil.example",
    "https://app.example.evil.example",
    "/\u0000/evil.example",
  ])("%j leads nowhere else", (next) => {
    const location = back(next);
    expect(new URL(location, ORIGIN).origin).toBe(ORIGIN);
    expect(location.startsWith("/")).toBe(true);
    expect(location).not.toMatch(/^\/[/\\]/);
  });

  it("whatever it is, a browser stays here, and the header holds one line", () => {
    const part = fc.constantFrom(
      "/",
      "\\",
      "evil.example",
      ".",
      "..",
      "\t",
      "\n",
      "\r",
      "%2f",
      "%5c",
      "@",
      ":",
      "?",
      "#",
      "https:",
      "\u0000",
      "\u3002",
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(part, fc.string({ maxLength: 2, unit: "binary" })), { maxLength: 8 }),
        (parts) => {
          const location = back(parts.join("").toWellFormed());
          for (const base of [ORIGIN, "http://app.example/deep/er/"]) {
            const target = new URL(location, base);
            expect(target.host).toBe("app.example");
          }
          expect(location).toMatch(/^\/(?![/\\])[\x21-\x7e]*$/);
        },
      ),
      { numRuns: 300 },
    );
  });
});
