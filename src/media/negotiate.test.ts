import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { preferred } from "./negotiate.ts";

const OFFERED = ["text/html", "application/json", "text/plain"];

describe("preferred", () => {
  it.each([
    ["no header", null, "text/html"],
    ["an empty header", "", "text/html"],
    ["a header of nothing but commas", " , ,", "text/html"],
    ["anything", "*/*", "text/html"],
    ["one type", "application/json", "application/json"],
    ["a type in other case", "Application/JSON", "application/json"],
    ["equal wishes: the order offered", "text/plain, application/json", "application/json"],
    ["a quality", "text/html;q=0.5, application/json;q=0.501", "application/json"],
    ["a quality with spaces and an upper-case Q", "text/html ; Q=0.1 , text/plain", "text/plain"],
    ["a quality before another parameter", "text/html;q=0.1;level=1, text/plain;q=0.2", "text/plain"],
    ["a whole kind", "application/*", "application/json"],
    ["the specific over the wide", "text/*;q=1, text/html;q=0.1, */*;q=0.5", "text/plain"],
    ["a refusal", "text/html;q=0, */*;q=0.1", "application/json"],
    ["a refusal of a kind", "text/*;q=0, */*", "application/json"],
    ["nothing offered", "image/png", null],
    ["a refusal of all", "*/*;q=0", null],
    ["an invalid element beside a valid one", "text/html;q=2, @@, */json, text/plain", "text/plain"],
    ["nothing valid", "text/html;q=x", "text/html"],
    ["a comma in quotes", 'text/html;a=", text/plain,", application/json', "application/json"],
    ["an open quote", 'application/json, text/plain;a=", text/html', "application/json"],
  ])("%s", (_what, accept, expected) => {
    expect(preferred(accept, OFFERED)).toBe(expected);
  });

  it("takes a type with the parameter for more specific than the type", () => {
    const offered = ["text/html", "text/html;level=1"];
    expect(preferred("text/html;q=0.2, text/html;level=1", offered)).toBe("text/html;level=1");
    expect(preferred("text/html, text/html;level=1;q=0", offered)).toBe("text/html");
    expect(preferred("text/html;level=2", offered)).toBeNull();
  });

  it("follows the example of RFC 9110, 12.5.1", () => {
    const accept =
      "text/*;q=0.3, text/plain;q=0.7, text/plain;format=flowed, text/plain;format=fixed;q=0.4, */*;q=0.5";
    const worst = [
      "text/html",
      "text/plain;format=fixed",
      "image/jpeg",
      "text/plain",
      "text/plain;format=flowed",
    ];
    for (let count = 1; count <= worst.length; count++) {
      expect(preferred(accept, worst.slice(0, count))).toBe(worst[count - 1]);
    }
  });

  it("offers nothing where nothing is offered", () => {
    expect(preferred(null, [])).toBeNull();
  });

  it("looks at 64 elements and no further", () => {
    const others = Array.from({ length: 64 }, (_, index) => `image/x${index}`);
    expect(preferred([...others.slice(1), "text/html"].join(), OFFERED)).toBe("text/html");
    expect(preferred([...others, "text/html"].join(), OFFERED)).toBeNull();
  });

  it("tells the developer of an offer that is no media type", () => {
    expect(() => preferred("text/html", ["html"])).toThrow(/"html" is offered but is no media type/);
  });

  it.each([
    "a/b;".repeat(50_000),
    ",".repeat(200_000),
    '"\\'.repeat(100_000),
    `a/b;c=${"\\".repeat(200_000)}`,
  ])("does not slow down over a hostile header (%#)", (accept) => {
    const start = performance.now();
    preferred(accept, OFFERED);
    expect(performance.now() - start).toBeLessThan(500);
  });

  it("agrees with a naive reading of the RFC", () => {
    const part = fc.constantFrom("a", "b", "c");
    const quality = fc.integer({ min: 0, max: 10 }).map((tenths) => tenths / 10);
    const range = fc.oneof(
      fc.tuple(part, part),
      fc.tuple(part, fc.constant("*")),
      fc.constant(["*", "*"] as [string, string]),
    );
    const offer = fc.tuple(part, part).map(([type, subtype]) => `${type}/${subtype}`);
    const accept = fc.uniqueArray(fc.tuple(range, quality), {
      minLength: 1,
      maxLength: 8,
      selector: ([[type, subtype]]) => `${type}/${subtype}`,
    });
    fc.assert(
      fc.property(accept, fc.uniqueArray(offer), (wishes, offered) => {
        const header = wishes.map(([[type, subtype], q]) => `${type}/${subtype};q=${q}`).join(", ");
        const qualities = new Map(wishes.map(([[type, subtype], q]) => [`${type}/${subtype}`, q]));
        const qualityOf = (type: string) =>
          qualities.get(type) ?? qualities.get(`${type.split("/")[0]}/*`) ?? qualities.get("*/*") ?? 0;
        const wanted = offered
          .filter((type) => qualityOf(type) > 0)
          .toSorted((one, other) => qualityOf(other) - qualityOf(one))[0];
        expect(preferred(header, offered)).toBe(wanted ?? null);
      }),
    );
  });
});
