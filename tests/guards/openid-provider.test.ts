import { generateKeyPairSync } from "node:crypto";
import { API } from "responder-ts";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { remoteKeys } from "../../src/tokens/index.ts";
import { recordingLogger } from "../support/logger.ts";
import { launchProvider, type OpenIDProvider } from "../support/openid-provider.ts";

const RESOURCE = "https://api.example/";

const signingKey = (kid: string) => {
  const { privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  return { ...privateKey.export({ format: "jwk" }), kid, use: "sig", alg: "ES256" };
};

describe("a real OpenID provider", () => {
  const first = signingKey("first");
  let provider: OpenIDProvider;

  beforeEach(async () => {
    // It says at length that it is not in production.
    for (const name of ["info", "warn"] as const) vi.spyOn(console, name).mockImplementation(() => undefined);
    provider = await launchProvider([first]);
  });
  afterEach(async () => {
    vi.useRealTimers();
    vi.restoreAllMocks();
    await provider.stop();
  });

  const members = (audience = RESOURCE) =>
    remoteKeys(provider.jwksURI, {
      issuer: provider.issuer,
      audience,
      maxAge: 600,
      staleFor: 3600,
      cooldown: 30,
    });

  const serve = (audience?: string) => {
    const user = members(audience).guard();
    const api = new API({ logger: recordingLogger() });
    api.get("/notes", { auth: user.requires("notes:read") }, (req) => ({ sub: req.principal.sub }));
    api.post("/notes", { auth: user.requires("notes:write") }, () => ({}));
    return async (token: string, method: "get" | "post" = "get") =>
      (await api.requests[method]("/notes", { headers: { authorization: `Bearer ${token}` } })).status;
  };

  it("issues access tokens that the guard lets in, by their scopes and for this audience alone", async () => {
    const token = await provider.accessToken(RESOURCE);
    const ask = serve();
    expect(await ask(token)).toBe(200);
    expect(await ask(token, "post")).toBe(403);
    expect(await ask(await provider.accessToken(RESOURCE, "notes:read notes:write"), "post")).toBe(200);
    expect(await ask(await provider.accessToken("https://other.example/"))).toBe(401);
    expect(await serve("https://other.example/")(token)).toBe(401);
  });

  it("says who it is for in claims that are typed", async () => {
    const claims = await members().verify(await provider.accessToken(RESOURCE));
    expect(claims).toMatchObject({ iss: provider.issuer, aud: RESOURCE, sub: "worker", scope: "notes:read" });
  });

  it("rotates its keys: new ones are found, old ones go on until they are dropped", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const ask = serve();
    const old = await provider.accessToken(RESOURCE);
    expect(await ask(old)).toBe(200);
    const second = signingKey("second");
    provider.rotate([second, first]);
    vi.advanceTimersByTime(30_000);
    const next = await provider.accessToken(RESOURCE);
    expect(await ask(next)).toBe(200);
    expect(await ask(old)).toBe(200);
    provider.rotate([second]);
    vi.advanceTimersByTime(600_000);
    expect(await ask(next)).toBe(200);
    expect(await ask(old)).toBe(401);
  });

  it("is away: its keys are good for the stated time, then it is 503, and all is well when it is back", async () => {
    vi.useFakeTimers({ toFake: ["performance"] });
    const ask = serve();
    const token = await provider.accessToken(RESOURCE);
    expect(await ask(token)).toBe(200);
    await provider.stop();
    vi.advanceTimersByTime(600_000);
    expect(await ask(token)).toBe(200);
    vi.advanceTimersByTime(3_600_000);
    expect(await ask(token)).toBe(503);
    await provider.start();
    vi.advanceTimersByTime(5000);
    expect(await ask(token)).toBe(200);
  });

  it("is asked for its keys once, however many requests there are", async () => {
    const before = provider.keysAsked();
    const ask = serve();
    const tokens = await Promise.all(Array.from({ length: 10 }, () => provider.accessToken(RESOURCE)));
    const statuses = await Promise.all(tokens.flatMap((token) => [ask(token), ask(token), ask(token)]));
    expect(new Set(statuses)).toEqual(new Set([200]));
    expect(provider.keysAsked() - before).toBe(1);
  });
});
