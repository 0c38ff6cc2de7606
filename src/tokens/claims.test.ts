import type { StandardSchemaV1 } from "@standard-schema/spec";
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { z } from "zod";
import { shape } from "../sessions/schema.ts";
import type { TokenErrorCode } from "./errors.ts";
import { AUDIENCE, forge, goodClaims, HEADER, ISSUER, tokensBy } from "./token.fixture.ts";
import { Tokens } from "./tokens.ts";

const NOW = Date.UTC(2030, 0, 1);
const now = NOW / 1000;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW });
});
afterEach(() => {
  vi.useRealTimers();
});

async function codeOf(tokens: { verifyOrThrow(token: string): Promise<unknown> }, token: string) {
  return tokens.verifyOrThrow(token).then(
    () => "accepted",
    (error): TokenErrorCode => error.code,
  );
}
const outcome = (claims: object, header: object = HEADER) =>
  codeOf(tokensBy(), forge(header, { ...goodClaims(), ...claims }));

describe("the claims of a token", () => {
  it("are taken where all is right", async () => {
    expect(await outcome({})).toBe("accepted");
  });

  it.each<[string, object, TokenErrorCode | "accepted"]>([
    ["another issuer", { iss: "https://evil.example" }, "issuer_refused"],
    ["an issuer that differs in its last slash", { iss: `${ISSUER}/` }, "issuer_refused"],
    ["no issuer", { iss: undefined }, "issuer_refused"],
    ["a list of issuers", { iss: [ISSUER] }, "issuer_refused"],
    ["another audience", { aud: "https://other.example" }, "audience_refused"],
    ["an audience that begins like ours", { aud: `${AUDIENCE}.evil.example` }, "audience_refused"],
    ["no audience", { aud: undefined }, "audience_refused"],
    ["an empty list of audiences", { aud: [] }, "audience_refused"],
    ["a nested list of audiences", { aud: [[AUDIENCE]] }, "audience_refused"],
    ["several audiences, ours among them", { aud: ["https://other.example", AUDIENCE] }, "accepted"],
    ["no expiry", { exp: undefined }, "claims_invalid"],
    ["an expiry that is a text", { exp: String(now + 60) }, "claims_invalid"],
    ["an expiry this very second", { exp: now }, "token_expired"],
    ["an expiry a second ago", { exp: now - 1 }, "token_expired"],
    ["an expiry in a second", { exp: now + 1 }, "accepted"],
    ["a beginning in a second", { nbf: now + 1 }, "token_not_yet_valid"],
    ["a beginning now", { nbf: now }, "accepted"],
    ["a beginning that is null", { nbf: null }, "claims_invalid"],
    ["no instant of issue", { iat: undefined }, "claims_invalid"],
    ["an issue a minute ahead, by another clock", { iat: now + 60 }, "accepted"],
    ["an issue further ahead", { iat: now + 61, exp: now + 90 }, "token_not_yet_valid"],
    [
      "an age beyond what tokens have, whatever its expiry",
      { iat: now - 900, exp: now + 9e9 },
      "token_expired",
    ],
    ["no subject", { sub: undefined }, "claims_invalid"],
    ["an empty subject", { sub: "" }, "claims_invalid"],
    ["a subject that is a number", { sub: 1 }, "claims_invalid"],
    ["no id", { jti: undefined }, "claims_invalid"],
    ["a scope that is a list", { scope: ["a"] }, "claims_invalid"],
  ])("with %s", async (_name, claims, code) => {
    expect(await outcome(claims)).toBe(code);
  });

  it.each([
    ["at+jwt", "accepted"],
    ["AT+JWT", "accepted"],
    ["application/at+jwt", "accepted"],
    ["JWT", "type_refused"],
    ["rt+jwt", "type_refused"],
    ["logout+jwt", "type_refused"],
    ["", "type_refused"],
    [undefined, "type_refused"],
    [["at+jwt"], "type_refused"],
  ])("with the type %j", async (typ, code) => {
    expect(await outcome({}, { ...HEADER, typ })).toBe(code);
  });

  it("have as much leeway as was said, and no more", async () => {
    const tokens = tokensBy({ leeway: 5 });
    const at = (claims: object) => codeOf(tokens, forge(HEADER, { ...goodClaims(), ...claims }));
    expect(await at({ exp: now - 4 })).toBe("accepted");
    expect(await at({ exp: now - 5 })).toBe("token_expired");
    expect(await at({ nbf: now + 5 })).toBe("accepted");
    expect(await at({ nbf: now + 6 })).toBe("token_not_yet_valid");
  });

  it("of any other kind never let anybody in", async () => {
    const tokens = tokensBy();
    const names = ["iss", "sub", "aud", "exp", "iat", "jti"];
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...names), fc.jsonValue(), async (name, value) => {
        const isGood =
          (name === "sub" || name === "jti") && typeof value === "string" && value !== "" ? true : undefined;
        const isRecent =
          name === "iat" && typeof value === "number" && value > now - 900 && value <= now + 60;
        fc.pre(!isGood && !isRecent && value !== AUDIENCE && value !== ISSUER);
        fc.pre(!(name === "exp" && typeof value === "number" && value > now));
        expect(await tokens.verify(forge(HEADER, { ...goodClaims(), [name]: value }))).toBeNull();
      }),
    );
  });
});

