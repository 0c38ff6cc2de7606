import { describe, expect, it } from "vitest";
import { API } from "../api.ts";

const api = new API({ trustedProxies: ["loopback", "private"] }).get("/ip", (req) => ({ ip: req.ip }));
const forwarded = () =>
  new Request("http://app.example/ip", { headers: { "x-forwarded-for": "203.0.113.7" } });
const ipOf = async (...args: Parameters<typeof api.fetch> extends [Request, ...infer Rest] ? Rest : never) =>
  ((await (await api.fetch(forwarded(), ...args)).json()) as { ip: string }).ip;

/** What stands in the second place where nobody of ours put it. */
class BunServer {
  readonly ip = "127.0.0.1";
}
const waitUntil = () => undefined;

describe("the peer of a request that api.fetch answers", () => {
  it("is whom the second argument names, and a trusted one is believed", async () => {
    expect(await ipOf({ ip: "198.51.100.4" })).toBe("198.51.100.4");
    expect(await ipOf({ ip: "127.0.0.1" })).toBe("203.0.113.7");
    expect(await ipOf({ ip: "127.0.0.1", waitUntil })).toBe("203.0.113.7");
  });

  it("is unknown where nobody says it, and no header makes it known", async () => {
    expect(await ipOf()).toBe("");
    expect(await ipOf({})).toBe("");
    expect(await ipOf({ waitUntil })).toBe("");
  });

  it.each([
    ["a server object with a field of that name", new BunServer()],
    ["an environment that has a variable of that name beside others", { ip: "127.0.0.1", SECRET_KEY: "x" }],
    ["Deno's info", { remoteAddr: { hostname: "127.0.0.1" }, completed: Promise.resolve() }],
    ["the parameters of a Next.js route", { params: Promise.resolve({ ip: "127.0.0.1" }) }],
    ["an address that is no text", { ip: ["127.0.0.1"] }],
    ["an inherited field", Object.create({ ip: "127.0.0.1" })],
    ["a function", () => "127.0.0.1"],
  ])("is never taken from %s", async (_name, given) => {
    expect(await ipOf(given as object)).toBe("");
  });

  it("is never taken from a Worker's environment, whatever is in it", async () => {
    expect(await ipOf({ ip: "127.0.0.1" }, { waitUntil })).toBe("");
  });
});

describe("waitUntil", () => {
  const tasks = (done: string[]) =>
    new API()
      .get("/text", (_req, resp) => {
        resp.background(() => void done.push("task"));
        return "text";
      })
      .get("/stream", (_req, resp) => {
        resp.background(() => void done.push("task"));
        resp.stream(["a", "b"]);
      })
      .get("/none", () => "none");
  const request = (path: string) => new Request(`http://app.example${path}`);

  it.each([
    ["of the second argument", (hold: (work: Promise<unknown>) => void) => [{ waitUntil: hold }]],
    ["of a Worker's context", (hold: (work: Promise<unknown>) => void) => [{}, { waitUntil: hold }]],
  ] as const)("%s holds the host until the background tasks are through", async (_name, args) => {
    const done: string[] = [];
    const held: Promise<unknown>[] = [];
    const [platform, context] = args((work) => held.push(work)) as [object, undefined];
    await tasks(done).fetch(request("/text"), platform, context);
    expect(held).toHaveLength(1);
    await held[0];
    expect(done).toEqual(["task"]);
  });

  it("is told at once of tasks that wait for a stream, so that its client's going loses none", async () => {
    const done: string[] = [];
    const held: Promise<unknown>[] = [];
    const response = await tasks(done).fetch(request("/stream"), { waitUntil: (work) => held.push(work) });
    expect([held.length, done]).toEqual([1, []]);
    await response.body?.cancel();
    await held[0];
    expect(done).toEqual(["task"]);
  });

  it("keeps the `this` of a Worker's context", async () => {
    class Context {
      readonly held: Promise<unknown>[] = [];
      waitUntil(work: Promise<unknown>): void {
        this.held.push(work);
      }
    }
    const context = new Context();
    await tasks([]).fetch(request("/text"), {}, context);
    expect(context.held).toHaveLength(1);
  });

  it("is left alone where there is no task", async () => {
    const held: Promise<unknown>[] = [];
    await tasks([]).fetch(request("/none"), { waitUntil: (work) => held.push(work) });
    expect(held).toEqual([]);
  });
});
