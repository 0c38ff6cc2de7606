import { createHmac, generateKeyPairSync } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, it } from "vitest";
import {
  claimsOf,
  encode,
  HS,
  hmac,
  RS,
  RSA,
  rsa,
  SECRET,
  seconds,
  served,
} from "../support/forged-tokens.ts";
import { overTransports } from "../support/transports.ts";

const EVIL = generateKeyPairSync("rsa", { modulusLength: 2048 });

overTransports("attack on the signature of tokens", (serve) => {
  it("a good token lets in, so that a refusal means something", async () => {
    const { enter: attempt, tokens } = await served(serve);
    expect(await attempt(await tokens.issue({ subject: "ada" }))).toBe(200);
    expect(await attempt(hmac(HS, claimsOf()))).toBe(200);
    expect(await attempt(rsa(RS, claimsOf()))).toBe(200);
  });

  it("alg none, in every spelling, with and without a signature", async () => {
    const { enter: attempt } = await served(serve);
    const spellings = [
      "none",
      "None",
      "NONE",
      "nOnE",
      "none ",
      " none",
      "none\u0000",
      "",
      null,
      0,
      false,
      [],
      ["none"],
      {},
    ];
    for (const alg of spellings) {
      for (const kid of ["hs", "rs", undefined]) {
        const input = `${encode({ ...HS, alg, kid })}.${encode(claimsOf())}`;
        for (const signature of ["", "AA", createHmac("sha256", "").update(input).digest("base64url")]) {
          expect(await attempt(`${input}.${signature}`)).toBe(401);
        }
        expect(await attempt(input)).toBe(401);
      }
    }
  });

  it("HS256 with the public key as the secret, in whatever form it is written", async () => {
    const { enter: attempt } = await served(serve);
    const jwk = RSA.publicKey.export({ format: "jwk" });
    const forms = [
      RSA.publicKey.export({ format: "pem", type: "spki" }).toString(),
      RSA.publicKey.export({ format: "pem", type: "spki" }).toString().trim(),
      RSA.publicKey.export({ format: "pem", type: "pkcs1" }).toString(),
      RSA.publicKey.export({ format: "der", type: "spki" }),
      RSA.publicKey.export({ format: "der", type: "pkcs1" }),
      JSON.stringify(jwk),
      String(jwk["n"]),
      Buffer.from(String(jwk["n"]), "base64url"),
    ];
    for (const secret of forms) {
      for (const kid of ["rs", "hs", undefined])
        expect(await attempt(hmac({ ...HS, kid }, claimsOf(), secret))).toBe(401);
    }
  });

  it("a key that is used by another algorithm than its own", async () => {
    const { enter: attempt } = await served(serve);
    for (const [alg, hash] of [
      ["HS384", "sha384"],
      ["HS512", "sha512"],
    ] as const) {
      expect(await attempt(hmac({ ...HS, alg }, claimsOf(), SECRET, hash))).toBe(401);
    }
    for (const alg of ["RS384", "PS256", "ES256", "EdDSA", "hs256", "rs256", "RSA", "HMAC"]) {
      expect(await attempt(rsa({ ...RS, alg }, claimsOf()))).toBe(401);
      expect(await attempt(hmac({ ...HS, alg }, claimsOf()))).toBe(401);
    }
  });

  it("a kid that is a path, a statement, a NUL or a name of JavaScript's", async () => {
    const { enter: attempt, logger } = await served(serve);
    const kids = [
      "../../../../dev/null",
      "/dev/null",
      "file:///dev/null",
      "http://127.0.0.1/key",
      "' UNION SELECT 'secret' --",
      "hs\u0000",
      "\u0000",
      "hs ",
      "HS",
      "| id",
      "__proto__",
      "constructor",
      "toString",
      "hasOwnProperty",
      "x".repeat(4000),
      "",
      null,
      0,
      ["hs"],
      { toString: "hs" },
    ];
    for (const kid of kids) {
      for (const secret of ["", "secret", "undefined", "[object Object]", SECRET]) {
        expect(await attempt(hmac({ ...HS, kid }, claimsOf(), secret))).toBe(401);
      }
    }
    expect(logger.lines).toEqual([]);
  });

  it("a header that brings its own key along, or says where one is", async () => {
    const fetched: string[] = [];
    const jwk = { ...EVIL.publicKey.export({ format: "jwk" }), kid: "rs", alg: "RS256", use: "sig" };
    const server = createServer((req, res) => {
      fetched.push(req.url ?? "");
      res.end(JSON.stringify({ keys: [jwk] }));
    });
    await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks.json`;
    const certificate = EVIL.publicKey.export({ format: "der", type: "spki" }).toString("base64");
    const { enter: attempt } = await served(serve);
    const extras = [{ jwk }, { jku: url }, { x5u: url }, { x5c: [certificate] }, { jku: url, jwk, x5u: url }];
    for (const extra of extras) {
      for (const kid of ["rs", "evil", undefined]) {
        expect(await attempt(rsa({ ...RS, kid, ...extra }, claimsOf(), EVIL.privateKey))).toBe(401);
      }
      // It is ignored in a token that is good.
      expect(await attempt(rsa({ ...RS, ...extra }, claimsOf()))).toBe(200);
    }
    expect(fetched).toEqual([]);
    server.close();
  });

  it("an extension that is critical, or a payload that is not encoded (RFC 7797)", async () => {
    const { enter: attempt } = await served(serve);
    const headers = [
      { crit: ["b64"], b64: false },
      { b64: false },
      { b64: true, crit: ["b64"] },
      { crit: ["exp"], exp: 1 },
    ];
    for (const extra of [...headers, { crit: [] }, { crit: null }, { crit: ["http://evil.example"] }]) {
      expect(await attempt(hmac({ ...HS, ...extra }, claimsOf()))).toBe(401);
    }
    const header = encode({ ...HS, b64: false, crit: ["b64"] });
    const input = `${header}.${JSON.stringify(claimsOf())}`;
    const signature = createHmac("sha256", SECRET).update(input).digest("base64url");
    expect(await attempt(`${header}.${encode(claimsOf())}.${signature}`)).toBe(401);
  });

  it("a signature that is changed, cut off, of the same bytes in another spelling, or none", async () => {
    const { enter: attempt, tokens } = await served(serve);
    const alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    for (const token of [await tokens.issue({ subject: "ada" }), hmac(HS, claimsOf())]) {
      expect(await attempt(token)).toBe(200);
      // All other last characters: of some of them the bytes are the same.
      const last = token.at(-1);
      for (const other of alphabet.replace(last ?? "", ""))
        expect(await attempt(token.slice(0, -1) + other)).toBe(401);
      for (const cut of [1, 2, 3, 4, 20]) expect(await attempt(token.slice(0, -cut))).toBe(401);
      for (const more of ["A", "AA", "AAAA", "=", "=="]) expect(await attempt(token + more)).toBe(401);
      const start = token.lastIndexOf(".") + 1;
      for (let at = start; at < start + 40; at += 1) {
        const other = token[at] === "A" ? "B" : "A";
        expect(await attempt(token.slice(0, at) + other + token.slice(at + 1))).toBe(401);
      }
      expect(await attempt(token.slice(0, start))).toBe(401);
    }
  });

  it("the claims of one token under the signature of another", async () => {
    const { enter: attempt } = await served(serve);
    const [header, , signature] = hmac(HS, claimsOf()).split(".");
    expect(await attempt(`${header}.${encode(claimsOf({ sub: "root" }))}.${signature}`)).toBe(401);
    expect(await attempt(`${encode({ ...HS, x: 1 })}.${encode(claimsOf())}.${signature}`)).toBe(401);
  });

  it("members that are there twice mean the same to all who read them", async () => {
    const { enter: attempt } = await served(serve);
    const header = '{"alg":"none","alg":"HS256","kid":"rs","kid":"hs","typ":"at+jwt"}';
    // The last one counts (RFC 7515, 4), for the check of the signature as well.
    expect(await attempt(hmac(header, claimsOf()))).toBe(200);
    expect(await attempt(hmac('{"alg":"HS256","kid":"hs","typ":"at+jwt","alg":"none"}', claimsOf()))).toBe(
      401,
    );
    const text = JSON.stringify(claimsOf({ exp: seconds() - 10 }));
    expect(await attempt(hmac(HS, `{"exp":${seconds() + 60},${text.slice(1)}`))).toBe(401);
  });

  it("tokens that are huge, deep, or of many parts", async () => {
    const { tokens, enter: attempt, logger } = await served(serve);
    const deep = `${"[".repeat(2500)}${"]".repeat(2500)}`;
    for (const token of [
      hmac(HS, claimsOf({ x: "x".repeat(7000) })),
      hmac(`{"alg":"HS256","kid":"hs","typ":"at+jwt","x":${deep}}`, "{}"),
      hmac(HS, `{"x":${deep}}`),
      "a.".repeat(3000),
      ".".repeat(5000),
      "..",
      ".",
      "A".repeat(8000),
    ]) {
      expect(await attempt(token)).toBe(401);
    }
    expect(await tokens.verify(`${"a.".repeat(1_000_000)}a`)).toBeNull();
    expect(await tokens.verify("A".repeat(10_000_000))).toBeNull();
    expect(logger.lines).toEqual([]);
  });
});
