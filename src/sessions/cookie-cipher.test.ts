import { describe, expect, it } from "vitest";
import { CookieCipher } from "./cookie-cipher.ts";
import { CookieSigner } from "./cookie-signer.ts";

const FIRST = "first-secret-of-at-least-32-characters";
const SECOND = "second-secret-of-at-least-32-characters";
const cipher = new CookieCipher([FIRST], "test v1");

describe("CookieCipher", () => {
  it("gives back what it sealed, whatever the text", () => {
    for (const text of ["x", "", "ünïcödé ☃", "x".repeat(2000)].filter(Boolean)) {
      expect(cipher.open("session", cipher.seal("session", text))).toBe(text);
    }
  });

  it("shows nothing of the payload, and the same payload never twice alike", () => {
    const values = Array.from({ length: 50 }, () => cipher.seal("session", '{"user":"ada"}'));
    expect(new Set(values).size).toBe(50);
    for (const value of values) {
      expect(Buffer.from(value, "base64url").toString("latin1")).not.toMatch(/user|ada/);
    }
  });

  it("opens what any of its secrets sealed, and seals with the first", () => {
    const rotated = new CookieCipher([SECOND, FIRST], "test v1");
    expect(rotated.open("session", cipher.seal("session", "old"))).toBe("old");
    expect(cipher.open("session", rotated.seal("session", "new"))).toBeUndefined();
  });

  it("attack: a value with any one character changed opens nothing", () => {
    const value = cipher.seal("session", '{"user":"ada"}');
    for (let at = 0; at < value.length; at++) {
      for (const other of ["A", "B", "-", "_"].filter((character) => character !== value[at])) {
        expect(cipher.open("session", value.slice(0, at) + other + value.slice(at + 1))).toBeUndefined();
      }
    }
  });

  it.each([
    ["another cookie's", () => cipher.seal("other", "x")],
    ["another secret's", () => new CookieCipher([SECOND], "test v1").seal("session", "x")],
    ["another purpose's", () => new CookieCipher([FIRST], "test v2").seal("session", "x")],
    ["a signed one of the same secret", () => new CookieSigner([FIRST], "test v1").seal("session", "x")],
    ["cut short", () => cipher.seal("session", "x").slice(0, -1)],
    ["longer", () => `${cipher.seal("session", "x")}A`],
    ["with padding", () => `${cipher.seal("session", "xx")}=`],
    ["no base64url", () => "%%%"],
    ["empty", () => ""],
    ["a nonce and a tag around nothing", () => Buffer.alloc(28).toString("base64url")],
    ["over 4,096 characters", () => "A".repeat(4097)],
  ])("attack: a value that is %s opens nothing", (_what, value) => {
    expect(cipher.open("session", value())).toBeUndefined();
  });

  it("takes at least one secret", () => {
    expect(() => new CookieCipher([], "test v1")).toThrow(/at least one/);
  });
});
