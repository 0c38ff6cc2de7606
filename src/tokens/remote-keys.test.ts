import { generateKeyPairSync, type KeyObject, sign } from "node:crypto";
import { createServer, type RequestListener, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { CompactSign } from "jose";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { ask } from "../auth/guard.fixture.ts";
import { type RemoteKeysOptions, remoteKeys } from "./remote-keys.ts";
import { AUDIENCE, forge, goodClaims, ISSUER, pairFor, SECRET } from "./token.fixture.ts";

const first = pairFor("ES256");
const second = pairFor("EdDSA");
const rsa = pairFor("RS256");
const jwkOf = (key: KeyObject, members: object = {}) => ({ ...key.export({ format: "jwk" }), ...members });
const FIRST = jwkOf(first.publicKey, { kid: "first", alg: "ES256", use: "sig" });
const SECOND = jwkOf(second.publicKey, { kid: "second", alg: "EdDSA" });

function signed(
  key: KeyObject,
  alg: string,
  kid: string | undefined,
  header: object = {},
  claims: object = {},
): Promise<string> {
  const payload = new TextEncoder().encode(JSON.stringify({ ...goodClaims(), ...claims }));
  return new CompactSign(payload)
    .setProtectedHeader({ alg, typ: "at+jwt", ...(kid !== undefined && { kid }), ...header })
    .sign(key);
}
const byFirst = () => signed(first.privateKey, "ES256", "first");
const bySecond = () => signed(second.privateKey, "EdDSA", "second");

/** An issuer that publishes what it is told to, counts how often it is asked, and can be made to fail. */
const issuer = {
  keys: [] as object[],
  asked: 0,
  answer: undefined as RequestListener | undefined,
};
let server: Server;
let url: string;

beforeEach(async () => {
  Object.assign(issuer, { keys: [FIRST], asked: 0, answer: undefined });
  server = createServer((req, res) => {
    issuer.asked += 1;
    if (issuer.answer) issuer.answer(req, res);
    else res.setHeader("Content-Type", "application/json").end(JSON.stringify({ keys: issuer.keys }));
  });
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/jwks`;
});
afterEach(() => {
  vi.useRealTimers();
  server.closeAllConnections();
  server.close();
});

const remote = (options: Partial<RemoteKeysOptions<{}>> = {}) =>
  remoteKeys(url, { issuer: ISSUER, audience: AUDIENCE, ...options });
/** Real sockets, and clocks that can be put forward. */
const freeze = () => vi.useFakeTimers({ toFake: ["Date", "performance"] });
const away: RequestListener = (_req, res) => void res.writeHead(503).end();

describe("another issuer's tokens", () => {
  it("are verified by its published keys, which are fetched once", async () => {
    const tokens = remote();
    for (let round = 0; round < 3; round += 1)
      expect(await tokens.verify(await byFirst())).toMatchObject({ sub: "ada" });
    expect(issuer.asked).toBe(1);
  });

  it("are fetched once by requests that come together", async () => {
    const tokens = remote();
    const token = await byFirst();
    const all = await Promise.all(Array.from({ length: 50 }, () => tokens.verify(token)));
    expect(all.every((claims) => claims !== null)).toBe(true);
    expect(issuer.asked).toBe(1);
  });

  it("cost no promise once they were verified", async () => {
    const tokens = remote();
    const token = await byFirst();
    const claims = await tokens.verify(token);
    expect(tokens.verify(token)).toBe(claims);
  });

  it("are refused by all that one's own are refused by", async () => {
    const tokens = remote();
    const codeOf = (token: string) =>
      tokens.verifyOrThrow(token).then(
        () => "accepted",
        ({ code }) => code,
      );
    expect(await codeOf(await byFirst())).toBe("accepted");
    expect(await codeOf(await signed(first.privateKey, "ES256", "first", { typ: "JWT" }))).toBe(
      "type_refused",
    );
    expect(await codeOf(await signed(pairFor("ES256").privateKey, "ES256", "first"))).toBe(
      "signature_invalid",
    );
    expect(await codeOf(await signed(second.privateKey, "EdDSA", "first"))).toBe("algorithm_refused");
    expect(await codeOf("a.b")).toBe("token_malformed");
    expect(await remote({ audience: "https://other.example" }).verify(await byFirst())).toBeNull();
    expect(await remote({ issuer: `${ISSUER}/` }).verify(await byFirst())).toBeNull();
  });

  it("may be of another type, where somebody says so", async () => {
    const token = await signed(first.privateKey, "ES256", "first", { typ: "JWT" });
    expect(await remote({ typ: ["JWT", "at+jwt"] }).verify(token)).not.toBeNull();
  });

  it("need no id and no instant, and have none of another kind", async () => {
    const having = (claims: object) => signed(first.privateKey, "ES256", "first", {}, claims);
    expect(await remote().verify(await having({ jti: undefined, iat: undefined }))).not.toBeNull();
    for (const claims of [{ jti: 1 }, { jti: null }, { iat: "now" }, { iat: null }])
      expect(await remote().verify(await having(claims))).toBeNull();
  });

  it("enter through a guard, which answers 503 while there are no keys", async () => {
    const tokens = remote();
    const guard = tokens.guard();
    const headers = { authorization: `Bearer ${await byFirst()}` };
    issuer.answer = away;
    expect(await ask(guard, { headers })).toMatchObject({ status: 503, code: "store_unavailable" });
    issuer.answer = undefined;
    expect(await ask(remote().guard(), { headers })).toMatchObject({
      status: 200,
      principal: { sub: "ada" },
    });
    expect(tokens.guard()).toBe(guard);
  });
});

describe("an issuer's keys", () => {
  it("are fetched again for a kid that is not there, and not again before the cool-down", async () => {
    freeze();
    const tokens = remote({ cooldown: 30 });
    await tokens.verify(await byFirst());
    issuer.keys = [FIRST, SECOND];
    expect(await tokens.verify(await bySecond())).toBeNull();
    vi.advanceTimersByTime(30_000);
    expect(await tokens.verify(await bySecond())).not.toBeNull();
    for (let round = 0; round < 20; round += 1) {
      expect(await tokens.verify(await signed(first.privateKey, "ES256", `invented-${round}`))).toBeNull();
    }
    expect(issuer.asked).toBe(2);
  });

  it("are waited for by all who come with a new kid together", async () => {
    freeze();
    const tokens = remote();
    await tokens.verify(await byFirst());
    issuer.keys = [SECOND];
    vi.advanceTimersByTime(30_000);
    const token = await bySecond();
    const all = await Promise.all(Array.from({ length: 20 }, () => tokens.verify(token)));
    expect(all.every((claims) => claims !== null)).toBe(true);
    expect(issuer.asked).toBe(2);
  });

  it("that the issuer drops are refused when they are fetched anew", async () => {
    freeze();
    const tokens = remote({ maxAge: 600 });
    const claims = { ...goodClaims(), exp: Math.floor(Date.now() / 1000) + 6000 };
    const token = await new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
      .setProtectedHeader({ alg: "ES256", typ: "at+jwt", kid: "first" })
      .sign(first.privateKey);
    await tokens.verify(token);
    issuer.keys = [SECOND];
    vi.advanceTimersByTime(599_999);
    expect(await tokens.verify(token)).not.toBeNull();
    vi.advanceTimersByTime(1);
    expect(await tokens.verify(token)).toBeNull();
  });

  it("are used for a stated time while it is away; then it is 503, until it is back", async () => {
    freeze();
    const tokens = remote({ maxAge: 600, staleFor: 3600, cooldown: 30 });
    await tokens.verify(await byFirst());
    issuer.answer = away;
    vi.advanceTimersByTime(600_000 + 3_599_000);
    expect(await tokens.verify(await byFirst())).not.toBeNull();
    const asked = issuer.asked;
    expect(await tokens.verify(await byFirst())).not.toBeNull();
    expect(issuer.asked).toBe(asked);
    vi.advanceTimersByTime(1000);
    await expect(tokens.verify(await byFirst())).rejects.toMatchObject({
      statusCode: 503,
      headers: { "Retry-After": "5" },
    });
    issuer.answer = undefined;
    vi.advanceTimersByTime(5000);
    expect(await tokens.verify(await byFirst())).not.toBeNull();
  });

  it("take no part where they are secrets, weak, for encryption, or unknown", async () => {
    const oct = { kty: "oct", k: Buffer.from(SECRET).toString("base64url"), kid: "one", alg: "HS256" };
    const { publicKey: weak, privateKey } = generateKeyPairSync("rsa", {
      modulusLength: 1024,
    });
    issuer.keys = [
      oct,
      null as never,
      { kty: "EC" },
      { kty: "XYZ", kid: "first" },
      jwkOf(weak, { kid: "weak", alg: "RS256" }),
      { ...FIRST, kid: "enc", use: "enc" },
      { ...FIRST, kid: "ops", use: undefined, key_ops: ["encrypt"] },
      FIRST,
    ];
    const tokens = remote();
    expect(await tokens.verify(forge({ alg: "HS256", kid: "one", typ: "at+jwt" }, goodClaims()))).toBeNull();
    expect(await tokens.verify(await signed(first.privateKey, "ES256", "enc"))).toBeNull();
    expect(await tokens.verify(await signed(first.privateKey, "ES256", "ops"))).toBeNull();
    expect(await tokens.verify(await byFirst())).not.toBeNull();
    const input = forge({ alg: "RS256", kid: "weak", typ: "at+jwt" }, goodClaims())
      .split(".")
      .slice(0, 2)
      .join(".");
    const signature = sign("sha256", Buffer.from(input), privateKey).toString("base64url");
    expect(await tokens.verify(`${input}.${signature}`)).toBeNull();
  });

  it("with an alg of their own are for that one alone", async () => {
    issuer.keys = [jwkOf(rsa.publicKey, { kid: "rsa", alg: "RS256" })];
    const tokens = remote();
    expect(await tokens.verify(await signed(rsa.privateKey, "RS256", "rsa"))).not.toBeNull();
    expect(await tokens.verify(await signed(rsa.privateKey, "PS256", "rsa"))).toBeNull();
    expect(await tokens.verify(await signed(rsa.privateKey, "RS512", "rsa"))).toBeNull();
  });

  it("without an alg of their own are for those that were allowed", async () => {
    issuer.keys = [jwkOf(rsa.publicKey, { kid: "rsa" })];
    expect(await remote().verify(await signed(rsa.privateKey, "PS256", "rsa"))).not.toBeNull();
    const strict = remote({ algorithms: ["RS256"] });
    expect(await strict.verify(await signed(rsa.privateKey, "PS256", "rsa"))).toBeNull();
    expect(await strict.verify(await signed(rsa.privateKey, "RS256", "rsa"))).not.toBeNull();
  });

  it("without a kid are found where no other fits", async () => {
    issuer.keys = [jwkOf(first.publicKey), jwkOf(second.publicKey)];
    const tokens = remote();
    expect(await tokens.verify(await signed(first.privateKey, "ES256", undefined))).not.toBeNull();
    issuer.keys = [jwkOf(first.publicKey), jwkOf(pairFor("ES256").publicKey)];
    expect(await remote().verify(await signed(first.privateKey, "ES256", undefined))).toBeNull();
  });
});

describe("the time that fetching may take", () => {
  it.each([1.005, 1e7])("may be %d seconds", async (timeout) => {
    expect(await remote({ timeout }).verify(await byFirst())).not.toBeNull();
  });
});

describe("an issuer that answers badly lets nobody in", () => {
  it.each<[string, RequestListener]>([
    ["a redirect elsewhere", (_req, res) => void res.writeHead(302, { Location: "/elsewhere" }).end()],
    ["404", (_req, res) => void res.writeHead(404).end('{"keys":[]}')],
    ["no JSON", (_req, res) => void res.end("<html>")],
    ["no JWK Set", (_req, res) => void res.end('{"key":[]}')],
    ["null", (_req, res) => void res.end("null")],
    [
      "more than it may",
      (_req, res) => void res.end(JSON.stringify({ keys: [FIRST], x: "x".repeat(70_000) })),
    ],
    ["a cut connection", (req) => void req.socket.destroy()],
    [
      "half an answer",
      (req, res) =>
        void res.writeHead(200, { "Content-Length": "999" }).write("{", () => req.socket.destroy()),
    ],
    ["nothing", () => undefined],
    [
      "a byte now and then",
      (_req, res) => {
        const timer = setInterval(() => res.write(" "), 20);
        res.on("close", () => clearInterval(timer));
      },
    ],
  ])("with %s", async (_name, answer) => {
    issuer.answer = answer;
    const tokens = remote({ timeout: 0.2 });
    await expect(tokens.verify(await byFirst())).rejects.toMatchObject({ code: "store_unavailable" });
    expect(issuer.asked).toBe(1);
  });
});
