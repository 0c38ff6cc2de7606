import fc from "fast-check";
import { describe, expect, it, vi } from "vitest";
import { HTTPError } from "../http/errors.ts";
import { bearer } from "./bearer.ts";
import { ask } from "./guard.fixture.ts";

const nobody = (): null => null;
const TOKEN = "good.token-1~_+/==";
const user = () => {
  const verify = vi.fn((token: string) => (token === TOKEN ? { sub: "1" } : null));
  return { verify, guard: bearer({ verify }) };
};
const authorization = (value: string) => ({ headers: { authorization: value } });

describe("bearer", () => {
  it("lets in who presents a token that its verifier knows", async () => {
    const { guard } = user();
    expect(await ask(guard, authorization(`Bearer ${TOKEN}`))).toMatchObject({
      status: 200,
      principal: { sub: "1" },
      scheme: "bearer",
    });
  });

  it.each(["bearer", "BEARER", "bEaReR"])("takes the scheme's name as %s (RFC 9110, 11.1)", async (name) => {
    expect((await ask(user().guard, authorization(`${name} ${TOKEN}`))).status).toBe(200);
  });

  it("takes several spaces after the name", async () => {
    expect((await ask(user().guard, authorization(`Bearer    ${TOKEN}`))).status).toBe(200);
  });

  it("takes a verifier in an object, and calls it as its method", async () => {
    class Tokens {
      readonly #known = TOKEN;
      verify(token: string) {
        return token === this.#known && { sub: "2" };
      }
    }
    const asked = await ask(bearer({ tokens: new Tokens() }), authorization(`Bearer ${TOKEN}`));
    expect(asked.principal).toEqual({ sub: "2" });
  });

  it("hands the request to the verifier", async () => {
    const guard = bearer({ verify: (_token, req) => ({ path: req.path }) });
    expect((await ask(guard, authorization("Bearer t"))).principal).toEqual({ path: "/" });
  });

  it("asks for a token without an error where there is none (RFC 6750, 3.1)", async () => {
    expect(await ask(user().guard)).toMatchObject({
      status: 401,
      code: "credentials_missing",
      challenge: "Bearer",
      reached: false,
    });
  });

  it("calls a token that is refused invalid_token", async () => {
    expect(await ask(user().guard, authorization("Bearer wrong"))).toMatchObject({
      status: 401,
      code: "credentials_refused",
      challenge: 'Bearer error="invalid_token", error_description="The credentials are not valid"',
      reached: false,
    });
  });

  it("names the scopes that it takes, and those that were missing", async () => {
    const guard = bearer({ verify: () => ({}), scopes: (): readonly ("a" | "b")[] => ["a"] }).requires(
      "a",
      "b",
    );
    expect((await ask(guard)).challenge).toBe('Bearer scope="a b"');
    expect(await ask(guard, authorization("Bearer t"))).toMatchObject({
      status: 403,
      code: "insufficient_scope",
      challenge: 'Bearer error="insufficient_scope", scope="a b"',
    });
  });

  it("passes a token of 8 KiB on whole, and none of its length is kept", async () => {
    const long = "x".repeat(8_192);
    const { guard, verify } = user();
    expect(await ask(guard, authorization(`Bearer ${long}`))).toMatchObject({ code: "credentials_refused" });
    expect(verify.mock.calls[0]?.[0]).toBe(long);
  });

  it.each([
    ["neither verify nor tokens", {}],
    ["both", { verify: nobody, tokens: { verify: nobody } }],
    ["a verify that is no function", { verify: "yes" }],
    ["tokens without verify", { tokens: {} }],
    ["an option that there is not", { verify: nobody, scope: ["a"] }],
  ])("is not made with %s", (_what, options) => {
    expect(() => bearer(options as unknown as Parameters<typeof bearer>[0])).toThrow(TypeError);
  });
});

