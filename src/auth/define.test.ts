import { describe, expect, it, vi } from "vitest";
import { HTTPError } from "../http/errors.ts";
import { defineGuard, type GuardDefinition } from "./define.ts";
import { ask } from "./guard.fixture.ts";
import { MALFORMED } from "./scheme.ts";

const OPENAPI = { type: "apiKey", in: "header", name: "X-Signature" } as const;
const base = {
  name: "signature",
  challenge: { scheme: "Signature" },
  openapi: OPENAPI,
  verify: (text: string) => ({ text }),
};
const signed = (extract: GuardDefinition<string, { text: string }>["extract"]) =>
  defineGuard<string, { text: string }>({ ...base, extract });
const header = { headers: { "x-signature": "s" } };

describe("defineGuard", () => {
  it("lets in whom the scheme verifies", async () => {
    const guard = signed((req) => req.headers.get("x-signature"));
    expect(await ask(guard, header)).toMatchObject({ principal: { text: "s" }, scheme: "signature" });
  });

  it.each([null, undefined])("takes %s for no credential", async (none) => {
    expect((await ask(signed(() => none))).code).toBe("credentials_missing");
  });

  it("tells malformed from missing and refused", async () => {
    expect((await ask(signed(() => MALFORMED))).code).toBe("credentials_malformed");
    const refusing = defineGuard({ ...base, extract: () => "s", verify: (): null => null });
    expect((await ask(refusing)).code).toBe("credentials_refused");
  });

  it("calls both as methods of the definition", async () => {
    const guard = defineGuard({
      ...base,
      extract() {
        return this.name;
      },
      verify(text: string): object {
        return { same: text === this.name };
      },
    });
    expect((await ask(guard)).principal).toEqual({ same: true });
  });

  it.each([
    ["no name", { name: undefined }],
    ["a name that the OpenAPI document cannot have", { name: "my scheme" }],
    ["no extract", { extract: undefined }],
    ["no verify", { verify: undefined }],
    ["no challenge", { challenge: undefined }],
    ["a challenge whose scheme is no token", { challenge: { scheme: "My Scheme" } }],
    [
      "a challenge that would split the answer",
      { challenge: { scheme: "X", parameters: { realm: "a\r\nb" } } },
    ],
    [
      "a parameter that no header carries",
      { challenge: { scheme: "X", parameters: { realm: "\u{1f512}" } } },
    ],
    ["a parameter whose name is no token", { challenge: { scheme: "X", parameters: { "a b": "c" } } }],
    ["no openapi", { openapi: undefined }],
    ["an option that there is not", { scope: "a" }],
  ])("is not made with %s", (_what, wrong) => {
    const definition = { ...base, extract: () => "s", ...wrong };
    expect(() => defineGuard(definition as unknown as GuardDefinition<string, object>)).toThrow(TypeError);
  });

  it.each([
    "login",
    "//evil.example",
    "/\\evil.example",
    "https://evil.example/",
    "/login?a=b",
    "/login#a",
    "/lo gin",
    "",
  ])("is not made with the loginPath %j", (loginPath) => {
    expect(() => defineGuard({ ...base, extract: () => "s", loginPath })).toThrow(/loginPath/);
  });
});

describe("attack: what a scheme of one's own may get wrong, and lets nobody in by", () => {
  it("an extract that throws is 500", async () => {
    const guard = signed(() => {
      throw new Error("broken");
    });
    expect(await ask(guard, header)).toMatchObject({ status: 500, code: "internal_error", reached: false });
  });

  it("an extract that waits is refused in words, and its promise is not taken for a credential", async () => {
    const verify = vi.fn((promise: Promise<string>) => ({ promise }));
    const guard = defineGuard({ ...base, extract: async () => "s", verify });
    const asked = await ask(guard);
    expect(asked).toMatchObject({ status: 500, reached: false });
    expect(String(asked.logged)).toContain("extract(req) is synchronous");
    expect(verify).not.toHaveBeenCalled();
  });

  it.each([
    ["a text, which holds every part of itself", "note:read-administration"],
    ["a promise of a list", Promise.resolve(["admin"])],
    ["a set", new Set(["admin"])],
    ["an object", { admin: true }],
  ])("scopes that are %s deny with 500", async (_what, scopes) => {
    const wrong = () => scopes as unknown as readonly "admin"[];
    const guard = defineGuard({ ...base, extract: () => "s", scopes: wrong });
    for (const guarded of [guard, guard.requires("admin")]) {
      expect(await ask(guarded)).toMatchObject({ status: 500, reached: false });
    }
  });

  it.each([[null], [undefined], [[]]])("scopes that are %j are none", async (scopes) => {
    const none = () => scopes as unknown as readonly "admin"[];
    const guard = defineGuard({ ...base, extract: () => "s", scopes: none });
    expect((await ask(guard)).status).toBe(200);
    expect((await ask(guard.requires("admin"))).code).toBe("insufficient_scope");
  });

  it.each([
    ["in a cookie", 403, { type: "apiKey", in: "cookie", name: "c" }],
    ["by http digest", 403, { type: "http", scheme: "Digest" }],
    ["by http negotiate", 403, { type: "http", scheme: "negotiate" }],
    ["by mutual TLS", 403, { type: "mutualTLS" }],
    ["in a header", 200, OPENAPI],
    ["by OAuth", 200, { type: "oauth2", flows: {} }],
  ] as const)(
    "a credential %s: an unsafe request of another site is answered %i",
    async (_what, status, openapi) => {
      const verify = vi.fn((text: string) => ({ text }));
      const guard = defineGuard({ ...base, extract: () => "s", verify, openapi });
      const headers = { "sec-fetch-site": "cross-site" };
      const asked = await ask(guard, { method: "DELETE", headers });
      expect([asked.status, asked.reached, verify.mock.calls.length]).toEqual([
        status,
        status === 200,
        status === 200 ? 1 : 0,
      ]);
      expect((await ask(guard, { headers })).status).toBe(200);
    },
  );

  it("an HTTPError of the scheme's own passes, whatever its status", async () => {
    const guard = signed(() => {
      throw new HTTPError(403, "Not from here", { code: "not_from_here" });
    });
    expect(await ask(guard)).toMatchObject({
      status: 403,
      code: "not_from_here",
      reached: false,
      logged: [],
    });
  });
});
