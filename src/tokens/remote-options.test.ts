import { describe, expect, it } from "vitest";
import { remoteKeys } from "./remote-keys.ts";
import { AUDIENCE, ISSUER } from "./token.fixture.ts";

describe("remoteKeys()", () => {
  const options = { issuer: ISSUER, audience: AUDIENCE };

  it.each([
    "http://id.example/jwks",
    "http://127.0.0.1.evil.example/jwks",
    "http://localhost.evil.example/jwks",
    "ftp://id.example/jwks",
    "file:///etc/keys",
    "data:application/json,{}",
    "https://user:password@id.example/jwks",
    "jwks",
    "",
  ])("does not fetch keys from %s", (address) => {
    expect(() => remoteKeys(address, options)).toThrow(TypeError);
    expect(() => remoteKeys(address, options)).not.toThrow(/password/);
  });

  it.each(["https://id.example/jwks", "http://localhost:1/jwks", "http://[::1]:1/jwks", "http://127.0.0.2/"])(
    "takes %s",
    (address) => {
      expect(() => remoteKeys(address, options)).not.toThrow();
    },
  );

  it.each([
    [{ algorithms: ["HS256"] }, /algorithms/],
    [{ algorithms: [] }, /algorithms/],
    [{ issuer: "" }, /issuer/],
    [{ typ: [] }, /typ/],
    [{ maxAge: 0 }, /maxAge/],
    [{ timeout: Number.NaN }, /timeout/],
    [{ timeout: 0 }, /timeout/],
    [{ maxSize: 0 }, /maxSize/],
    [{ jwksUri: "x" }, /no option/],
  ])("refuses %j", (bad, message) => {
    expect(() => remoteKeys("https://id.example/jwks", { ...options, ...bad } as typeof options)).toThrow(
      message,
    );
  });
});
