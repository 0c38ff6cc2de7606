import { createPublicKey, createSecretKey, generateKeyPairSync, randomBytes } from "node:crypto";
import { calculateJwkThumbprint } from "jose";
import { describe, expect, it } from "vitest";
import { ALGORITHMS, isSymmetric } from "./algorithms.ts";
import { KeyRing } from "./key-ring.ts";
import { loadKey, type TokenKey, thumbprint } from "./keys.ts";
import { pairFor } from "./token.fixture.ts";

const asymmetric = ALGORITHMS.filter((alg) => !isSymmetric(alg));
const secret = () => randomBytes(64);

describe("a token key", () => {
  it.each(asymmetric)("of %s is read from PEM, JWK and KeyObject, and is the same", (alg) => {
    const { privateKey } = pairFor(alg);
    const forms: TokenKey["key"][] = [
      privateKey,
      privateKey.export({ format: "pem", type: "pkcs8" }).toString(),
      { ...privateKey.export({ format: "jwk" }) },
    ];
    const kids = forms.map((key) => loadKey({ alg, key }).kid);
    expect(new Set(kids).size).toBe(1);
    for (const key of forms) expect(loadKey({ alg, key }).signer).toBeDefined();
  });

  it("is read from a CryptoKey, which has to be extractable", async () => {
    const algorithm = { name: "ECDSA", namedCurve: "P-256" };
    const { privateKey, publicKey } = await crypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
    const loaded = loadKey({ alg: "ES256", key: privateKey });
    expect(loaded.signer).toBeDefined();
    expect(loaded.kid).toBe(loadKey({ alg: "ES256", key: publicKey }).kid);
    const sealed = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
    expect(() => loadKey({ alg: "ES256", key: sealed.privateKey })).toThrow(/extractable/);
  });

  it.each(asymmetric)("of %s that is public verifies, and does not sign", (alg) => {
    const { publicKey } = pairFor(alg);
    const pem = publicKey.export({ format: "pem", type: "spki" }).toString();
    expect(loadKey({ alg, key: pem }).signer).toBeUndefined();
    expect(() => new KeyRing([{ alg, key: pem }]).signing()).toThrow(/No key can sign/);
  });

  it("of HMAC is read from text, bytes, a JWK and a KeyObject, and is the same", () => {
    const text = "x".repeat(40);
    const forms: TokenKey["key"][] = [
      text,
      new TextEncoder().encode(text),
      { kty: "oct", k: Buffer.from(text).toString("base64url") },
      createSecretKey(Buffer.from(text)),
    ];
    expect(new Set(forms.map((key) => loadKey({ alg: "HS256", key }).kid)).size).toBe(1);
  });

  it("is named by its JWK's kid, by a kid of one's own before that, and else by its thumbprint", async () => {
    const jwk = pairFor("ES256").publicKey.export({ format: "jwk" });
    expect(loadKey({ alg: "ES256", key: { ...jwk, kid: "theirs" } }).kid).toBe("theirs");
    expect(loadKey({ alg: "ES256", kid: "mine", key: { ...jwk, kid: "theirs" } }).kid).toBe("mine");
    expect(loadKey({ alg: "ES256", key: { ...jwk } }).kid).toBe(await calculateJwkThumbprint({ ...jwk }));
  });

  it("has the thumbprint of RFC 7638, 3.1", () => {
    const n =
      "0vx7agoebGcQSuuPiLJXZptN9nndrQmbXEps2aiAFbWhM78LhWx4cbbfAAtVT86zwu1RK7aPFFxuhDR1L6tSoc_BJECPebWKRXjBZCiFV4n3oknjhMstn64tZ_2W-5JsGY4Hc5n9yBXArwl93lqt7_RN5w6Cf0h4QyQ5v-65YGjQR0_FDW2QvzqY368QQMicAtaSqzs8KJZgnYb9c7d0zgdAZHzu6qMQvRL5hajrn1n91CbOpbISD08qNLyrdkt-bFTWhAI4vMQFh6WeZu0fM4lFd2NcRwr3XPksINHaQ-G_xBniIqbw0Ls1jF44-csFCur-kEgU8awapJzKnqDKgw";
    const key = createPublicKey({ key: { kty: "RSA", n, e: "AQAB" }, format: "jwk" });
    expect(thumbprint(key)).toBe("NzbLsXh8uDCcd-6MNwXF4W_7noWXFZAfHkxZsRGC9Xs");
  });

  it("takes its algorithm from its JWK", () => {
    const key = { ...pairFor("EdDSA").privateKey.export({ format: "jwk" }), alg: "EdDSA" };
    expect(loadKey({ key }).alg).toBe("EdDSA");
  });
});

