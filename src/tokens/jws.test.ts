import { describe, expect, it } from "vitest";
import type { TokenErrorCode } from "./errors.ts";
import { verifySignature } from "./jws.ts";
import { KeyRing } from "./key-ring.ts";
import type { TokenKey } from "./keys.ts";
import { base64url, forge, HEADER, SECRET } from "./token.fixture.ts";

const by = (...keys: TokenKey[]) => {
  const ring = new KeyRing(keys);
  return (token: unknown) => verifySignature(token, (kid) => ring.find(kid));
};
const bySecret = by({ alg: "HS256", key: SECRET, kid: "one" });
const codeOf = (outcome: Promise<unknown>): Promise<TokenErrorCode | "accepted"> =>
  outcome.then(
    () => "accepted",
    (error) => error.code,
  );

/** RFC 7515, A.1 and RFC 7519, 3.1. */
const A1 =
  "eyJ0eXAiOiJKV1QiLA0KICJhbGciOiJIUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
const A1_KEY = {
  kty: "oct",
  k: "AyM1SysPpbyDfgZld3umj1qzKObwVMkoqQ-EstJQLr_T-1qS0gZH75aKtMN3Yj0iPS4hcgUuTwjAzZr1Z9CAow",
};
/** RFC 7515, A.2. */
const A2 =
  "eyJhbGciOiJSUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.cC4hiUPoj9Eetdgtv3hF80EGrhuB__dzERat0XF9g2VtQgr9PJbu3XOiZj5RZmh7AAuHIm4Bh-0Qc_lF5YKt_O8W2Fp5jujGbds9uJdbF9CUAr7t1dnZcAcQjbKBYNX4BAynRFdiuB--f_nZLgrnbyTyWzO75vRK5h6xBArLIARNPvkSjtQBMHlb1L07Qe7K0GarZRmB_eSN9383LcOLn6_dO--xi12jzDwusC-eOkHWEsqtFZESc6BfI7noOPqvhJ1phCnvWh6IeYI2w9QOYEUipUTI8np6LbgGY9Fs98rqVt5AXLIhWkWywlVmtVrBp0igcN_IoypGlUPQGe77Rw";
const A2_KEY = {
  kty: "RSA",
  n: "ofgWCuLjybRlzo0tZWJjNiuSfb4p4fAkd_wWJcyQoTbji9k0l8W26mPddxHmfHQp-Vaw-4qPCJrcS2mJPMEzP1Pt0Bm4d4QlL-yRT-SFd2lZS-pCgNMsD1W_YpRPEwOWvG6b32690r2jZ47soMZo9wGzjb_7OMg0LOL-bSf63kpaSHSXndS5z5rexMdbBYUsLA9e-KXBdQOS-UTo7WTBEMa2R2CapHg665xsmtdVMTBQY4uDZlxvb3qCo5ZwKh9kG4LT6_I5IhlJH7aGhyxXFvUK-DWNmoudF8NAco9_h9iaGNj8q2ethFkMLs91kzk2PAcDTW9gb54h4FRWyuXpoQ",
  e: "AQAB",
};
/** RFC 7515, A.3. */
const A3 =
  "eyJhbGciOiJFUzI1NiJ9.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
const A3_KEY = {
  kty: "EC",
  crv: "P-256",
  x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
  y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
};
/** RFC 7515, A.4, whose payload is the text "Payload". */
const A4 =
  "eyJhbGciOiJFUzUxMiJ9.UGF5bG9hZA.AdwMgeerwtHoh-l192l60hp9wAHZFVJbLfD_UxMi70cwnZOYaRI1bKPWROc-mZZqwqT2SI-KGDKB34XO0aw_7XdtAG8GaSwFKdCAPZgoXD2YBJZCPEX3xKpRwcdOO8KpEHwJjyqOgzDO7iKvU8vcnwNrmxYbSW9ERBXukOXolLzeO_Jn";
const A4_KEY = {
  kty: "EC",
  crv: "P-521",
  x: "AekpBQ8ST8a8VcfVOTNl353vSrDCLLJXmPk06wTjxrrjcBpXp5EOnYG_NjFZ6OvLFV1jSfS9tsz4qUxcWceqwQGk",
  y: "ADSmRA43Z1DSNx_RvcLI87cdL07l6jQyyBXMoxVg_l2Th-x3S1WDhjDly79ajL4Kkd0AZMaZmh9ubmf63e3kyMj2",
};
/** RFC 7519, 6.1, and RFC 7515, A.5. */
const A5 =
  "eyJhbGciOiJub25lIn0.eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ.";
/** RFC 8037, A.4, whose payload is the text "Example of Ed25519 signing". */
const ED25519 =
  "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc.hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
const ED25519_KEY = { kty: "OKP", crv: "Ed25519", x: "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo" };

