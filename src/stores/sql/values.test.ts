import { expect, it } from "vitest";
import { isTrue, text, textOrNull } from "./values.ts";

it.each(["", "ada", "日本語", "👩‍👩‍👧", "\u0001\u2028\uFFFF", "'; --"])(
  "%j is a text that can be kept",
  (value) => {
    expect(text(value)).toBe(value);
  },
);

it.each(["nul\0byte", "\uD800", "half \uDC00"])("%j is refused: some driver would change it", (value) => {
  expect(() => text(value)).toThrow(TypeError);
  expect(() => textOrNull(value)).toThrow(TypeError);
});

it("a truth is one, however the driver has it", () => {
  expect([true, 1, 1n, "1", false, 0, 0n, "0", null].map(isTrue)).toEqual([
    ...[true, true, true, true],
    ...[false, false, false, false, false],
  ]);
});
