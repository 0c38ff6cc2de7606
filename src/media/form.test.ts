import { describe, expect, expectTypeOf, it } from "vitest";
import { allValues, buildForm, type Form } from "./form.ts";
import { refusal } from "./source.fixture.ts";
import type { Upload } from "./upload.ts";

describe("a form", () => {
  it("reads like an object of texts", () => {
    const form = buildForm([["username", "admin"]]);
    expect(form.username === "admin").toBe(true);
    expect(form.password).toBeUndefined();
    expectTypeOf(form.username).toEqualTypeOf<string | Upload | undefined>();
  });

  it("inherits nothing", () => {
    const form = buildForm([]);
    expect(form.toString).toBeUndefined();
    expect(form.constructor).toBeUndefined();
  });

  it("keeps the first value of a repeated name (parameter pollution)", () => {
    expect(
      buildForm([
        ["role", "user"],
        ["role", "admin"],
      ]).role,
    ).toBe("user");
  });

  it("gives all values of a name in the order sent", () => {
    const form = buildForm([
      ["tag", "a"],
      ["x", ""],
      ["tag", "b"],
      ["tag", "a"],
    ]);
    expect(allValues(form, "tag")).toEqual(["a", "b", "a"]);
    expect(allValues(form, "x")).toEqual([""]);
    expect(allValues(form, "gone")).toEqual([]);
    expect(Object.keys(form)).toEqual(["tag", "x"]);
  });

  it("hands out copies of its values", () => {
    const form = buildForm([
      ["a", "1"],
      ["a", "2"],
    ]);
    allValues(form, "a").push("3");
    expect(allValues(form, "a")).toEqual(["1", "2"]);
  });

  it.each([
    "__proto__",
    "a[__proto__]",
    "__proto__[admin]",
    "a.__proto__.admin",
    "constructor.prototype",
    "a[constructor][prototype][x]",
  ])("cannot reach a prototype by the name %s", async (name) => {
    const make = async (): Promise<Form> => buildForm([[name, "1"]]);
    expect(await refusal(make())).toBe("400 forbidden_key");
  });

  it.each(["constructor", "prototype", "constructor.name", "my__proto__field", "prototype.constructor"])(
    "may have a field named %s",
    (name) => {
      expect(buildForm([[name, "1"]])[name]).toBe("1");
    },
  );
});
