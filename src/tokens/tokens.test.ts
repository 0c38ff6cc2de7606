import { decodeJwt, decodeProtectedHeader, importJWK, jwtVerify } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ALGORITHMS, isSymmetric } from "./algorithms.ts";
import type { TokensOptions } from "./options.ts";
import { AUDIENCE, ISSUER, pairFor, SECRET, tokensBy } from "./token.fixture.ts";
import { Tokens } from "./tokens.ts";

afterEach(() => {
  vi.useRealTimers();
});

describe("an access token", () => {
  it.each(ALGORITHMS)("is issued and verified by %s", async (alg) => {
    const key = isSymmetric(alg) ? "s".repeat(64) : pairFor(alg).privateKey;
    const tokens = tokensBy({ keys: [{ alg, key }] });
    const token = await tokens.issue({ subject: "ada" });
    expect(decodeProtectedHeader(token)).toEqual({
      alg,
      typ: "at+jwt",
      kid: expect.stringMatching(/^[\w-]{43}$/),
    });
    expect(await tokens.verify(token)).toMatchObject({ sub: "ada", iss: ISSUER, aud: AUDIENCE });
  });

  it("is verified by others who have the published key", async () => {
    const tokens = tokensBy({ keys: [{ alg: "EdDSA", key: pairFor("EdDSA").privateKey }] });
    const [body, status, headers] = tokens.jwks();
    expect(status).toBe(200);
    expect(headers).toEqual({
      "Content-Type": "application/jwk-set+json",
      "Cache-Control": "public, max-age=300",
    });
    const key = await importJWK(JSON.parse(body).keys[0]);
    const token = await tokens.issue({ subject: "ada", scope: "a b" });
    const { payload } = await jwtVerify(token, key, { issuer: ISSUER, audience: AUDIENCE, typ: "at+jwt" });
    expect(payload).toMatchObject({ sub: "ada", scope: "a b" });
  });

  it("says what RFC 9068, 2.2 asks for, and what was given", async () => {
    const token = await tokensBy().issue({ subject: "ada", scope: ["a", "b"], claims: { role: "admin" } });
    const claims = decodeJwt(token);
    expect(claims).toEqual({
      iss: ISSUER,
      aud: AUDIENCE,
      sub: "ada",
      scope: "a b",
      role: "admin",
      jti: expect.stringMatching(/^[\w-]{22}$/),
      iat: expect.closeTo(Date.now() / 1000, -1),
      exp: expect.closeTo(Date.now() / 1000 + 900, -1),
    });
    expect((claims.exp ?? 0) - (claims.iat ?? 0)).toBeGreaterThanOrEqual(900);
  });

  it("has an id of its own, and an instant to the millisecond", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_900_000_000_123 });
    const tokens = tokensBy();
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.issue({ subject: "ada" })));
    expect(new Set(all.map((token) => decodeJwt(token).jti)).size).toBe(50);
    expect(decodeJwt(all[0] as string).iat).toBe(1_900_000_000.123);
  });

  it("is over after as long as was said, to the millisecond, remembered or not", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_900_000_000_500 });
    const tokens = tokensBy({ expiresIn: 60, revocationDelay: 1000 });
    const token = await tokens.issue({ subject: "ada" });
    expect(await tokens.verify(token)).not.toBeNull();
    vi.setSystemTime(1_900_000_060_499);
    expect(await tokens.verify(token)).not.toBeNull();
    vi.setSystemTime(1_900_000_060_500);
    expect(await tokens.verify(token)).toBeNull();
    expect(await tokensBy({ expiresIn: 60 }).verify(token)).toBeNull();
  });

  it("may last shorter than others, and not longer", async () => {
    const tokens = tokensBy();
    const { exp = 0, iat = 0 } = decodeJwt(await tokens.issue({ subject: "ada", expiresIn: 10 }));
    expect(exp - iat).toBeLessThan(11);
    await expect(tokens.issue({ subject: "ada", expiresIn: 901 })).rejects.toThrow(RangeError);
  });

  it.each([
    ["no subject", { subject: "" }, /subject/],
    ["a scope with two spaces", { subject: "a", scope: "a  b" }, /scope/],
    ["a scope with a quote", { subject: "a", scope: ["a\u0022b"] }, /scope/],
    ["a scope that is no text", { subject: "a", scope: 5 }, /scope takes names/],
    ["a claim of the framework's", { subject: "a", claims: { exp: 1 } }, /"exp" is not yours/],
    ["a misspelt option", { subject: "a", scopes: "a" }, /"scope"/],
  ])("is not issued with %s", async (_name, request, message) => {
    await expect(tokensBy().issue(request as { subject: string })).rejects.toThrow(message);
  });

  it("is not issued where it would be too long to be taken", async () => {
    const issuing = tokensBy().issue({ subject: "ada", claims: { role: "x".repeat(8000) } });
    await expect(issuing).rejects.toThrow(/8 KiB/);
  });

  it("is told why it is refused, where somebody asks", async () => {
    const tokens = tokensBy();
    const other = await tokensBy({ audience: "https://other.example" }).issue({ subject: "ada" });
    await expect(tokens.verifyOrThrow(other)).rejects.toMatchObject({
      name: "TokenError",
      code: "audience_refused",
    });
    expect(await tokens.verifyOrThrow(await tokens.issue({ subject: "ada" }))).toMatchObject({ sub: "ada" });
  });
});

