import { describe, expect, it } from "vitest";
import { canonicalPath } from "../http/path.ts";
import { Matcher } from "./matcher.ts";
import { parsePattern } from "./pattern.ts";

function matcherOf(...patterns: string[]): Matcher<string> {
  const matcher = new Matcher<string>();
  for (const text of patterns) matcher.add(parsePattern(text), () => text);
  return matcher;
}

const UUID = "123e4567-e89b-12d3-a456-426614174000";

describe("Matcher", () => {
  it("finds literal patterns, with no values", () => {
    const matcher = matcherOf("/", "/a", "/a/", "/café", "/a b");
    for (const path of ["/", "/a", "/a/", "/café", "/a b"]) {
      expect(matcher.find(path)).toEqual({ target: path, values: [] });
    }
  });

  it("finds nothing for unknown paths", () => {
    const matcher = matcherOf("/a", "/a/{x}", "/b/{x}/c");
    for (const path of [
      "/",
      "/A",
      "/a/",
      "/a/x/",
      "/a//x",
      "/b/x",
      "/b/x/c/",
      "/b//c",
      "//a",
      "",
      "a",
      "*",
    ]) {
      expect(matcher.find(path), path).toBeUndefined();
    }
  });

  it("makes nothing anew for a literal path, and shares nothing that can be changed", () => {
    const matcher = matcherOf("/a");
    expect(matcher.find("/a")).toBe(matcher.find("/a"));
    expect(Object.isFrozen(matcher.find("/a"))).toBe(true);
    expect(Object.isFrozen(matcher.find("/a")?.values)).toBe(true);
  });

  it("tells literals at one place apart, few or many, also where one begins another", () => {
    for (const count of [1, 8, 9, 300]) {
      const patterns = Array.from({ length: count }, (_, index) => `/${"a".repeat(index + 1)}/{x}`);
      const matcher = matcherOf(...patterns, ...patterns);
      for (const pattern of patterns) expect(matcher.find(pattern.replace("{x}", "1"))?.target).toBe(pattern);
      expect(matcher.find(`/${"a".repeat(count + 1)}/1`)).toBeUndefined();
      expect(matcher.find("/b/1")).toBeUndefined();
    }
  });

  it("gives the values in the order of the path", () => {
    const matcher = matcherOf("/{a}/{b:int}/x/{c:float}/{d:path}");
    expect(matcher.find("/p%2Fq/-1/x/2.5/r/s")?.values).toEqual(["p/q", -1, 2.5, "r/s"]);
  });

  it("gives each look-up values of its own", () => {
    const matcher = matcherOf("/{a}");
    const first = matcher.find("/1");
    matcher.find("/2");
    expect(first?.values).toEqual(["1"]);
  });

  it("prefers literal, then uuid, int, float, str and path, whatever the order of registration", () => {
    const order = ["/x/5", "/x/{a:uuid}", "/x/{a:int}", "/x/{a:float}", "/x/{a}", "/x/{a:path}"];
    for (const patterns of [order, order.toReversed()]) {
      const matcher = matcherOf(...patterns);
      expect(matcher.find("/x/5")?.target).toBe("/x/5");
      expect(matcher.find(`/x/${UUID}`)?.target).toBe("/x/{a:uuid}");
      expect(matcher.find("/x/6")?.target).toBe("/x/{a:int}");
      expect(matcher.find("/x/6.5")?.target).toBe("/x/{a:float}");
      expect(matcher.find("/x/six")?.target).toBe("/x/{a}");
      expect(matcher.find("/x/six/7")?.target).toBe("/x/{a:path}");
      expect(matcher.find("/x/")?.target).toBe("/x/{a:path}");
    }
  });

  it("decides from left to right", () => {
    const matcher = matcherOf("/{a}/b", "/a/{b}");
    expect(matcher.find("/a/b")?.target).toBe("/a/{b}");
  });

  it("goes back where the better choice leads nowhere", () => {
    const matcher = matcherOf("/users/me", "/users/{id:int}/x", "/users/{name}/y", "/{all:path}");
    expect(matcher.find("/users/me/y")).toEqual({ target: "/users/{name}/y", values: ["me"] });
    expect(matcher.find("/users/5/x")).toEqual({ target: "/users/{id:int}/x", values: [5] });
    expect(matcher.find("/users/5/y")).toEqual({ target: "/users/{name}/y", values: ["5"] });
    expect(matcher.find("/users/5/z")).toEqual({ target: "/{all:path}", values: ["users/5/z"] });
    expect(matcher.find("/users/5/x/")).toEqual({ target: "/{all:path}", values: ["users/5/x/"] });
  });

  it("gives back what stands at the same shape, and makes nothing then", () => {
    for (const [first, second] of [
      ["/a", "/a"],
      ["/{a}", "/{b:str}"],
      ["/x/{a:path}", "/x/{b:path}"],
      ["/{a}/b/", "/{c}/b/"],
    ] as const) {
      const matcher = new Matcher<{ id: number }>();
      const target = matcher.add(parsePattern(first), () => ({ id: 1 }));
      const again = matcher.add(parsePattern(second), () => {
        throw new Error("made a second time");
      });
      expect(again).toBe(target);
    }
  });

  it("takes falsy targets", () => {
    const matcher = new Matcher<number | undefined>();
    matcher.add(parsePattern("/{a}"), () => undefined);
    matcher.add(parsePattern("/zero"), () => 0);
    expect(matcher.find("/x")).toEqual({ target: undefined, values: ["x"] });
    expect(matcher.add(parsePattern("/zero"), () => 1)).toBe(0);
    expect(matcher.add(parsePattern("/{b}"), () => 1)).toBeUndefined();
  });

  it("stops a bypass by encoded slash: it never divides, and no path value holds one", () => {
    const matcher = matcherOf("/admin/{x}", "/files/{p:path}");
    expect(matcher.find(canonicalPath("/admin%2fx"))).toBeUndefined();
    expect(matcher.find(canonicalPath("/files/..%2f..%2fetc/passwd"))).toBeUndefined();
    expect(matcher.find(canonicalPath("/admin/a%2fb"))?.values).toEqual(["a/b"]);
  });

  it("is not fooled by names that objects have themselves", () => {
    const matcher = matcherOf("/a", "/x/{id:int}", "/x/a/{id}");
    for (const name of ["__proto__", "constructor", "toString", "hasOwnProperty"]) {
      expect(matcher.find(`/${name}`)).toBeUndefined();
      expect(matcher.find(`/x/${name}`)).toBeUndefined();
      expect(matcher.find(`/x/${name}/1`)).toBeUndefined();
    }
  });
});

