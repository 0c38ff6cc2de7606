import { describe, expect, it } from "vitest";
import { COMMON_PASSWORDS } from "./common.ts";
import { checkPassword } from "./policy.ts";

describe("a new password", () => {
  it.each([
    ["", "too_short"],
    ["seven77", "too_short"],
    ["😀😀😀😀", "too_short"],
    ["password", "common"],
    ["PassWord", "common"],
    ["1QAZ2WSX", "common"],
    ["\ud800aaaaaaaaaaaaaaa", "malformed"],
    ["x".repeat(1025), "too_long"],
    ["é".repeat(513), "too_long"],
    ["x".repeat(10_000_000), "too_long"],
    [undefined, "malformed"],
    [12_345_678, "malformed"],
  ])("%j is refused: %s", async (password, reason) => {
    const found = await checkPassword(password as string);
    expect(found).toMatchObject({
      ok: false,
      reason,
      message: expect.stringContaining("password"),
      advice: null,
    });
  });

  it.each(["tr0ub4dor&3", "        ", "😀😀😀😀😀😀😀😀", "nul\0nul\0nul", "aaaaaaab9", "é".repeat(512)])(
    "%j is taken: nothing is asked of its characters",
    async (password) => {
      expect((await checkPassword(password)).ok).toBe(true);
    },
  );

  it("of fewer than 15 characters comes with advice, and is taken", async () => {
    expect((await checkPassword("fourteen-chars")).advice).toContain("15 characters");
    expect((await checkPassword("fifteen-chars-x")).advice).toBeNull();
  });

  it("is none of the words that are named, in whatever case", async () => {
    const words = ["Ada.Lovelace@example.org", "Analytical"];
    expect(await checkPassword("ada.lovelace@EXAMPLE.org", { words })).toMatchObject({
      reason: "predictable",
    });
    expect((await checkPassword("analytical engine", { words })).ok).toBe(true);
  });

  it("may have to be longer, never shorter", async () => {
    expect(await checkPassword("tr0ub4dor&3", { minimum: 15 })).toMatchObject({ reason: "too_short" });
    await expect(checkPassword("tr0ub4dor&3", { minimum: 7 })).rejects.toThrow(RangeError);
  });
});

it("the common passwords are 10,000, each once, in small letters, and of a length that is taken", () => {
  expect(new Set(COMMON_PASSWORDS).size).toBe(10_000);
  expect(COMMON_PASSWORDS.filter((word) => word.length < 8 || word !== word.toLowerCase())).toEqual([]);
  expect(COMMON_PASSWORDS.slice(0, 3)).toEqual(["password", "12345678", "123456789"]);
});
