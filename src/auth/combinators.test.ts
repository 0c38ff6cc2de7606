import { describe, expect, it, vi } from "vitest";
import { apiKey } from "./api-key.ts";
import { bearer } from "./bearer.ts";
import { ask } from "./guard.fixture.ts";
import { type AnyGuard, allOf, anyOf } from "./guard.ts";

/** Schemes that each read a field of their own: "good" is content, "bad" is refused, "{" is malformed. */
type State = "good" | "bad" | "malformed" | "missing";
const FIELDS: Record<State, string | undefined> = {
  good: "good",
  bad: "bad",
  malformed: "",
  missing: undefined,
};
const STATES = Object.keys(FIELDS) as State[];

function scheme(name: string) {
  return apiKey({
    name,
    header: `x-${name}`,
    verify: async (key: string) => key === "good" && { is: name },
    scopes: (who) => (who.is === "one" ? ["read", "write"] : ["read"]),
  });
}
const one = scheme("one");
const two = scheme("two");

function fields(first: State, second: State): Record<string, string> {
  const given = Object.entries({ "x-one": FIELDS[first], "x-two": FIELDS[second] });
  return Object.fromEntries(given.filter((field): field is [string, string] => field[1] !== undefined));
}

const pairs = STATES.flatMap((first) => STATES.map((second) => [first, second] as const));

describe("anyOf", () => {
  const guard = anyOf(one, two);
  // What is presented and bad ends it; of what is content, the first counts.
  const expected = (first: State, second: State) => {
    const states = [first, second];
    const bad = states.find((state) => state === "bad" || state === "malformed");
    if (bad) return [401, bad === "bad" ? "credentials_refused" : "credentials_malformed"];
    if (states.includes("good")) return [200, { is: first === "good" ? "one" : "two" }];
    return [401, "credentials_missing"];
  };

  it.each(pairs)("with %s and %s", async (first, second) => {
    const { status, code, principal, reached } = await ask(guard, { headers: fields(first, second) });
    expect([status, code ?? principal]).toEqual(expected(first, second));
    expect(reached).toBe(status === 200);
  });

  it("asks for each of its schemes", async () => {
    expect((await ask(guard)).challenge).toBe(
      'ApiKey realm="api", in="header", name="x-one", ApiKey realm="api", in="header", name="x-two"',
    );
  });

  it("names the scheme that let in", async () => {
    expect((await ask(guard, { headers: fields("missing", "good") })).scheme).toBe("two");
  });

  it("takes three and more, and itself", async () => {
    const deep = anyOf(anyOf(one, two), scheme("three"), scheme("four"));
    expect((await ask(deep, { headers: { "x-four": "good" } })).principal).toEqual({ is: "four" });
    expect((await ask(deep, { headers: { "x-four": "good", "x-one": "bad" } })).status).toBe(401);
  });

  it("lets somebody in rather than nobody, where an alternative is optional", async () => {
    const half = anyOf(one.optional(), two);
    expect((await ask(half, { headers: fields("missing", "good") })).principal).toEqual({ is: "two" });
    expect((await ask(half)).principal).toBeNull();
    expect((await ask(half, { headers: fields("bad", "missing") })).status).toBe(401);
    expect((await ask(half, { headers: fields("missing", "bad") })).status).toBe(401);
  });
});

describe("anyOf of schemes that read the same place", () => {
  const staff = bearer({ name: "staff", verify: (token) => token === "staff" && { staff: true } });
  const customer = bearer({ name: "customer", verify: (token) => token === "customer" && { staff: false } });
  const guard = anyOf(staff, customer);
  const token = (value: string) => ({ headers: { authorization: `Bearer ${value}` } });

  it("is content when one of them knows the credential", async () => {
    expect((await ask(guard, token("staff"))).principal).toEqual({ staff: true });
    expect((await ask(guard, token("customer"))).principal).toEqual({ staff: false });
  });

  it("refuses what none of them knows, and what is malformed", async () => {
    expect((await ask(guard, token("x"))).code).toBe("credentials_refused");
    expect((await ask(guard, token("x y"))).code).toBe("credentials_malformed");
  });

  it("still refuses another place's bad credential", async () => {
    const headers = { authorization: "Bearer customer", "x-one": "bad" };
    expect(await ask(anyOf(guard, one), { headers })).toMatchObject({
      code: "credentials_refused",
      reached: false,
    });
  });

  it("forgives no refusal for the sake of who is known and may not", async () => {
    const limited = anyOf(
      staff.where(() => false, "never"),
      customer,
    );
    expect(await ask(limited, token("staff"))).toMatchObject({ status: 403, reached: false });
  });
});

