import { describe, expect, it } from "vitest";
import { read, refusal } from "./source.fixture.ts";

const yaml = (body: string | Uint8Array) => read(body, "application/yaml");

describe("a YAML body", () => {
  it("is data of the core schema", async () => {
    const body = "a: 1\nb: [true, null, ~, 1.5, 0x10]\nc: |\n  text\n";
    expect(await yaml(body)).toEqual({ a: 1, b: [true, null, null, 1.5, 16], c: "text\n" });
  });

  it("keeps dates, and the words that YAML 1.1 takes for booleans, as strings", async () => {
    expect(await yaml("[2020-01-01, 2020-01-01T00:00:00Z, no, on]")).toEqual([
      "2020-01-01",
      "2020-01-01T00:00:00Z",
      "no",
      "on",
    ]);
    expect(await yaml("%YAML 1.1\n---\n[no, 2020-01-01]")).toEqual(["no", "2020-01-01"]);
  });

  it("has string keys, and keeps << one of them", async () => {
    expect(await yaml("1: a\ntrue: b\n<<: {c: d}")).toEqual({ "1": "a", true: "b", "<<": { c: "d" } });
  });

  it("may be a document of comments: null", async () => {
    expect(await yaml("# nothing\n")).toBeNull();
  });

  it("may use anchors and aliases, the latest of a name", async () => {
    expect(await yaml("a: &x [1]\nb: *x\nc: &x 2\nd: *x")).toEqual({ a: [1], b: [1], c: 2, d: 2 });
    expect(await yaml("&k a: *k")).toEqual({ a: "a" });
  });

  it.each([
    ["nothing", ""],
    ["two documents", "--- 1\n--- 2\n"],
    ["bad indentation", "a:\n\t- b"],
    ["an open bracket", "[1"],
    ["a key twice", "a: 1\na: 2"],
    ["a key that is a list", "? [1]\n: 2"],
    ["an alias as key", "a: &x b\n*x : c"],
    ["an alias of nothing", "a: *x"],
    ["data that contains itself", "&a [*a]"],
    ["a tag of its own", "!!js/function 'x'"],
    ["a local tag", "!secret a"],
    ["a tag of YAML 1.1", "!!binary aGk="],
    ["a set", "!!set {a, b}"],
  ])("is malformed: %s", async (_what, body) => {
    expect(await refusal(yaml(body))).toBe("400 malformed_body");
  });

  it("is malformed where it is not UTF-8", async () => {
    expect(await refusal(yaml(new Uint8Array([0x61, 0xff])))).toBe("400 malformed_body");
  });

  it.each(["__proto__: {a: 1}", "a: [{__proto__: 1}]", '"\\x5f_proto__": 1', "constructor: {prototype: {}}"])(
    "cannot reach a prototype: %s",
    async (body) => {
      expect(await refusal(yaml(body))).toBe("400 forbidden_key");
    },
  );

  it("cannot reach a prototype through an alias", async () => {
    expect(await refusal(yaml("a: &x {prototype: 1}\nconstructor: *x"))).toBe("400 forbidden_key");
  });

  it("refuses a bomb of aliases (billion laughs)", async () => {
    const lines = Array.from({ length: 30 }, (_, n) => `a${n + 1}: &a${n + 1} [${Array(9).fill(`*a${n}`)}]`);
    expect(await refusal(yaml(`a0: &a0 [x]\n${lines.join("\n")}`))).toBe("400 malformed_body");
  });

  it("takes no quadratic time over many keys or many aliases", async () => {
    const keys = Array.from({ length: 2_000 }, (_, n) => `k${n}: &a${n} 1\nl${n}: *a${n}`).join("\n");
    const start = performance.now();
    expect(await yaml(keys)).toHaveProperty("l1999", 1);
    expect(performance.now() - start).toBeLessThan(5_000);
  });

  it("nests 500 levels, and not one more, nor enough to overflow the stack", async () => {
    expect(await refusal(yaml("[".repeat(500) + "]".repeat(500)))).toBe("accepted");
    for (const body of [
      "[".repeat(501) + "]".repeat(501),
      "[".repeat(15_000),
      "- ".repeat(15_000),
      "{a: ".repeat(15_000),
    ]) {
      expect(await refusal(yaml(body))).toBe("400 malformed_body");
    }
  });
});
