import { readFileSync } from "node:fs";
import { inspect } from "node:util";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { apiKey } from "./api-key.ts";
import { basic } from "./basic.ts";
import { bearer } from "./bearer.ts";
import { DigestTable, digest, identityOf } from "./digest.ts";
import { type AnyGuard, allOf, nodeOf } from "./guard.ts";

const compared = vi.hoisted(() => vi.fn());
vi.mock("node:crypto", async (original) => {
  const crypto = await original<typeof import("node:crypto")>();
  return {
    ...crypto,
    timingSafeEqual: (one: Uint8Array, other: Uint8Array) => {
      compared(one.length, other.length);
      return crypto.timingSafeEqual(one, other);
    },
  };
});

describe("DigestTable", () => {
  const table = new DigestTable(["first", "second", "third"].map((secret) => [secret, secret.length]));
  beforeEach(() => void compared.mockClear());

  it("finds what belongs to a secret", () => {
    expect([table.find("first"), table.find("second")]).toEqual([5, 6]);
    expect(table.find("fourth")).toBeUndefined();
  });

  it.each(["first", "third", "fourth", "", "first, third"])(
    "compares %j with every entry in constant time, wherever it stands",
    (secret) => {
      table.find(secret);
      expect(compared.mock.calls).toEqual(Array.from({ length: 3 }, () => [64, 64]));
    },
  );

  it("tells secrets apart that only look alike", () => {
    const composed = new DigestTable([["caf\u00e9", 1]]);
    expect(composed.find("cafe\u0301")).toBeUndefined();
  });
});

describe("identityOf", () => {
  it("is the same for the same object, and another for an equal one", () => {
    const keys = ["k"];
    expect(identityOf(keys)).toBe(identityOf(keys));
    expect(identityOf(keys)).not.toBe(identityOf(["k"]));
  });
});

/** Everything that can be reached from a value without being called. */
function* reachable(value: unknown, seen = new Set<unknown>()): Generator<unknown> {
  if (seen.has(value)) return;
  seen.add(value);
  yield value;
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return;
  for (const key of Reflect.ownKeys(value)) {
    yield key;
    const descriptor = Reflect.getOwnPropertyDescriptor(value, key) as PropertyDescriptor;
    if ("value" in descriptor) yield* reachable(descriptor.value, seen);
  }
}

describe("attack: reading secrets out of a guard", () => {
  const SECRET = "correct-horse-battery";
  const guards: [string, AnyGuard][] = [
    ["apiKey with a list", apiKey({ keys: [SECRET] })],
    ["apiKey with a set", apiKey({ keys: new Set([SECRET]) })],
    ["apiKey with principals", apiKey({ keys: { [SECRET]: { name: "billing" } } })],
    ["basic", basic({ credentials: { ops: SECRET } })],
    [
      "allOf both",
      allOf(
        basic({ credentials: { ops: SECRET } }),
        apiKey({ keys: [SECRET] }).where(() => true, "rule"),
      ),
    ],
  ];

  it.each(guards)("%s shows none when it is printed", (_name, guard) => {
    const options = { depth: null, showHidden: true, getters: true };
    for (const shown of [guard, nodeOf(guard)]) {
      expect(inspect(shown, options)).not.toContain(SECRET);
      expect(JSON.stringify(shown)).not.toContain(SECRET);
    }
  });

  it.each(guards)("%s keeps none within reach", (_name, guard) => {
    const texts = [...reachable(nodeOf(guard))].filter((one) => typeof one === "string");
    expect(texts.length).toBeGreaterThan(5);
    expect(texts.filter((text) => text.includes(SECRET))).toEqual([]);
  });

  it("the walk would find one that is kept", () => {
    const kept = bearer({ verify: Object.assign((): null => null, { secret: SECRET }) });
    expect([...reachable(nodeOf(kept))]).toContain(SECRET);
  });

  it("the same keys are the same scheme all the same, and others another", () => {
    const keys = [SECRET];
    const settings = (guard: AnyGuard) => {
      const node = nodeOf(guard);
      return node.kind === "scheme" ? node.scheme.settings : undefined;
    };
    expect(settings(apiKey({ keys }))).toEqual(settings(apiKey({ keys })));
    const keptOf = (guard: AnyGuard) => (settings(guard) as { keys: object }).keys;
    expect(keptOf(apiKey({ keys }))).toBe(keptOf(apiKey({ keys })));
    expect(keptOf(apiKey({ keys }))).not.toBe(keptOf(apiKey({ keys: [SECRET] })));
  });
});

describe("what is kept of a secret", () => {
  it("is its SHA-256", () => {
    expect(Buffer.from(digest("abc")).toString("latin1")).toBe(
      "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    );
  });

  it("is compared by nothing but timingSafeEqual", () => {
    for (const file of ["digest.ts", "basic.ts", "api-key.ts"]) {
      const code = readFileSync(new URL(file, import.meta.url), "utf8");
      expect(code, file).not.toMatch(
        /(password|secret|presented|key|digest\([^)]*\))\s*[!=]==(?!\s*("|null|undefined))/,
      );
      expect(code, file).not.toMatch(/\.(equals|compare|localeCompare)\(/);
    }
  });
});
