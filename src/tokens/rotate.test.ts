import { decodeProtectedHeader } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ALGORITHMS } from "./algorithms.ts";
import { parseKeyRing } from "./key-file.ts";
import { KeyRing } from "./key-ring.ts";
import { type RotateOptions, rotateKeys } from "./rotate.ts";
import { SECRET, tokensBy } from "./token.fixture.ts";

const NOW = 1_900_000_000;
const EMPTY = '{ "keys": [] }';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

const statesOf = (text: string) =>
  Object.fromEntries(
    JSON.parse(text).keys.map((key: { kid: string; state: string }) => [key.kid, key.state]),
  );
const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const rotated = (text: string, options: RotateOptions = {}) => {
  later(600);
  return rotateKeys(text, options);
};

describe("rotating keys", () => {
  it.each(ALGORITHMS)("makes a ring of %s out of an empty one: a key that signs, and the next", (alg) => {
    const { text, active, added, retired, dropped } = rotateKeys(EMPTY, { alg });
    expect(statesOf(text)).toEqual({ [active]: "active", [added]: "next" });
    expect([retired, dropped]).toEqual([[], []]);
    const ring = new KeyRing(parseKeyRing(text));
    expect(ring.signing()).toMatchObject({ kid: active, alg });
  });

  it("lets the next key sign, retires the one that did, publishes a new one, and drops what is over", () => {
    const first = rotateKeys(EMPTY);
    const second = rotated(first.text);
    expect(second.active).toBe(first.added);
    expect(second.retired).toEqual([first.active]);
    const third = rotated(second.text);
    expect(third.active).toBe(second.added);
    expect(third.retired.toSorted()).toEqual([first.active, second.active].toSorted());
    later(86_400 + 60);
    const fourth = rotated(third.text);
    expect(fourth.dropped.toSorted()).toEqual([first.active, second.active].toSorted());
    expect(statesOf(fourth.text)).toEqual({
      [fourth.active]: "active",
      [third.active]: "retired",
      [fourth.added]: "next",
    });
  });

  it("loses no token: what the old key signed last is good until it is over", async () => {
    const lifetime = 900;
    const first = rotateKeys(EMPTY);
    const tokens = tokensBy({ keys: parseKeyRing(first.text), expiresIn: lifetime });
    later(600);
    const last = await tokens.issue({ subject: "ada" });
    const second = rotateKeys(first.text, { tokenLifetime: lifetime });
    tokens.setKeys(parseKeyRing(second.text));
    const next = await tokens.issue({ subject: "ada" });
    expect(decodeProtectedHeader(next)["kid"]).not.toBe(decodeProtectedHeader(last)["kid"]);
    // Another process has the old file still, and signs by it.
    later(599);
    const late = await tokensBy({ keys: parseKeyRing(first.text), expiresIn: lifetime }).issue({
      subject: "ada",
    });
    later(lifetime - 1 - 599);
    expect(await tokens.verify(last)).not.toBeNull();
    const third = rotateKeys(second.text, { tokenLifetime: lifetime });
    tokens.setKeys(parseKeyRing(third.text));
    expect(await tokens.verify(last)).not.toBeNull();
    expect(await tokens.verify(next)).not.toBeNull();
    later(598);
    expect(await tokens.verify(late)).not.toBeNull();
  });

  it("never surprises somebody who verifies by the keys of before", async () => {
    const first = rotateKeys(EMPTY);
    const verifier = tokensBy({ keys: parseKeyRing(first.text) });
    const second = rotated(first.text);
    const issuer = tokensBy({ keys: parseKeyRing(second.text) });
    expect(await verifier.verify(await issuer.issue({ subject: "ada" }))).not.toBeNull();
  });

  it("waits until the next key has been published for long enough", () => {
    const { text } = rotateKeys(EMPTY);
    later(599);
    expect(() => rotateKeys(text)).toThrow("rotate again in 1 seconds");
    expect(rotateKeys(text, { publishedFor: 0 }).retired).toHaveLength(1);
    later(1);
    expect(rotateKeys(text).retired).toHaveLength(1);
  });

  it("only adds a next key where there is none, as nobody has it yet", () => {
    const k = Buffer.from(SECRET).toString("base64url");
    const text = JSON.stringify({ keys: [{ kty: "oct", k, kid: "old", alg: "HS256" }] });
    const { active, added, retired } = rotateKeys(text);
    expect([active, retired]).toEqual(["old", []]);
    expect(statesOf(rotateKeys(text).text)).toMatchObject({ old: "active" });
    expect(added).not.toBe("old");
  });

  it("keeps the algorithm, or takes another one", () => {
    const first = rotateKeys(EMPTY, { alg: "ES384" });
    const algOf = (text: string, kid: string) =>
      JSON.parse(text).keys.find((key: { kid: string }) => key.kid === kid).alg;
    const second = rotated(first.text);
    expect(algOf(second.text, second.added)).toBe("ES384");
    const third = rotated(second.text, { alg: "EdDSA" });
    expect(algOf(third.text, third.active)).toBe("ES384");
    expect(algOf(third.text, third.added)).toBe("EdDSA");
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, "now"])("does nothing at the instant %s", (now) => {
    expect(() => rotateKeys(EMPTY, { now: now as number })).toThrow(RangeError);
  });

  it("does not touch the text that it is given, and gives another ring each time", () => {
    expect(rotateKeys(EMPTY).text).not.toBe(rotateKeys(EMPTY).text);
  });
});

describe("a key ring's text", () => {
  const secret = "c2VjcmV0LXNlY3JldC1zZWNyZXQtc2VjcmV0LXNlY3JldA";
  const key = { kty: "oct", k: secret, kid: "a", alg: "HS256" };

  it.each([
    ["what is no JSON", `{"keys":[{"k":"${secret}"`],
    ["a list", "[]"],
    ["null", "null"],
    ["keys that are no list", '{"keys":{}}'],
    ["a key that is null", '{"keys":[null]}'],
    ["a key without a kid", JSON.stringify({ keys: [{ ...key, kid: undefined }] })],
    ["a key without an alg", JSON.stringify({ keys: [{ ...key, alg: undefined }] })],
    ["an alg of none", JSON.stringify({ keys: [{ ...key, alg: "none" }] })],
    ["an unknown state", JSON.stringify({ keys: [{ ...key, state: "old" }] })],
    ["an end that is a text", JSON.stringify({ keys: [{ ...key, exp: "never" }] })],
    ["a weak key", JSON.stringify({ keys: [{ ...key, k: "AAAA" }] })],
    ["two keys of one kid", JSON.stringify({ keys: [key, key] })],
    ["no key", EMPTY],
  ])("is refused with %s, without a word of it", (_name, text) => {
    const error = (() => {
      try {
        parseKeyRing(text);
      } catch (thrown) {
        return thrown as Error;
      }
      throw new Error("It was taken");
    })();
    expect(error).toBeInstanceOf(TypeError);
    expect(error.cause).toBeUndefined();
    expect(error.message).not.toContain(secret.slice(0, 10));
  });

  it("says when a retired key ends", async () => {
    const text = JSON.stringify({
      keys: [
        { ...key, state: "retired", exp: NOW + 10 },
        { ...key, kid: "b" },
      ],
    });
    const ring = new KeyRing(parseKeyRing(text));
    expect(ring.signing().kid).toBe("b");
    expect(ring.find("a").keys).toHaveLength(1);
    later(10);
    expect(ring.find("a").keys).toHaveLength(0);
  });
});