describe("a key that is refused", () => {
  const rsa = (modulusLength: number) => generateKeyPairSync("rsa", { modulusLength }).privateKey;
  const rsaJWK = pairFor("RS256").publicKey.export({ format: "jwk" });
  const PEM = "-----BEGIN PUBLIC KEY-----\nMIIBIjANBgkqhkiG9w0BAQEFAAOCAQ8A";
  const ec = (namedCurve: string) => generateKeyPairSync("ec", { namedCurve }).privateKey;
  const cases: [string, TokenKey, RegExp][] = [
    ["a secret shorter than the hash of HS256", { alg: "HS256", key: randomBytes(31) }, /32 bytes or more/],
    ["a secret shorter than the hash of HS384", { alg: "HS384", key: randomBytes(47) }, /48 bytes or more/],
    ["a secret shorter than the hash of HS512", { alg: "HS512", key: randomBytes(63) }, /64 bytes or more/],
    ["an empty secret", { alg: "HS256", key: "" }, /could not be read|32 bytes/],
    ["an RSA key of 1,024 bits", { alg: "RS256", key: rsa(1024) }, /2048 bits/],
    ["an EC key on another curve", { alg: "ES256", key: ec("P-384") }, /prime256v1/],
    ["an EC key on a curve of Bitcoin's", { alg: "ES256", key: ec("secp256k1") }, /prime256v1/],
    ["an EC key for RS256", { alg: "RS256", key: ec("P-256") }, /RSA key/],
    ["an RSA key for EdDSA", { alg: "EdDSA", key: rsa(2048) }, /Ed25519/],
    ["an X25519 key", { alg: "EdDSA", key: generateKeyPairSync("x25519").privateKey }, /Ed25519/],
    ["a secret for ES256", { alg: "ES256", key: createSecretKey(secret()) }, /no secret/],
    ["a private key for HS256", { alg: "HS256", key: rsa(2048) }, /takes a secret/],
    ["PEM text as a secret", { alg: "HS256", key: "-----BEGIN PUBLIC KEY-----\nMIIB" }, /PEM/],
    ["a file of PEM text as a secret", { alg: "HS256", key: Buffer.from(PEM) }, /PEM/],
    ["a KeyObject of PEM text as a secret", { alg: "HS256", key: createSecretKey(Buffer.from(PEM)) }, /PEM/],
    ["an RSA key by which everybody signs", { alg: "RS256", key: { ...rsaJWK, e: "AQ" } }, /exponent/],
    ["none", { alg: "none" as "HS256", key: secret() }, /alg, one of/],
    ["no alg", { key: secret() }, /alg, one of/],
    ["a JWK for another alg", { alg: "HS256", key: { kty: "oct", k: "AAAA", alg: "HS512" } }, /another alg/],
    ["a JWK for encryption", { alg: "HS256", key: { kty: "oct", k: "AAAA", use: "enc" } }, /use is not sig/],
    ["what is no PEM", { alg: "RS256", key: "no key" }, /could not be read/],
    ["an empty kid", { alg: "HS512", key: secret(), kid: "" }, /kid takes/],
    ["an unknown state", { alg: "HS512", key: secret(), state: "gone" as "next" }, /state is/],
    ["an end that is no number", { alg: "HS512", key: secret(), expiresAt: Number.NaN }, /expiresAt/],
    ["a misspelt option", { alg: "HS512", key: secret(), kidd: "a" } as TokenKey, /"kid"/],
  ];
  it.each(cases)("is %s", (_name, key, message) => {
    expect(() => loadKey(key)).toThrow(message);
    expect(() => loadKey(key)).toThrow(TypeError);
  });

  it("leaves nothing of itself in the message", () => {
    const pem = rsa(2048).export({ format: "pem", type: "pkcs8" }).toString();
    const broken = pem.replace(/.{20}\n-----END/, "!!\n-----END");
    const error = thrownBy(() => loadKey({ alg: "RS256", key: broken }));
    expect(error.cause).toBeUndefined();
    for (const line of pem.split("\n").slice(1, -2)) expect(error.message).not.toContain(line);
  });
});

describe("a key ring", () => {
  it("takes at least one key, and no two of one kid", () => {
    expect(() => new KeyRing([])).toThrow(/at least one key/);
    const two = [1, 2].map(() => ({ alg: "HS512", key: secret(), kid: "same" }) as const);
    expect(() => new KeyRing(two)).toThrow(/same kid/);
  });

  it("signs by the first active key that can", () => {
    const { publicKey } = pairFor("ES256");
    const ring = new KeyRing([
      { alg: "ES256", key: publicKey, kid: "public" },
      { alg: "HS512", key: secret(), kid: "next", state: "next" },
      { alg: "HS512", key: secret(), kid: "old", state: "retired" },
      { alg: "HS512", key: secret(), kid: "over", expiresAt: Date.now() / 1000 - 1 },
      { alg: "HS512", key: secret(), kid: "this" },
      { alg: "HS512", key: secret(), kid: "that" },
    ]);
    expect(ring.signing().kid).toBe("this");
  });

  it("publishes public keys that have not ended, and never a secret or a private part", () => {
    const ring = new KeyRing([
      ...ALGORITHMS.filter((alg) => !isSymmetric(alg)).map((alg) => ({
        alg,
        key: pairFor(alg).privateKey,
        kid: alg,
      })),
      { alg: "HS256", key: secret(), kid: "secret" },
      { alg: "ES256", key: pairFor("ES256").privateKey, kid: "over", expiresAt: Date.now() / 1000 },
      { alg: "ES256", key: pairFor("ES256").privateKey, kid: "next", state: "next" },
    ]);
    const published = ring.published();
    expect(published.map(({ kid }) => kid)).toEqual([...asymmetric, "next"]);
    for (const key of published) {
      expect(JSON.stringify(key)).not.toMatch(/"(?:d|p|q|dp|dq|qi|k|oth)":/);
      expect(key.use).toBe("sig");
    }
  });
});

function thrownBy(run: () => unknown): Error {
  try {
    run();
  } catch (error) {
    return error as Error;
  }
  throw new Error("Nothing was thrown");
}
