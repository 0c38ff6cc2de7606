import { createHmac, hkdfSync } from "node:crypto";
import { describe, expect, it } from "vitest";
import { CookieSigner } from "./cookie-signer.ts";

const FIRST = "first-secret-of-at-least-32-characters";
const SECOND = "second-secret-of-at-least-32-characters";
const signer = new CookieSigner([FIRST], "test v1");

describe("CookieSigner", () => {
  it("gives back what it signed", () => {
    for (const payload of ["", "a", '{"name":"Zoë 🙂"}', "\u0000"]) {
      const value = signer.seal("session", payload);
      expect(signer.open("session", value)).toBe(payload === "" ? undefined : payload);
    }
  });

  it("signs name and payload with HMAC-SHA-256 and a key made by HKDF-SHA-256 for its purpose", () => {
    const [payload, mac] = signer.seal("session", "hello").split(".");
    const key = Buffer.from(hkdfSync("sha256", FIRST, "", "test v1", 32));
    expect(payload).toBe("aGVsbG8");
    expect(mac).toBe(createHmac("sha256", key).update("session=aGVsbG8").digest("base64url"));
  });

  it("signs with the first secret and verifies with all", () => {
    const rotated = new CookieSigner([SECOND, FIRST], "test v1");
    expect(rotated.open("session", signer.seal("session", "old"))).toBe("old");
    expect(signer.open("session", rotated.seal("session", "new"))).toBeUndefined();
  });

  it("refuses to start without a secret", () => {
    expect(() => new CookieSigner([], "test v1")).toThrow(TypeError);
  });

  it("attack: a value signed for another cookie, purpose or secret is refused", () => {
    expect(signer.open("session", signer.seal("theme", "x"))).toBeUndefined();
    expect(signer.open("session", new CookieSigner([FIRST], "test v2").seal("session", "x"))).toBeUndefined();
    expect(
      signer.open("session", new CookieSigner([SECOND], "test v1").seal("session", "x")),
    ).toBeUndefined();
  });

  it("attack: another base64url spelling of the same bytes is refused", () => {
    const value = signer.seal("session", "hello"); // 5 bytes leave 2 unused bits at the payload's end
    const [payload = "", mac = ""] = value.split(".");
    const spellings = [
      `aGVsbG9.${mac}`,
      `${payload}=.${mac}`,
      `${payload}.${mac}=`,
      `${payload}.${otherSpelling(mac)}`,
      `${payload}.${Buffer.from(mac, "base64url").toString("base64")}`,
      `${payload}.${Buffer.from(mac, "base64url").toString("hex")}`,
    ];
    expect(Buffer.from("aGVsbG9", "base64url").toString()).toBe("hello");
    for (const spelling of spellings) {
      expect(signer.open("session", spelling)).toBeUndefined();
    }
  });

  it("attack: characters that share a low byte with the right ones are refused", () => {
    const value = signer.seal("session", "hello");
    const dot = value.indexOf(".");
    for (const at of [0, dot, dot + 1, value.length - 1]) {
      const wide = String.fromCharCode(value.charCodeAt(at) + 0x100);
      expect(signer.open("session", value.slice(0, at) + wide + value.slice(at + 1))).toBeUndefined();
    }
  });

  it("attack: values without one of the parts, and over-long ones, are refused", () => {
    const mac = signer.seal("session", "hello").split(".")[1];
    for (const value of [
      "",
      ".",
      "..",
      "aGVsbG8",
      "aGVsbG8.",
      `.${mac}`,
      `aGVsbG8.${mac}.`,
      `aGVsbG8.${mac}\n`,
    ]) {
      expect(signer.open("session", value)).toBeUndefined();
    }
    const long = signer.seal("session", "x".repeat(3100));
    expect(long.length).toBeGreaterThan(4096);
    expect(signer.open("session", long)).toBeUndefined();
  });
});

/** The last of 43 characters holds two bits that decoding drops: flip one of them. */
function otherSpelling(mac: string): string {
  const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  const other = mac.slice(0, -1) + alphabet[alphabet.indexOf(mac.slice(-1)) ^ 1];
  expect(Buffer.from(other, "base64url")).toEqual(Buffer.from(mac, "base64url"));
  return other;
}
