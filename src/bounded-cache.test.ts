import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { BoundedCache } from "./bounded-cache.ts";

describe("a bounded cache", () => {
  it("gives back what was put, and nothing else", () => {
    const cache = new BoundedCache<number>(10);
    cache.set("a", 1);
    expect([cache.get("a"), cache.get("b")]).toEqual([1, undefined]);
    cache.delete("a");
    expect(cache.get("a")).toBeUndefined();
  });

  it("never holds more than its size, and never a wrong value, whatever is asked of it", () => {
    const step = fc.tuple(fc.constantFrom("get", "set", "delete"), fc.integer({ min: 0, max: 30 }));
    fc.assert(
      fc.property(fc.integer({ min: 2, max: 12 }), fc.array(step, { maxLength: 200 }), (size, steps) => {
        const cache = new BoundedCache<string>(size);
        const truth = new Map<string, string>();
        for (const [index, [act, number]] of steps.entries()) {
          const key = `k${number}`;
          if (act === "set") {
            cache.set(key, `${index}`);
            truth.set(key, `${index}`);
          } else if (act === "delete") {
            cache.delete(key);
            truth.delete(key);
          } else {
            const found = cache.get(key);
            if (found !== undefined && found !== truth.get(key)) return false;
          }
          if (cache.size > size) return false;
        }
        return true;
      }),
    );
  });

  it("keeps what is asked for while others come and go", () => {
    const cache = new BoundedCache<number>(8);
    cache.set("kept", 1);
    for (let index = 0; index < 100; index++) {
      cache.set(`other ${index}`, index);
      expect(cache.get("kept")).toBe(1);
    }
    expect(cache.get("other 0")).toBeUndefined();
  });

  it.each([0, 1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("refuses the size %s", (size) => {
    expect(() => new BoundedCache(size)).toThrow(RangeError);
  });
});