describe("a schema for claims", () => {
  const made = <Claims extends object, Input extends object>(claims: StandardSchemaV1<Input, Claims>) =>
    new Tokens({
      issuer: ISSUER,
      audience: AUDIENCE,
      keys: [{ alg: "HS512", key: "s".repeat(64) }],
      claims,
    });

  it("gives the claims, with what it makes of them", async () => {
    const tokens = made(z.object({ since: z.coerce.date<string>(), level: z.number().default(1) }));
    const claims = await tokens.verify(
      await tokens.issue({ subject: "ada", claims: { since: "2020-01-01" } }),
    );
    expect(claims).toMatchObject({ sub: "ada", level: 1, since: new Date("2020-01-01") });
  });

  it("cannot change whom a token stands for", async () => {
    const tokens = made(z.object({}).transform(() => ({ sub: "eve", exp: 0, color: "red" })));
    const claims = await tokens.verify(await tokens.issue({ subject: "ada" }));
    expect(claims).toMatchObject({ sub: "ada", color: "red" });
  });

  it("cannot give a token what only its issuer can: a scope that it has not", async () => {
    const tokens = made(z.object({ scope: z.string().default("admin") }));
    const token = await tokens.issue({ subject: "ada", claims: {} });
    expect(await tokens.verifyOrThrow(token)).not.toHaveProperty("scope");
  });

  it("may be strict: the registered claims are not its business", async () => {
    const tokens = made(z.strictObject({ role: z.enum(["admin", "guest"]) }));
    expect(
      await tokens.verify(await tokens.issue({ subject: "ada", scope: "a", claims: { role: "admin" } })),
    ).toMatchObject({
      role: "admin",
    });
  });

  it("refuses a token whose claims do not fit, and the issue of one", async () => {
    const tokens = tokensBy({ claims: z.object({ role: z.enum(["admin", "guest"]) }) });
    const token = forge(HEADER, { ...goodClaims(), role: "root" });
    expect(await codeOf(tokens, token)).toBe("claims_invalid");
    const issuing = tokens.issue({ subject: "ada", claims: { role: "root" } });
    await expect(issuing).rejects.toThrow("the schema refuses the claims");
    await expect(issuing).rejects.not.toThrow("root");
  });

  it("may give nothing but types", async () => {
    const tokens = made(shape<{ team: string }>());
    const claims = await tokens.verify(await tokens.issue({ subject: "ada", claims: { team: "red" } }));
    expect(claims?.team).toBe("red");
  });
});
