import { describe, expect, it, vi } from "vitest";
import { apiKey } from "./api-key.ts";
import { ask } from "./guard.fixture.ts";

const KEY = "sk-abc123";
const nobody = (): null => null;
const header = (key: string) => ({ headers: { "x-api-key": key } });

describe("apiKey", () => {
  it("says what is wrong with a key that is missing, as a variable that is not set is", () => {
    const keys = [undefined] as unknown as string[];
    expect(() => apiKey({ keys })).toThrow("apiKey(): a key is a string that is not empty");
  });

  it("lets in who presents a key of a list, under a name that is no key", async () => {
    const asked = await ask(apiKey({ keys: [KEY, "sk-other"] }), header(KEY));
    expect(asked).toMatchObject({ status: 200, scheme: "apiKey" });
    expect(asked.principal).toEqual({ keyId: expect.stringMatching(/^[0-9a-f]{16}$/) });
    expect(await ask(apiKey({ keys: new Set(["sk-other"]) }), header("sk-other"))).not.toEqual(asked);
  });

  it("lets in who a key stands for", async () => {
    const guard = apiKey({ keys: { [KEY]: { name: "billing" }, "sk-other": { name: "search" } } });
    expect((await ask(guard, header(KEY))).principal).toEqual({ name: "billing" });
    expect((await ask(guard, header("sk-other"))).principal).toEqual({ name: "search" });
  });

  it("has a verifier decide instead", async () => {
    const guard = apiKey({ verify: async (key: string) => key === KEY && { tenant: 7 } });
    expect((await ask(guard, header(KEY))).principal).toEqual({ tenant: 7 });
    expect((await ask(guard, header("x"))).code).toBe("credentials_refused");
  });

  it("reads the key from another header, the query, or a cookie", async () => {
    const keys = [KEY];
    expect((await ask(apiKey({ keys, header: "X-Partner" }), { headers: { "x-partner": KEY } })).status).toBe(
      200,
    );
    expect((await ask(apiKey({ keys, query: "key" }), { path: `/?key=${KEY}` })).status).toBe(200);
    expect((await ask(apiKey({ keys, cookie: "key" }), { headers: { cookie: `key=${KEY}` } })).status).toBe(
      200,
    );
  });

  it("says where the key is missing", async () => {
    expect(await ask(apiKey({ keys: [KEY] }))).toMatchObject({
      status: 401,
      code: "credentials_missing",
      challenge: 'ApiKey realm="api", in="header", name="X-API-Key"',
    });
  });

  it("lets nobody in by an empty list", async () => {
    expect((await ask(apiKey({ keys: [] }), header("x"))).code).toBe("credentials_refused");
  });

  it.each([
    ["neither keys nor verify", {}],
    ["both", { keys: [KEY], verify: nobody }],
    ["two places", { keys: [KEY], header: "a", query: "b" }],
    ["a text for the list of keys: each character would be one", { keys: KEY }],
    ["an empty key, of a variable that is not set", { keys: ["", KEY] }],
    ["a key that is missing", { keys: [undefined] }],
    ["a key that stands for nothing", { keys: { [KEY]: null } }],
    ["a map of keys, whose entries are no keys", { keys: new Map([[KEY, { name: "billing" }]]) }],
    ["a header that cannot be one", { keys: [KEY], header: "X API Key" }],
    ["a cookie that cannot be one", { keys: [KEY], cookie: "a=b" }],
    ["an empty query parameter", { keys: [KEY], query: "" }],
    ["an option that there is not", { keys: [KEY], headers: "x" }],
  ])("is not made with %s, and its message holds no key", (_what, options) => {
    const make = () => apiKey(options as unknown as { keys: string[] });
    expect(make).toThrow(TypeError);
    expect(make).not.toThrow(KEY);
  });
});

describe("attack: guessing and smuggling keys", () => {
  it.each([
    ["a part of a key", KEY.slice(0, -1)],
    ["a key and more", `${KEY}x`],
    ["another case", KEY.toUpperCase()],
    ["two fields", `${KEY}, ${KEY}`],
    ["all keys at once", `${KEY}, sk-other`],
    ["what every object has", "constructor"],
    ["every object's prototype", "__proto__"],
    ["8 KiB", "x".repeat(8_192)],
  ])("%s is refused", async (_what, key) => {
    for (const keys of [[KEY, "sk-other"], { [KEY]: {}, "sk-other": {} }]) {
      expect(await ask(apiKey({ keys }), header(key))).toMatchObject({
        status: 401,
        code: "credentials_refused",
        reached: false,
      });
    }
  });

  it("an empty key never reaches a verifier, wherever it stands", async () => {
    const verify = vi.fn((key: string) => (key === "" ? { oops: true } : null));
    const attempts = [
      { guard: apiKey({ verify }), asking: header("") },
      { guard: apiKey({ verify, query: "key" }), asking: { path: "/?key=" } },
      { guard: apiKey({ verify, query: "key" }), asking: { path: "/?key" } },
      { guard: apiKey({ verify, cookie: "key" }), asking: { headers: { cookie: "key=" } } },
    ];
    for (const { guard, asking } of attempts) {
      expect(await ask(guard, asking)).toMatchObject({ code: "credentials_malformed", reached: false });
    }
    expect(verify).not.toHaveBeenCalled();
  });

  it("a query parameter that comes twice is malformed, whichever one is right", async () => {
    const guard = apiKey({ keys: [KEY], query: "key" });
    for (const path of [
      `/?key=${KEY}&key=x`,
      `/?key=x&key=${KEY}`,
      `/?key=${KEY}&key=${KEY}`,
      `/?key=${KEY}&%6bey=x`,
    ]) {
      expect(await ask(guard, { path })).toMatchObject({ code: "credentials_malformed", reached: false });
    }
  });

  it("a key in another place than its own is none", async () => {
    const asked = await ask(apiKey({ keys: [KEY] }), {
      path: `/?X-API-Key=${KEY}`,
      headers: { cookie: `X-API-Key=${KEY}`, authorization: `ApiKey ${KEY}` },
    });
    expect(asked).toMatchObject({ code: "credentials_missing", reached: false });
  });
});

describe("attack: a key that browsers send by themselves (cross-site request forgery)", () => {
  const cross = { "sec-fetch-site": "cross-site", origin: "https://evil.example" };

  it("a key in a cookie lets no unsafe request of another site in", async () => {
    const headers = { ...cross, cookie: `key=${KEY}` };
    const guard = apiKey({ keys: [KEY], cookie: "key" });
    expect(await ask(guard, { method: "POST", headers })).toMatchObject({
      status: 403,
      code: "cross_site_request",
      reached: false,
    });
    expect((await ask(guard, { headers })).status).toBe(200);
  });

  it("a key in a header or in the query is nobody's ambient authority, and passes", async () => {
    const inHeader = { ...cross, "x-api-key": KEY };
    expect((await ask(apiKey({ keys: [KEY] }), { method: "POST", headers: inHeader })).status).toBe(200);
    const inQuery = { method: "POST", path: `/?key=${KEY}`, headers: cross };
    expect((await ask(apiKey({ keys: [KEY], query: "key" }), inQuery)).status).toBe(200);
  });
});
