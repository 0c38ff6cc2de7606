import { API } from "responder-ts";
import { anyOf, bearer, defineGuard } from "responder-ts/auth";
import { describe, expect, it } from "vitest";

const THEN: PropertyKey = "then";

function withThen<Target extends object>(target: Target, method: unknown): Target {
  return Object.defineProperty(target, THEN, { value: method });
}

/** A promise as remote procedures of some runtimes give it: a function that has `then`. */
function callable<Value>(value: Value): Promise<Value> {
  const promise = Promise.resolve(value);
  return withThen(() => undefined, promise.then.bind(promise)) as unknown as Promise<Value>;
}

function entering(auth: ReturnType<typeof bearer<Promise<object | null>>>) {
  const api = new API({ auth, logger: { info() {}, warn() {}, error() {} } });
  let reached = false;
  api.get("/me", () => {
    reached = true;
    return "in";
  });
  const headers = { authorization: "Bearer utterly-wrong" };
  return async () => {
    const response = await api.fetch(new Request("https://localhost/me", { headers }));
    return { status: response.status, reached };
  };
}

describe("attack: a verifier whose answer is a promise that does not look like one", () => {
  it("a function with then is waited for, and lets nobody in by being an object", async () => {
    const enter = entering(bearer({ verify: () => callable<object | null>(null) }));
    expect(await enter()).toEqual({ status: 401, reached: false });
    const known = entering(bearer({ verify: () => callable<object | null>({ sub: "1" }) }));
    expect(await known()).toEqual({ status: 200, reached: true });
  });

  it("one that calls back at once and returns itself neither gets in nor ends the process", async () => {
    const odd = () => {
      const thenable: object = withThen({}, (resolve: (value: null) => void) => {
        queueMicrotask(() => resolve(null));
        return thenable;
      });
      return thenable as Promise<object | null>;
    };
    expect(await entering(bearer({ verify: odd }))()).toEqual({ status: 401, reached: false });
  });

  it("within combinators too, and in a rule of where", async () => {
    const remote = bearer({ verify: () => callable<object | null>(null) });
    const other = defineGuard({
      name: "other",
      extract: (req) => req.headers.get("x-other") ?? undefined,
      verify: async () => ({}),
      challenge: { scheme: "Other" },
      openapi: { type: "apiKey", in: "header", name: "x-other" },
    });
    expect(await entering(anyOf(remote, other) as never)()).toEqual({ status: 401, reached: false });
    const known = bearer({ verify: () => callable<object | null>({ sub: "1" }) });
    const ruled = known.where(() => callable(false), "never");
    expect(await entering(ruled as never)()).toEqual({ status: 403, reached: false });
  });
});