describe("allOf", () => {
  const guard = allOf(one, two);
  // The worst is said first: malformed, refused, missing.
  const expected = (first: State, second: State) => {
    const states = [first, second];
    if (states.includes("malformed")) return [401, "credentials_malformed"];
    if (states.includes("bad")) return [401, "credentials_refused"];
    if (states.includes("missing")) return [401, "credentials_missing"];
    return [200, [{ is: "one" }, { is: "two" }]];
  };

  it.each(pairs)("with %s and %s", async (first, second) => {
    const { status, code, principal, reached } = await ask(guard, { headers: fields(first, second) });
    expect([status, code ?? principal]).toEqual(expected(first, second));
    expect(reached).toBe(status === 200);
  });

  it("names all of its schemes", async () => {
    expect((await ask(guard, { headers: fields("good", "good") })).scheme).toBe("one and two");
  });

  it("has null for an optional part that is missing", async () => {
    const half = allOf(one, two.optional());
    expect((await ask(half, { headers: fields("good", "missing") })).principal).toEqual([
      { is: "one" },
      null,
    ]);
    expect((await ask(half, { headers: fields("good", "bad") })).status).toBe(401);
    expect((await ask(half, { headers: fields("missing", "good") })).status).toBe(401);
  });

  it("inside anyOf: half of it is nothing, and a bad half ends it", async () => {
    const guarded = anyOf(allOf(one, two), scheme("three"));
    const three = { "x-three": "good" };
    expect((await ask(guarded, { headers: { ...fields("good", "missing"), ...three } })).principal).toEqual({
      is: "three",
    });
    expect((await ask(guarded, { headers: { ...fields("good", "bad"), ...three } })).status).toBe(401);
    expect((await ask(guarded, { headers: fields("good", "missing") })).code).toBe("credentials_missing");
  });
});

describe("optional", () => {
  it.each([
    ["missing", 200, null],
    ["good", 200, { is: "one" }],
    ["bad", 401, "credentials_refused"],
    ["malformed", 401, "credentials_malformed"],
  ] as const)("with credentials that are %s: %i", async (state, status, outcome) => {
    const asked = await ask(one.optional(), { headers: fields(state, "missing") });
    expect([asked.status, asked.code ?? asked.principal]).toEqual([status, outcome]);
  });

  it("is undone by what needs somebody", async () => {
    for (const guard of [one.optional().requires("read"), one.optional().where(() => true, "any")]) {
      expect((await ask(guard)).code).toBe("credentials_missing");
      expect((await ask(guard, { headers: fields("good", "missing") })).status).toBe(200);
    }
  });

  it("does not swallow a failure", async () => {
    const failing = apiKey({ verify: () => Promise.reject(new Error("away")) }).optional();
    expect((await ask(failing, { headers: { "x-api-key": "k" } })).status).toBe(500);
  });
});

