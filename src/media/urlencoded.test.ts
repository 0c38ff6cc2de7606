import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { allValues, type Form } from "./form.ts";
import { read, refusal } from "./source.fixture.ts";
import { decodeURLEncoded } from "./urlencoded.ts";

const form = (body: string | Uint8Array, maxFields = 1_000) =>
  read(body, "application/x-www-form-urlencoded", { maxFields }) as Promise<Form>;

describe("a url-encoded form", () => {
  it("decodes names and values, plus signs and text sent bare", async () => {
    expect(await form("a%20b=c+d&x=1=2&ü=%C3%BC&empty=&alone")).toEqual({
      "a b": "c d",
      x: "1=2",
      ü: "ü",
      empty: "",
      alone: "",
    });
  });

  it("may be empty, and ignores empty pairs", async () => {
    expect(await form("")).toEqual({});
    expect(await form("&&a=1&&")).toEqual({ a: "1" });
  });

  it.each(["a=%", "a=%zz", "%e=1", "a=%ff", "a=%c0%80", "a=%ed%a0%80"])("is malformed: %s", async (body) => {
    expect(await refusal(form(body))).toBe("400 malformed_body");
  });

  it("is malformed where it is not UTF-8", async () => {
    expect(await refusal(form(new Uint8Array([0x61, 0x3d, 0xff])))).toBe("400 malformed_body");
  });

  it("has as many fields as are allowed, and not one more", async () => {
    expect(await refusal(form("a&b&c", 3))).toBe("accepted");
    expect(await refusal(form("a&b&c&d", 3))).toBe("413 too_many_fields");
    expect(await refusal(form("a=1&".repeat(250_000)))).toBe("413 too_many_fields");
  });

  it("round-trips whatever URLSearchParams writes", () => {
    const text = fc.string({ unit: "binary" });
    const name = text.filter((value) => !value.includes("__proto__") && !value.includes("constructor"));
    fc.assert(
      fc.property(fc.array(fc.tuple(name, text)), (pairs) => {
        const body = new TextEncoder().encode(new URLSearchParams(pairs).toString());
        const decoded = decodeURLEncoded(body, 1_000);
        const sent = new URLSearchParams(pairs);
        expect(Object.keys(decoded).sort()).toEqual([...new Set(sent.keys())].sort());
        for (const key of sent.keys()) {
          expect(decoded[key]).toBe(sent.get(key));
          expect(allValues(decoded, key)).toEqual(sent.getAll(key));
        }
      }),
    );
  });
});
