import { describe, expect, it } from "vitest";
import { faultOf } from "./faults.ts";

const messageOf = (message: string, value: unknown) =>
  faultOf({ message, path: ["a"] }, "body", { a: value }).message;

describe("faultOf", () => {
  it("has a JSON pointer (RFC 6901), from keys and from path segments", () => {
    const path = ["a/b", { key: "c~d" }, 0, { key: Symbol("s") }];
    expect(faultOf({ message: "m", path }, "query", {}).pointer).toBe("/a~1b/c~0d/0/Symbol(s)");
    expect(faultOf({ message: "m" }, "query", {}).pointer).toBe("");
  });

  it("leaves a message alone that holds no value", () => {
    expect(messageOf("Too small: expected >= 4 characters", "abc")).toBe(
      "Too small: expected >= 4 characters",
    );
    expect(messageOf("must be at least 8 (was 3)", "abc")).toBe("must be at least 8 (was 3)");
    expect(messageOf('must be "a" or "b"', "x")).toBe('must be "a" or "b"');
    expect(messageOf("is a required part", "a")).toBe("is a required part");
    expect(messageOf("is needed", undefined)).toBe("is needed");
  });
});

describe("attack: a message that holds what was sent", () => {
  it.each([
    ['must be an email address (was "p\\"w")', 'p"w', "must be an email address (was …)"],
    ['Invalid email: Received "p"w"', 'p"w', "Invalid email: Received …"],
    ["got 'pw'", "pw", "got …"],
    ["got `pw`", "pw", "got …"],
    ["got hunter2, twice hunter2", "hunter2", "got …, twice …"],
    ["received 4111111111111111", 4_111_111_111_111_111, "received …"],
    ["received -5.5", -5.5, "received …"],
    ["received 12345678901234567890n", 12_345_678_901_234_567_890n, "received …"],
    ['was {"user":"ann1","pw":["hunter2"]}', { user: "ann1", pw: ["hunter2"] }, 'was {"user":…,"pw":[…]}'],
    ["got $& and (.*) then", "$& and (.*)", "got … then"],
  ])("%s", (message, value, cleaned) => {
    expect(messageOf(message, value)).toBe(cleaned);
  });

  it("says nothing in particular where it would have to search too much", () => {
    expect(messageOf("x".repeat(3_000), "pw")).toBe("Invalid value");
    expect(
      messageOf(
        "was pwpw",
        Array.from({ length: 500 }, () => "pwpw"),
      ),
    ).toBe("Invalid value");
    const deep = Array.from({ length: 50 }).reduce<unknown>((inner) => [inner, "text"], "pwpw");
    expect(messageOf("was pwpw", deep)).toBe("was …");
  });

  it("is safe for values that contain themselves", () => {
    const value: Record<string, unknown> = { pw: "hunter2" };
    value["self"] = value;
    expect(messageOf("was hunter2", value)).toBe("was …");
  });
});