describe("Matcher under load", () => {
  /** The least of several runs, in milliseconds: a busy machine makes none of them shorter. */
  function shortest(work: () => void): number {
    const times = Array.from({ length: 5 }, () => {
      const start = performance.now();
      work();
      return performance.now() - start;
    });
    return Math.min(...times);
  }

  it("stays fast with 10,000 routes", () => {
    const patterns = Array.from({ length: 10_000 }, (_, index) => `/r${index % 100}/s${index}/{id:int}/x`);
    const matcher = matcherOf(...patterns);
    expect(matcher.find("/r42/s9942/7/x")).toEqual({ target: "/r42/s9942/{id:int}/x", values: [7] });
    const elapsed = shortest(() => {
      for (let index = 0; index < 10_000; index++) matcher.find("/r42/s9942/7/x");
    });
    expect(elapsed).toBeLessThan(100);
  });

  it("stops a slow path of 5,000 segments", () => {
    const matcher = matcherOf(
      "/{a}/{b}/{c}/x",
      "/{a}/{b:int}/{c:path}",
      "/a/{b:float}",
      "/{a:path}",
      "/1/1/1/{d}",
    );
    const many = "/1".repeat(5_000);
    expect(matcher.find(many)?.target).toBe("/{a}/{b:int}/{c:path}");
    expect(matcher.find(`${many}/%2F`)).toBeUndefined();
    const elapsed = shortest(() => {
      for (let index = 0; index < 1_000; index++) matcher.find(`${many}/%2F`);
    });
    expect(elapsed).toBeLessThan(500);
  });

  it("stops slow segments of 8 KB", () => {
    const matcher = matcherOf("/{a:uuid}/x", "/{a:int}/x", "/{a:float}/x", "/{a}/x", "/a/{b}", "/{a:path}");
    const segments = ["9", "a", "-", "%25", "0.", `0.${"0".repeat(10)}`].map((text) =>
      text.repeat(8_192 / text.length),
    );
    const elapsed = shortest(() => {
      for (let index = 0; index < 100; index++) for (const text of segments) matcher.find(`/${text}/%2F`);
    });
    expect(elapsed).toBeLessThan(500);
  });

  it("stops backtracking that doubles at each segment", () => {
    const kinds = ["{N:int}", "{N:float}", "{N}"];
    const patterns = Array.from({ length: 3 ** 6 }, (_, index) =>
      Array.from(
        { length: 6 },
        (_, depth) => `/${kinds[Math.floor(index / 3 ** depth) % 3]?.replace("N", `n${depth}`)}`,
      ).join(""),
    );
    const matcher = matcherOf(...patterns.map((text) => `${text}/end`));
    const elapsed = shortest(() => {
      for (let index = 0; index < 20; index++) expect(matcher.find("/1/1/1/1/1/1/no")).toBeUndefined();
    });
    expect(elapsed).toBeLessThan(200);
  });
});
