import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { SessionCookie } from "./backend.ts";
import { CookieSessions } from "./cookie-sessions.ts";

const NOW = 1_800_000_000_000;
const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.=+/%";

const sessions = backend("a-secret-of-at-least-32-characters!!");
const secretOf = fc.string({ minLength: 32, maxLength: 64 });
const key = fc.string({ maxLength: 8 }).filter((name) => !/^(__proto__|constructor|prototype)$/.test(name));
const data = fc.dictionary(key, fc.oneof(fc.string(), fc.integer(), fc.boolean(), fc.constant(null)), {
  minKeys: 1,
  maxKeys: 6,
  noNullPrototype: true,
});

function backend(secret: string, cookieName = "session"): CookieSessions {
  return new CookieSessions([secret], { cookieName }, () => NOW);
}

function context(value?: string) {
  return { cookie: () => value, insecureLoopback: false };
}

function write(values: Record<string, unknown>, by = sessions): string {
  const session = by.open(context());
  for (const [name, value] of Object.entries(values)) {
    session.set(name, value);
  }
  return (by.commit(session, context()) as SessionCookie | undefined)?.value ?? "";
}

function read(value: string, by = sessions): Record<string, unknown> {
  return Object.fromEntries(by.open(context(value)).entries());
}

function isEmpty(value: string): boolean {
  return Object.keys(read(value)).length === 0;
}

describe("a signed cookie", () => {
  it("comes back unchanged", () => {
    fc.assert(
      fc.property(data, (values) => {
        expect(read(write(values))).toStrictEqual(values);
      }),
    );
  });

  it("is empty with any one character replaced", () => {
    const change = fc.oneof(
      fc.constantFrom(...ALPHABET),
      fc.string({ unit: "binary", minLength: 1, maxLength: 1 }),
    );
    fc.assert(
      fc.property(data, fc.nat(), change, (values, at, character) => {
        const value = write(values);
        const index = at % value.length;
        const mutated = value.slice(0, index) + character + value.slice(index + 1);
        fc.pre(mutated !== value);
        return isEmpty(mutated);
      }),
      { numRuns: 1000 },
    );
  });

  it("is empty with any one bit of payload or mac flipped", () => {
    fc.assert(
      fc.property(data, fc.nat(), fc.nat(7), fc.boolean(), (values, at, bit, inMac) => {
        const parts = write(values)
          .split(".")
          .map((part) => Buffer.from(part, "base64url"));
        const bytes = parts[inMac ? 1 : 0] ?? Buffer.alloc(1);
        const index = at % bytes.length;
        bytes[index] = (bytes[index] ?? 0) ^ (1 << bit);
        return isEmpty(parts.map((part) => part.toString("base64url")).join("."));
      }),
      { numRuns: 1000 },
    );
  });

  it("is empty truncated at either end", () => {
    fc.assert(
      fc.property(data, fc.nat(), (values, at) => {
        const value = write(values);
        const index = at % value.length;
        return isEmpty(value.slice(0, index)) && isEmpty(value.slice(index + 1));
      }),
    );
  });

  it("is empty with anything added, anywhere", () => {
    const addition = fc.oneof(
      fc.string({ minLength: 1, maxLength: 8 }),
      fc.string({ unit: fc.constantFrom(...ALPHABET), minLength: 1, maxLength: 8 }),
    );
    fc.assert(
      fc.property(data, fc.nat(), addition, (values, at, added) => {
        const value = write(values);
        const index = at % (value.length + 1);
        return isEmpty(value.slice(0, index) + added + value.slice(index));
      }),
    );
  });

  it("is empty with the signature of another one", () => {
    fc.assert(
      fc.property(data, data, (one, other) => {
        const [first = "", second = ""] = [write(one), write(other)];
        const [payload, mac] = [first.split(".")[0], second.split(".")[1]];
        return isEmpty(`${payload}.${mac}`) && isEmpty(`${mac}.${payload}`);
      }),
    );
  });

  it("is empty when any other secret signed it", () => {
    fc.assert(
      fc.property(data, secretOf, (values, secret) => isEmpty(write(values, backend(secret)))),
      { numRuns: 50 },
    );
  });

  it("is empty under any other cookie's name, with the same secret", () => {
    const name = fc
      .stringMatching(/^[a-z_-]{1,12}$/)
      .filter((text) => text !== "session" && !/^__/.test(text));
    fc.assert(
      fc.property(data, name, (values, cookieName) => {
        return isEmpty(write(values, backend("a-secret-of-at-least-32-characters!!", cookieName)));
      }),
      { numRuns: 50 },
    );
  });

  it("is empty whatever text comes", () => {
    fc.assert(fc.property(fc.string({ unit: "binary", maxLength: 200 }), isEmpty));
    fc.assert(fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,99}\.[A-Za-z0-9_-]{43}$/), isEmpty));
  });
});
