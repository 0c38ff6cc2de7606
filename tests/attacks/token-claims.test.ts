import { expect, it } from "vitest";
import {
  AUDIENCE,
  claimsOf,
  encode,
  HS,
  hmac,
  ISSUER,
  RS,
  rsa,
  seconds,
  served,
} from "../support/forged-tokens.ts";
import { overTransports } from "../support/transports.ts";

overTransports("attack on what tokens say", (serve) => {
  it("a token that has expired, by a second", async () => {
    const { enter: attempt } = await served(serve);
    expect(await attempt(hmac(HS, claimsOf({ exp: seconds() - 1 })))).toBe(401);
    expect(await attempt(hmac(HS, claimsOf({ exp: undefined })))).toBe(401);
    expect(await attempt(hmac(HS, claimsOf({ exp: "never" })))).toBe(401);
    expect(await attempt(hmac(HS, encode('{"exp":1e999}')))).toBe(401);
    expect(await attempt(hmac(HS, claimsOf({ nbf: seconds() + 10 })))).toBe(401);
  });

  it("a token of another issuer, or for another audience", async () => {
    const { enter: attempt } = await served(serve);
    for (const changed of [
      { iss: "https://evil.example" },
      { iss: `${ISSUER}.evil.example` },
      { iss: [ISSUER] },
      { aud: "https://other.example" },
      { aud: [`${AUDIENCE}/`] },
      { aud: `${AUDIENCE} https://other.example` },
      { aud: {} },
    ]) {
      expect(await attempt(hmac(HS, claimsOf(changed)))).toBe(401);
    }
  });

  it("a token for another purpose: refresh token, ID token, sign-out token", async () => {
    const { enter: attempt, tokens } = await served(serve);
    const { refresh_token: refresh } = await tokens.start({ subject: "ada" });
    expect(await attempt(refresh)).toBe(401);
    for (const typ of [
      "JWT",
      "rt+jwt",
      "logout+jwt",
      "secevent+jwt",
      "dpop+jwt",
      undefined,
      null,
      ["at+jwt"],
    ]) {
      expect(await attempt(rsa({ ...RS, typ }, claimsOf({ nonce: "n" })))).toBe(401);
    }
  });

  it("a prototype in the claims", async () => {
    const { enter: attempt } = await served(serve);
    const text = JSON.stringify(claimsOf({ jti: undefined, exp: undefined }));
    const inherited = `{"__proto__":{"exp":${seconds() + 60},"jti":"x"},${text.slice(1)}`;
    expect(await attempt(hmac(HS, inherited))).toBe(401);
    expect(await attempt(hmac('{"__proto__":{"alg":"HS256","kid":"hs","typ":"at+jwt"}}', claimsOf()))).toBe(
      401,
    );
  });

  it("what is refused is not repeated: not to the client, not in the log", async () => {
    const { send, logger } = await served(serve);
    const token = hmac({ ...HS, kid: "leak-kid" }, claimsOf({ sub: "leak-sub" }));
    const response = await send("/me", { headers: { authorization: `Bearer ${token}` } });
    const shown = `${JSON.stringify([...response.headers])}${await response.text()}${JSON.stringify(logger)}`;
    expect(response.status).toBe(401);
    for (const secret of [...token.split("."), "leak-kid", "leak-sub"]) expect(shown).not.toContain(secret);
  });

  it("a stolen access token, once it is revoked", async () => {
    const { tokens, enter: attempt } = await served(serve);
    const [token, another] = [await tokens.issue({ subject: "ada" }), await tokens.issue({ subject: "ada" })];
    expect([await attempt(token), await attempt(another)]).toEqual([200, 200]);
    await tokens.revoke(token);
    expect([await attempt(token), await attempt(another)]).toEqual([401, 200]);
    await tokens.revokeAll("ada");
    expect(await attempt(another)).toBe(401);
  });
});