describe("a token that was verified before", () => {
  it("costs no promise, and gives the same frozen claims", async () => {
    const tokens = tokensBy();
    const token = await tokens.issue({ subject: "ada" });
    const claims = await tokens.verify(token);
    expect(tokens.verify(token)).toBe(claims);
    expect(Object.isFrozen(claims)).toBe(true);
  });

  it("is known by its exact text: another signature takes no advantage of it", async () => {
    const tokens = tokensBy();
    const token = await tokens.issue({ subject: "ada" });
    await tokens.verify(token);
    expect(await tokens.verify(`${token.slice(0, -8)}AAAAAAAA`)).toBeNull();
  });

  it("is verified anew where nothing is to be remembered", async () => {
    const tokens = tokensBy({ cacheSize: 0 });
    const token = await tokens.issue({ subject: "ada" });
    await tokens.verify(token);
    expect(tokens.verify(token)).toBeInstanceOf(Promise);
  });

  it("is refused with the next request once its key is gone", async () => {
    const tokens = tokensBy();
    const token = await tokens.issue({ subject: "ada" });
    await tokens.verify(token);
    tokens.setKeys([{ alg: "HS256", key: `${SECRET} new`, kid: "two" }]);
    expect(await tokens.verify(token)).toBeNull();
  });

  it("is refused once its key has ended", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_900_000_000_000 });
    const key = { alg: "HS256", key: SECRET, expiresAt: 1_900_000_030 } as const;
    const tokens = tokensBy({ keys: [key], revocationDelay: 1000 });
    const token = await tokens.issue({ subject: "ada" });
    await tokens.verify(token);
    vi.setSystemTime(1_900_000_029_999);
    expect(await tokens.verify(token)).not.toBeNull();
    vi.setSystemTime(1_900_000_030_000);
    expect(await tokens.verify(token)).toBeNull();
  });
});

describe("keys that change", () => {
  const first = { alg: "HS256", key: SECRET, kid: "one" } as const;
  const second = { alg: "ES256", key: pairFor("ES256").privateKey, kid: "two" } as const;

  it("do so without a token being lost: next, active, retired", async () => {
    const tokens = tokensBy({ keys: [first, { ...second, state: "next" }] });
    const before = await tokens.issue({ subject: "ada" });
    tokens.setKeys([second, { ...first, state: "retired", expiresAt: Date.now() / 1000 + 900 }]);
    const after = await tokens.issue({ subject: "ada" });
    expect(decodeProtectedHeader(before)).toMatchObject({ kid: "one" });
    expect(decodeProtectedHeader(after)).toMatchObject({ kid: "two", alg: "ES256" });
    expect(await tokens.verify(before)).not.toBeNull();
    expect(await tokens.verify(after)).not.toBeNull();
  });

  it("that are none leave those there were", async () => {
    const tokens = tokensBy();
    const token = await tokens.issue({ subject: "ada" });
    expect(() => tokens.setKeys([])).toThrow(TypeError);
    expect(await tokens.verify(token)).not.toBeNull();
  });
});

describe("new Tokens()", () => {
  const good = { issuer: ISSUER, audience: AUDIENCE, keys: [{ alg: "HS256", key: SECRET }] } as const;

  it.each([
    ["an unknown option", { audiences: "a" }, /"audience"/],
    ["no issuer", { issuer: "" }, /issuer/],
    ["no audience", { audience: [] }, /audience/],
    ["a lifetime of nothing", { expiresIn: 0 }, /expiresIn/],
    ["a lifetime without end", { expiresIn: Number.POSITIVE_INFINITY }, /expiresIn/],
    ["a negative leeway", { leeway: -1 }, /leeway/],
    ["a delay that is a text", { revocationDelay: "5s" }, /revocationDelay/],
    ["a cache of one", { cacheSize: 1 }, /cacheSize/],
    ["claims that are no schema", { claims: {} }, /Standard Schema/],
    [
      "an idle lifetime beyond the absolute one",
      { refresh: { idleTimeout: 2, absoluteTimeout: 1 } },
      /longer/,
    ],
    ["a misspelt lifetime", { refresh: { idle: 2 } }, /idleTimeout/],
  ])("refuses %s", (_name, options, message) => {
    expect(() => new Tokens({ ...good, ...options } as TokensOptions<{}>)).toThrow(message);
  });

  it.each(["revoke", "revokeAll", "refresh", "logout"] as const)(
    "says of %s that it needs a store",
    async (method) => {
      const tokens = new Tokens(good);
      await expect(async () => tokens[method]("x")).rejects.toThrow(/needs new Tokens\(\{ store \}\)/);
      await expect(tokens.start({ subject: "ada" })).rejects.toThrow(/store/);
    },
  );
});
