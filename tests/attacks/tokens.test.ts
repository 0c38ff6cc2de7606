import { createHmac, generateKeyPairSync, type KeyObject, randomBytes, sign } from "node:crypto";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { API } from "responder-ts";
import { memory, type Store } from "responder-ts/stores";
import { expect, it } from "vitest";
import { Tokens } from "../../src/tokens/index.ts";
import { recordingLogger } from "../support/logger.ts";
import { overTransports, type Send, type Serve } from "../support/transports.ts";

const SECRET = randomBytes(32);
const RSA = generateKeyPairSync("rsa", { modulusLength: 2048 });
const EVIL = generateKeyPairSync("rsa", { modulusLength: 2048 });
const ISSUER = "https://auth.example";
const AUDIENCE = "https://api.example";

/** The stores that refresh tokens are tried on. */
const STORES: readonly (readonly [string, () => Promise<Store>])[] = [["memory", async () => memory()]];

const encode = (value: unknown): string =>
  Buffer.from(typeof value === "string" ? value : JSON.stringify(value)).toString("base64url");

const seconds = () => Math.floor(Date.now() / 1000);

function claimsOf(changed: object = {}): object {
  const now = seconds();
  return { iss: ISSUER, aud: AUDIENCE, sub: "ada", jti: "forged", iat: now, exp: now + 600, ...changed };
}

const HS = { alg: "HS256", kid: "hs", typ: "at+jwt" };
const RS = { alg: "RS256", kid: "rs", typ: "at+jwt" };

function hmac(
  header: unknown,
  payload: unknown,
  secret: string | Uint8Array = SECRET,
  hash = "sha256",
): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${createHmac(hash, secret).update(input).digest("base64url")}`;
}

function rsa(header: unknown, payload: unknown, key: KeyObject = RSA.privateKey): string {
  const input = `${encode(header)}.${encode(payload)}`;
  return `${input}.${sign("sha256", Buffer.from(input), key).toString("base64url")}`;
}

function build(store: Store) {
  const tokens = new Tokens({
    issuer: ISSUER,
    audience: AUDIENCE,
    keys: [
      { alg: "RS256", key: RSA.privateKey, kid: "rs" },
      { alg: "HS256", key: SECRET, kid: "hs" },
    ],
    store,
  });
  const logger = recordingLogger();
  const api = new API({ auth: tokens.guard(), logger });
  api.get("/me", (req) => ({ sub: req.principal.sub }));
  api.post("/refresh", { public: "a refresh token is the credential" }, async (req) => {
    const { token } = (await req.media()) as { token: string };
    const pair = await tokens.refresh(token, { sender: req.headers.get("x-device") ?? "" });
    if (pair === null) return [{ error: "invalid_grant" }, 400];
    return { ...pair };
  });
  return { api, tokens, logger };
}

async function served(serve: Serve, makeStore: () => Promise<Store> = async () => memory()) {
  const { api, tokens, logger } = build(await makeStore());
  const send = await serve(api);
  return { send, tokens, logger, enter: (token: string) => enter(send, token) };
}

async function enter(send: Send, token: string): Promise<number> {
  return (await send("/me", { headers: { authorization: `Bearer ${token}` } })).status;
}

overTransports("attack on tokens", (serve) => {
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

  it("a prototype in the claims", async () => {
    const { enter: attempt } = await served(serve);
    const text = JSON.stringify(claimsOf({ jti: undefined, exp: undefined }));
    const inherited = `{"__proto__":{"exp":${seconds() + 60},"jti":"x"},${text.slice(1)}`;
    expect(await attempt(hmac(HS, inherited))).toBe(401);
    expect(await attempt(hmac('{"__proto__":{"alg":"HS256","kid":"hs","typ":"at+jwt"}}', claimsOf()))).toBe(
      401,
    );
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

for (const [name, makeStore] of STORES) {
  overTransports(`attack on refresh tokens kept by ${name}`, (serve) => {
    const refresh = (send: Send, token: string, device: string) =>
      send("/refresh", { method: "POST", json: { token }, headers: { "x-device": device } });
    const tokenOf = async (response: Response): Promise<string> =>
      ((await response.json()) as { refresh_token: string }).refresh_token;

    it("a stolen refresh token ends the sign-in, whoever comes first", async () => {
      for (const [first, second] of [
        ["victim", "thief"],
        ["thief", "victim"],
      ] as const) {
        const { send, tokens } = await served(serve, makeStore);
        const { refresh_token: stolen } = await tokens.start({ subject: "ada" });
        const response = await refresh(send, stolen, first);
        expect(response.status).toBe(200);
        const next = await tokenOf(response);
        expect((await refresh(send, stolen, second)).status).toBe(400);
        expect((await refresh(send, next, first)).status).toBe(400);
        expect((await refresh(send, stolen, first)).status).toBe(400);
      }
    });

    it("an access token refreshes nothing, nor does half a refresh token", async () => {
      const { send, tokens } = await served(serve, makeStore);
      const { access_token: access, refresh_token: token } = await tokens.start({ subject: "ada" });
      for (const text of [
        access,
        token.slice(0, 26),
        `${token.slice(0, 26)}${"A".repeat(43)}`,
        null,
        [token],
      ]) {
        expect((await refresh(send, text as string, "a")).status).toBe(400);
      }
      expect((await refresh(send, token, "a")).status).toBe(200);
    });

    it("a hundred at once by one client get one and the same successor", async () => {
      const { send, tokens } = await served(serve, makeStore);
      const { refresh_token: token } = await tokens.start({ subject: "ada" });
      const responses = await Promise.all(Array.from({ length: 100 }, () => refresh(send, token, "a")));
      expect(new Set(responses.map(({ status }) => status))).toEqual(new Set([200]));
      expect(new Set(await Promise.all(responses.map(tokenOf))).size).toBe(1);
    });

    it("a hundred at once by a hundred clients get one successor between them, and it is worth nothing", async () => {
      const { send, tokens } = await served(serve, makeStore);
      const { refresh_token: token } = await tokens.start({ subject: "ada" });
      const responses = await Promise.all(
        Array.from({ length: 100 }, (_, index) => refresh(send, token, `${index}`)),
      );
      const good = responses.filter(({ status }) => status === 200);
      expect(good).toHaveLength(1);
      const next = await tokenOf(good[0] as Response);
      expect((await refresh(send, next, "0")).status).toBe(400);
    });
  });
}