describe("attack: what is no bearer token is not verified", () => {
  it.each([
    ["nothing after the name", "Bearer"],
    ["two tokens", "Bearer one two"],
    ["two fields, joined as a proxy joins them", `Bearer ${TOKEN}, Bearer other`],
    ["two equal fields", `Bearer ${TOKEN}, Bearer ${TOKEN}`],
    ["another scheme's field after it", `Bearer ${TOKEN}, Basic dTpw`],
    ["an empty field ahead of it", `, Bearer ${TOKEN}`],
    ["a tab for the space", `Bearer\t${TOKEN}`],
    ["a tab after the space", `Bearer \t${TOKEN}`],
    ["a comma for the space", `Bearer,${TOKEN}`],
    ["a slash for the space", `Bearer/${TOKEN}`],
    ["an equals sign for the space", `Bearer=${TOKEN}`],
    ["quotes", `Bearer "${TOKEN}"`],
    ["a parameter", `Bearer token=${TOKEN}, x=y`],
    ["characters beyond ASCII", "Bearer tök\u00e9n"],
    ["padding in the middle", "Bearer a=b"],
    ["padding alone", "Bearer =="],
  ])("%s is malformed", async (_what, field) => {
    const { guard, verify } = user();
    const asked = await ask(guard, authorization(field));
    expect(asked).toMatchObject({ status: 401, code: "credentials_malformed", reached: false });
    expect(asked.challenge).toContain('error="invalid_token"');
    expect(verify).not.toHaveBeenCalled();
  });

  it.each([
    ["an empty field", ""],
    ["another scheme", "Basic dTpw"],
    ["another scheme ahead of ours", `Basic dTpw, Bearer ${TOKEN}`],
    ["another scheme, whose name is as long", `Digest ${TOKEN}`],
    ["a name that begins like ours", `BearerX ${TOKEN}`],
    ["a name that ends like ours", `XBearer ${TOKEN}`],
    ["the token without a name", TOKEN.replace(/[/=]/g, "")],
    // Lower-casing by Unicode's rules would make a k of the Kelvin sign, and an i of nothing here.
    ["a name of another alphabet's letters", `Be\u00e0rer ${TOKEN}`],
  ])("%s is no credential of ours", async (_what, field) => {
    const { guard, verify } = user();
    const asked = await ask(guard, authorization(field));
    expect(asked.status).toBe(401);
    expect(["credentials_missing", "credentials_malformed"]).toContain(asked.code);
    expect(asked.reached).toBe(false);
    expect(verify).not.toHaveBeenCalled();
  });

  it("two Authorization lines let nobody in, in whichever order", async () => {
    for (const lines of [
      [`Bearer ${TOKEN}`, "Bearer wrong"],
      ["Bearer wrong", `Bearer ${TOKEN}`],
      ["Basic dTpw", `Bearer ${TOKEN}`],
      ["", `Bearer ${TOKEN}`],
    ]) {
      const headers = lines.map((line): [string, string] => ["authorization", line]);
      const { guard, verify } = user();
      expect(await ask(guard, { headers })).toMatchObject({ status: 401, reached: false });
      expect(verify).not.toHaveBeenCalled();
    }
  });

  it("a token in the query, in a cookie or in another field is none", async () => {
    const { guard, verify } = user();
    const headers = { cookie: `access_token=${TOKEN}`, "x-authorization": `Bearer ${TOKEN}` };
    const asked = await ask(guard, { path: `/?access_token=${TOKEN}`, headers });
    expect(asked).toMatchObject({ code: "credentials_missing", reached: false });
    expect(verify).not.toHaveBeenCalled();
  });

  it("whatever the field holds, the verifier sees token68 or nothing, and nobody else gets in", async () => {
    const part = fc.constantFrom(
      "Bearer",
      "bearer",
      "Basic",
      " ",
      "\t",
      ",",
      "=",
      TOKEN,
      "a",
      "\u00e9",
      '"',
      ";",
    );
    await fc.assert(
      fc.asyncProperty(fc.array(part, { maxLength: 7 }), async (parts) => {
        const { guard, verify } = user();
        const asked = await ask(guard, authorization(parts.join("")));
        for (const [token] of verify.mock.calls) expect(token).toMatch(/^[A-Za-z0-9\-._~+/]+=*$/);
        expect(asked.reached).toBe(/^bearer +good\.token-1~_\+\/==$/i.test(parts.join("").trim()));
      }),
      { numRuns: 300 },
    );
  });
});

describe("attack: what a verifier must give", () => {
  it.each([null, undefined, false, 0, Number.NaN, "", 0n])("%s is nobody", async (nobody) => {
    const sync = bearer({ verify: () => nobody as null });
    const async = bearer({ verify: async () => nobody as null });
    for (const guard of [sync, async]) {
      expect(await ask(guard, authorization("Bearer t"))).toMatchObject({
        status: 401,
        code: "credentials_refused",
        reached: false,
      });
    }
  });

  it.each([
    [
      "an error",
      () => {
        throw new Error("the database is away");
      },
    ],
    ["a rejection", () => Promise.reject(new Error("the database is away"))],
    ["a rejection with nothing", () => Promise.reject(undefined)],
  ])("%s denies with 500, and says nothing to the client", async (_what, verify) => {
    const asked = await ask(bearer({ verify }), authorization("Bearer t"));
    expect(asked).toMatchObject({ status: 500, code: "internal_error", challenge: null, reached: false });
  });

  it("an HTTPError passes", async () => {
    const verify = () => {
      throw new HTTPError(429, "Slow down", { code: "slow_down" });
    };
    expect(await ask(bearer({ verify }), authorization("Bearer t"))).toMatchObject({
      status: 429,
      code: "slow_down",
      reached: false,
      logged: [],
    });
  });
});