describe("requires", () => {
  const both = { headers: fields("good", "missing") };

  it("lets in who has all of the scopes", async () => {
    expect((await ask(one.requires("read", "write"), both)).status).toBe(200);
    expect((await ask(one.requires("read").requires("write"), both)).status).toBe(200);
  });

  it("answers whoever has only some with 403, and a stranger with 401", async () => {
    const guard = two.requires("read", "write");
    expect(await ask(guard, { headers: fields("missing", "good") })).toMatchObject({
      status: 403,
      code: "insufficient_scope",
      reached: false,
    });
    expect((await ask(guard)).code).toBe("credentials_missing");
    expect((await ask(guard, { headers: fields("missing", "bad") })).code).toBe("credentials_refused");
  });

  it("of alternatives: lets in by the one that has them", async () => {
    const guard = anyOf(one, two).requires("write");
    expect((await ask(guard, { headers: fields("good", "missing") })).status).toBe(200);
    expect((await ask(guard, { headers: fields("missing", "good") })).code).toBe("insufficient_scope");
  });

  it("of several together: one that has them is enough", async () => {
    expect((await ask(allOf(one, two).requires("write"), { headers: fields("good", "good") })).status).toBe(
      200,
    );
  });

  it.each([[[]], [[""]], [["a b"]], [['a"b']], [["a\\b"]], [["a\nb"]], [["\u00e9"]], [[undefined]]])(
    "is not made with %j, which no challenge could name",
    (scopes) => {
      expect(() => one.requires(...(scopes as unknown as ["read"]))).toThrow(TypeError);
    },
  );
});

describe("where", () => {
  it.each([true, Promise.resolve(true)])("lets in whom the rule allows", async (allowed) => {
    const guard = one.where(() => allowed, "allowed");
    expect((await ask(guard, { headers: fields("good", "missing") })).status).toBe(200);
  });

  it("gives the rule the principal and the request, once it is known who it is", async () => {
    const rule = vi.fn((who: { is: string }, req: { path: string }) => who.is === "one" && req.path === "/");
    const guard = one.where(rule, "rule");
    expect((await ask(guard, { headers: fields("good", "missing") })).status).toBe(200);
    rule.mockClear();
    for (const state of ["missing", "bad", "malformed"] as const)
      await ask(guard, { headers: fields(state, "missing") });
    expect(rule).not.toHaveBeenCalled();
  });

  it.each([false, undefined, null, 0, 1, "yes", {}, Promise.resolve(false), Promise.resolve("yes")])(
    "attack: a rule that gives %o lets nobody in: only true does",
    async (allowed) => {
      const guard = one.where(() => allowed as boolean, "rule");
      expect(await ask(guard, { headers: fields("good", "missing") })).toMatchObject({
        status: 403,
        code: "access_denied",
        reached: false,
      });
    },
  );

  it.each([
    [
      "throws",
      () => {
        throw new Error("away");
      },
    ],
    ["rejects", () => Promise.reject(new Error("away"))],
  ])("attack: a rule that %s denies with 500", async (_what, rule) => {
    expect(await ask(one.where(rule, "rule"), { headers: fields("good", "missing") })).toMatchObject({
      status: 500,
      reached: false,
    });
  });

  it("is not made without a rule or a name for it", () => {
    expect(() => one.where(true as never, "rule")).toThrow(TypeError);
    expect(() => one.where(() => true, "")).toThrow(TypeError);
    expect(() => one.where(() => true, undefined as never)).toThrow(TypeError);
  });
});

describe("a guard", () => {
  it("never changes: each of its methods makes a new one", async () => {
    one.optional();
    one.requires("write");
    one.where(() => false, "never");
    expect((await ask(one)).status).toBe(401);
    expect((await ask(one, { headers: fields("good", "missing") })).status).toBe(200);
  });

  it("is made by its makers alone, and what only looks like one is refused", async () => {
    const lookalikes = [{}, null, () => true, "bearer", { requires: () => undefined }, Object.create(one)];
    for (const lookalike of lookalikes.slice(0, 5)) {
      expect(() => anyOf(one, lookalike as AnyGuard)).toThrow(TypeError);
      expect(() => allOf(lookalike as AnyGuard, one)).toThrow(TypeError);
    }
    expect(() => anyOf(one, lookalikes[5] as AnyGuard)).toThrow(TypeError);
  });

  it("anyOf and allOf take two or more", () => {
    expect(() => anyOf(...([one] as unknown as [AnyGuard, AnyGuard]))).toThrow(/two guards or more/);
    expect(() => allOf(...([] as unknown as [AnyGuard, AnyGuard]))).toThrow(/two guards or more/);
  });
});