describe("the examples of the standards", () => {
  const claims = { iss: "joe", exp: 1300819380, "http://example.com/is_root": true };

  it.each([
    ["RFC 7515, A.1 (HS256), RFC 7519, 3.1", A1, { alg: "HS256", key: A1_KEY }],
    ["RFC 7515, A.2 (RS256)", A2, { alg: "RS256", key: A2_KEY }],
    ["RFC 7515, A.3 (ES256)", A3, { alg: "ES256", key: A3_KEY }],
  ] satisfies [string, string, TokenKey][])("verify: %s", async (_name, token, key) => {
    expect((await by(key)(token)).payload).toEqual(claims);
  });

  // A right signature of what is no object of claims is told from a wrong one.
  it.each([
    ["RFC 7515, A.4 (ES512)", A4, { alg: "ES512", key: A4_KEY }],
    ["RFC 8037, A.4 (EdDSA)", ED25519, { alg: "EdDSA", key: ED25519_KEY }],
  ] satisfies [string, string, TokenKey][])("verify, and are no claims: %s", async (_name, token, key) => {
    expect(await codeOf(by(key)(token))).toBe("token_malformed");
    const [header, payload, signature = ""] = token.split(".");
    const other = `${header}.${payload}.${signature.replace(/^./, (first) => (first === "A" ? "B" : "A"))}`;
    expect(await codeOf(by(key)(other))).toBe("signature_invalid");
  });

  it("are refused where they are not signed: RFC 7515, A.5 and RFC 7519, 6.1", async () => {
    expect(await codeOf(by({ alg: "HS256", key: A1_KEY })(A5))).toBe("token_malformed");
  });

  it("are refused by another key", async () => {
    expect(await codeOf(bySecret(A1))).toBe("signature_invalid");
  });
});

describe("a signature", () => {
  const good = forge(HEADER, { sub: "ada" });

  it("is verified by the key that the token names", async () => {
    expect((await bySecret(good)).payload).toEqual({ sub: "ada" });
  });

  it("is looked for among several keys by kid alone, and by nothing where there is none", async () => {
    const verify = by(
      { alg: "HS256", key: SECRET, kid: "one" },
      { alg: "HS256", key: "another secret of thirty-two bytes", kid: "two" },
    );
    expect(await codeOf(verify(good))).toBe("accepted");
    expect(await codeOf(verify(forge({ ...HEADER, kid: "two" }, {})))).toBe("signature_invalid");
    expect(await codeOf(verify(forge({ ...HEADER, kid: "three" }, {})))).toBe("key_unknown");
    expect(await codeOf(verify(forge({ alg: "HS256" }, {})))).toBe("key_unknown");
  });

  it("needs no kid where there is one key", async () => {
    expect(await codeOf(bySecret(forge({ alg: "HS256" }, {})))).toBe("accepted");
  });

  it.each([
    ["no text", 7, "token_malformed"],
    ["nothing", "", "token_malformed"],
    ["two parts", good.split(".").slice(0, 2).join("."), "token_malformed"],
    ["four parts", `${good}.a`, "token_malformed"],
    ["five parts, as encrypted tokens have", `${good}.a.b`, "token_malformed"],
    ["an empty signature", good.replace(/[^.]*$/, ""), "token_malformed"],
    ["padding", `${good}=`, "token_malformed"],
    [
      "base64 in place of base64url",
      forge({ ...HEADER, x: "???>>>" }, {}).replace(/[-_]/, "+"),
      "token_malformed",
    ],
    ["white space", `${good} `, "token_malformed"],
    ["a line break", good.replace(".", ".\n"), "token_malformed"],
    ["a header that is no JSON", forge("{alg:HS256}", {}), "token_malformed"],
    ["a header that is a list", forge([], {}), "token_malformed"],
    [
      "a header that is no UTF-8",
      `${Buffer.from([0x7b, 0xff, 0x7d]).toString("base64url")}.e30.AAAA`,
      "token_malformed",
    ],
    ["a payload that is a text", forge(HEADER, '"ada"'), "token_malformed"],
    ["a payload that is null", forge(HEADER, "null"), "token_malformed"],
    ["a kid that is a number", forge({ ...HEADER, kid: 1 }, {}), "token_malformed"],
    ["a kid that is a list", forge({ ...HEADER, kid: ["one"] }, {}), "token_malformed"],
    ["no alg", forge({ kid: "one" }, {}), "algorithm_refused"],
    ["an alg that is a list", forge({ alg: ["HS256"], kid: "one" }, {}), "algorithm_refused"],
    ["a longer hash than the key is for", forge({ ...HEADER, alg: "HS512" }, {}), "algorithm_refused"],
    ["more than 8 KiB", forge(HEADER, { x: "x".repeat(8192) }), "token_too_long"],
  ])("is not looked for in %s", async (_name, token, code) => {
    expect(await codeOf(bySecret(token))).toBe(code);
  });

  it("is refused before anything of the claims is looked at", async () => {
    const [header, , signature] = good.split(".");
    expect(await codeOf(bySecret(`${header}.${base64url("no JSON")}.${signature}`))).toBe(
      "signature_invalid",
    );
  });

  it("leaves nothing of the token in the error", async () => {
    const error = await bySecret(`${good.slice(0, -3)}AAA`).catch((thrown) => thrown);
    expect(error.cause).toBeUndefined();
    for (const part of good.split(".")) expect(`${error.message}${error.stack}`).not.toContain(part);
  });
});
