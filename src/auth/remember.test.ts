import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { API } from "../api.ts";
import { bearer } from "./bearer.ts";
import type { TokenCacheOptions } from "./remember.ts";

interface Claims {
  sub: string;
  exp?: number;
  roles?: string[];
}

const NOW = 1_800_000_000;
const SILENT = { info() {}, warn() {}, error() {} };

function application(cache: TokenCacheOptions<Claims> | undefined, claims: Partial<Claims> = {}) {
  const verify = vi.fn(
    async (token: string): Promise<Claims | null> =>
      token.startsWith("good") ? { sub: token, ...claims } : null,
  );
  const auth = bearer({ verify, ...(cache && { cache }) });
  const api = new API({ auth, logger: SILENT });
  api.get("/me", (req) => ({ sub: req.principal.sub }));
  api.get("/mutate", (req) => {
    (req.principal.roles as string[]).push("admin");
  });
  const get = async (token: string, path = "/me") => {
    const response = await api.fetch(
      new Request(`https://localhost${path}`, { headers: { authorization: `Bearer ${token}` } }),
    );
    return response.status;
  };
  return { verify, get, api };
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: NOW * 1000 });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("remembered tokens", () => {
  it("are verified once, and cost no promise after that", async () => {
    const { verify, get, api } = application({ maxAge: 60 });
    expect([await get("good"), await get("good"), await get("good")]).toEqual([200, 200, 200]);
    expect(verify).toHaveBeenCalledTimes(1);
    const again = api.fetch(
      new Request("https://localhost/me", { headers: { authorization: "Bearer good" } }),
    );
    expect(again).toBeInstanceOf(Response);
  });

  it("are none without the option: every request verifies", async () => {
    const { verify, get } = application(undefined);
    await get("good");
    await get("good");
    expect(verify).toHaveBeenCalledTimes(2);
  });

  it("are verified again after maxAge", async () => {
    const { verify, get } = application({ maxAge: 60 });
    await get("good");
    vi.setSystemTime((NOW + 59.9) * 1000);
    await get("good");
    expect(verify).toHaveBeenCalledTimes(1);
    vi.setSystemTime((NOW + 60) * 1000);
    await get("good");
    expect(verify).toHaveBeenCalledTimes(2);
  });

  it("end with their own expiry to the second, though maxAge would go on", async () => {
    const { verify, get } = application({ maxAge: 3600 }, { exp: NOW + 10 });
    await get("good");
    vi.setSystemTime((NOW + 10) * 1000 - 1);
    expect(await get("good")).toBe(200);
    expect(verify).toHaveBeenCalledTimes(1);
    vi.setSystemTime((NOW + 10) * 1000);
    verify.mockResolvedValueOnce(null);
    expect(await get("good")).toBe(401);
  });

  it("expire as expiresAt says, where the principal has no exp", async () => {
    const { verify, get } = application({ maxAge: 3600, expiresAt: () => NOW + 5 });
    await get("good");
    vi.setSystemTime((NOW + 5) * 1000);
    await get("good");
    expect(verify).toHaveBeenCalledTimes(2);
  });

  it("count for nothing once the version has changed: a removed key is obeyed at once", async () => {
    let keys = 1;
    const { verify, get } = application({ maxAge: 3600, version: () => keys });
    expect(await get("good")).toBe(200);
    keys = 2;
    verify.mockResolvedValue(null);
    expect(await get("good")).toBe(401);
    expect(await get("good")).toBe(401);
  });

  it("are those that let somebody in: a wrong one is verified each time and takes nobody's place", async () => {
    const { verify, get } = application({ maxAge: 60, size: 4 });
    await get("good");
    for (let attempt = 0; attempt < 20; attempt++) expect(await get(`bad${attempt}`)).toBe(401);
    expect(await get("good")).toBe(200);
    expect(verify).toHaveBeenCalledTimes(21);
  });

  it("stand for themselves alone: one that differs in a character is another", async () => {
    const { verify, get } = application({ maxAge: 60 });
    await get("good");
    expect(await get("Good")).toBe(401);
    expect(await get("good1")).toBe(200);
    expect(verify).toHaveBeenCalledTimes(3);
  });

  it("share no state between requests: the principal is frozen", async () => {
    const { get } = application({ maxAge: 60 }, { roles: ["user"] });
    expect(await get("good")).toBe(200);
    expect(await get("good", "/mutate")).toBe(500);
  });

  it("are not remembered where verification throws", async () => {
    const { verify, get } = application({ maxAge: 60 });
    verify.mockRejectedValueOnce(new Error("store away"));
    expect(await get("good")).toBe(500);
    expect(await get("good")).toBe(200);
  });

  it.each([0, -1, Number.NaN, Number.POSITIVE_INFINITY])("refuse the maxAge %s", (maxAge) => {
    expect(() => bearer({ verify: () => ({}), cache: { maxAge } })).toThrow(RangeError);
  });
});

describe("a verifier that gives an empty list", () => {
  it("has found nobody, and nobody gets in", async () => {
    const api = new API({ auth: bearer({ verify: async () => [] as object[] }), logger: SILENT });
    api.get("/me", () => "in");
    const response = await api.fetch(
      new Request("https://localhost/me", { headers: { authorization: "Bearer good" } }),
    );
    expect(response.status).toBe(401);
  });
});
