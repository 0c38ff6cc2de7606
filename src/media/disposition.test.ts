import { describe, expect, it } from "vitest";
import { parseDisposition } from "./disposition.ts";

describe("parseDisposition", () => {
  it.each([
    ['form-data; name="a"', "a", undefined],
    ['Form-Data;NAME=a;filename="b.txt"', "a", "b.txt"],
    ['form-data; name="a b"; filename=""', "a b", ""],
    ['form-data ; name="a;b" ; ', "a;b", undefined],
    ['form-data; name="\\"q\\" \\\\ C:\\x"', '"q" \\ C:\\x', undefined],
    ['form-data; name="a"; filename="x"; filename*=UTF-8\'\'%2e%2e', "a", "x"],
    ['form-data; name="gr\u00c3\u00b6\u00c3\u009fe"', "größe", undefined],
  ])("reads %s", (header, name, filename) => {
    expect(parseDisposition(header)).toEqual({ name, filename });
  });

  it.each([
    undefined,
    "",
    "form-data",
    "form-data;",
    'attachment; name="a"',
    'form-dataX; name="a"',
    'form-data; filename="a"',
    'form-data; name="a"; name="b"',
    'form-data; name="a',
    'form-data; name="a"b',
    'form-data; name="a\\"',
    "form-data; name=",
    'form-data; name="a";          ;x',
    'form-data; name="a";;',
    "form-data; name=a b",
    'form-data; name="\u00ff"',
    'form-data; name="a"; filename="\u00ff"',
  ])("refuses %s", (header) => {
    expect(() => parseDisposition(header)).toThrow(expect.objectContaining({ code: "malformed_body" }));
  });

  it("does not slow down over a hostile header", () => {
    const start = performance.now();
    for (const tail of ['name="', "\\", '"\\', ";", "a=b;", " ", "name=a"]) {
      expect(() => parseDisposition(`form-data; ${tail.repeat(20_000)}\u0001`)).toThrow();
    }
    expect(performance.now() - start).toBeLessThan(1_000);
  });
});
