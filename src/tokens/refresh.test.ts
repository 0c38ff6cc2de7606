import { decodeJwt } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { memory, type Store } from "../stores/index.ts";
import type { ReuseEvent } from "./refresh.ts";
import { parseRefreshToken, successorOf, textOf } from "./refresh-token.ts";
import { tokensBy } from "./token.fixture.ts";

afterEach(() => {
  vi.useRealTimers();
});

const SENDER = { sender: "203.0.113.7 Firefox" };
const OTHER = { sender: "198.51.100.9 curl" };

function withEvents(options: Parameters<typeof tokensBy>[0] = {}) {
  const events: ReuseEvent[] = [];
  const store = memory();
  const tokens = tokensBy({ store, onReuse: (event) => void events.push(event), ...options });
  return { tokens, events, store };
}

describe("a sign-in", () => {
  it("gives a pair as OAuth names it (RFC 6749, 5.1)", async () => {
    const { tokens } = withEvents();
    const pair = await tokens.start({ subject: "ada", scope: "a b", claims: { role: "admin" } });
    expect(pair).toEqual({
      access_token: expect.stringMatching(/^ey/),
      token_type: "Bearer",
      expires_in: 900,
      refresh_token: expect.stringMatching(/^rt_[\w-]{22}\.[\w-]{43}$/),
      scope: "a b",
    });
    expect(await tokens.verify(pair.access_token)).toMatchObject({ sub: "ada", scope: "a b", role: "admin" });
  });

  it("is refreshed with what it was granted, as often as one likes", async () => {
    const { tokens, events } = withEvents();
    let pair = await tokens.start({ subject: "ada", scope: "a b", claims: { role: "admin" } });
    const seen = new Set([pair.refresh_token]);
    for (let round = 0; round < 5; round += 1) {
      const next = await tokens.refresh(pair.refresh_token, SENDER);
      if (next === null) throw new Error("It was refused");
      pair = next;
      seen.add(pair.refresh_token);
      expect(await tokens.verify(pair.access_token)).toMatchObject({
        sub: "ada",
        scope: "a b",
        role: "admin",
      });
    }
    expect(seen.size).toBe(6);
    expect(events).toEqual([]);
  });

  it("may be granted something else at each refresh, and never to somebody else", async () => {
    const { tokens } = withEvents();
    const pair = await tokens.start({ subject: "ada", scope: "a b" });
    const renew = vi.fn(() => ({ subject: "eve", scope: "a", claims: { role: "guest" } }));
    const next = await tokens.refresh(pair.refresh_token, { ...SENDER, renew });
    expect(renew).toHaveBeenCalledWith({ subject: "ada", scope: "a b", claims: {} });
    expect(decodeJwt(next?.access_token ?? "")).toMatchObject({ sub: "ada", scope: "a", role: "guest" });
  });

  it.each([null, undefined, false, true, ""])("ends where %j is granted", async (granted) => {
    const { tokens } = withEvents();
    const { refresh_token: token } = await tokens.start({ subject: "ada" });
    expect(await tokens.refresh(token, { ...SENDER, renew: () => granted as null })).toBeNull();
    expect(await tokens.refresh(token, SENDER)).toBeNull();
  });

  it("ends by signing out, with the newest token or an older one", async () => {
    const { tokens, events } = withEvents();
    const { refresh_token: first } = await tokens.start({ subject: "ada" });
    const next = await tokens.refresh(first, SENDER);
    expect(await tokens.logout(first)).toBe(true);
    expect(await tokens.refresh(next?.refresh_token ?? "", SENDER)).toBeNull();
    expect(await tokens.logout(first)).toBe(false);
    expect(events).toEqual([]);
  });

  it("does not end by the id of its family alone", async () => {
    const { tokens } = withEvents();
    const { refresh_token: token } = await tokens.start({ subject: "ada" });
    expect(await tokens.logout(`${token.slice(0, 26)}${"A".repeat(43)}`)).toBe(false);
    expect(await tokens.refresh(token, SENDER)).not.toBeNull();
  });

  it("ends when nobody refreshed it for the idle lifetime", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { tokens } = withEvents({ refresh: { idleTimeout: 100, absoluteTimeout: 250 } });
    const { refresh_token: first } = await tokens.start({ subject: "ada" });
    vi.setSystemTime(Date.now() + 99_000);
    const second = await tokens.refresh(first, SENDER);
    vi.setSystemTime(Date.now() + 100_000);
    expect(await tokens.refresh(second?.refresh_token ?? "", SENDER)).toBeNull();
  });

  it("ends after the absolute lifetime, however busy it is", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { tokens } = withEvents({ refresh: { idleTimeout: 100, absoluteTimeout: 250 } });
    let token = (await tokens.start({ subject: "ada" })).refresh_token;
    for (const isGood of [true, true, false]) {
      vi.setSystemTime(Date.now() + 90_000);
      const next = await tokens.refresh(token, SENDER);
      expect(next !== null).toBe(isGood);
      token = next?.refresh_token ?? "";
    }
  });
});

describe("a refresh token that is used again", () => {
  it("within the grace and by the same sender gives the same successor, whose answer may have been lost", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { tokens, events } = withEvents();
    const { refresh_token: token } = await tokens.start({ subject: "ada" });
    const first = await tokens.refresh(token, SENDER);
    vi.setSystemTime(Date.now() + 10_000);
    const again = await tokens.refresh(token, SENDER);
    expect(again?.refresh_token).toBe(first?.refresh_token);
    expect(await tokens.refresh(again?.refresh_token ?? "", SENDER)).not.toBeNull();
    expect(events).toEqual([]);
  });

  it.each([
    ["after the grace", 10_001, SENDER, true],
    ["by another sender", 0, OTHER, false],
    ["by nobody in particular", 0, {}, false],
  ])("%s ends the family, and is told without a token", async (_name, wait, sender, isSameSender) => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { tokens, events } = withEvents();
    const { refresh_token: token } = await tokens.start({ subject: "ada" });
    const next = await tokens.refresh(token, SENDER);
    const usedAt = Date.now();
    vi.setSystemTime(usedAt + wait);
    expect(await tokens.refresh(token, sender)).toBeNull();
    expect(await tokens.refresh(next?.refresh_token ?? "", SENDER)).toBeNull();
    expect(events).toEqual([
      { subject: "ada", family: parseRefreshToken(token)?.family, signedInAt: usedAt, usedAt, isSameSender },
    ]);
    for (const text of [token, next?.refresh_token ?? ""]) {
      expect(JSON.stringify(events)).not.toContain(text.split(".")[1]);
    }
  });

  it("has no grace where nobody says who sends it", async () => {
    const { tokens, events } = withEvents();
    const { refresh_token: token } = await tokens.start({ subject: "ada" });
    await tokens.refresh(token);
    expect(await tokens.refresh(token)).toBeNull();
    expect(events).toHaveLength(1);
  });

  it("has no grace where a sender has no name, as all clients without a User-Agent would be one", async () => {
    const { tokens, events } = withEvents();
    const { refresh_token: token } = await tokens.start({ subject: "ada" });
    await tokens.refresh(token, { sender: "" });
    expect(await tokens.refresh(token, { sender: "" })).toBeNull();
    expect(events).toHaveLength(1);
  });

  it("is theft where there is no grace, in the same millisecond too", async () => {
    vi.useFakeTimers({ toFake: ["Date"] });
    const { tokens, events } = withEvents({ refresh: { grace: 0 } });
    const { refresh_token: token } = await tokens.start({ subject: "ada" });
    const next = await tokens.refresh(token, SENDER);
    expect(await tokens.refresh(token, SENDER)).toBeNull();
    expect(await tokens.refresh(next?.refresh_token ?? "", SENDER)).toBeNull();
    expect(events).toHaveLength(1);
  });

  it("leaves other sign-ins of the same subject alone", async () => {
    const { tokens } = withEvents();
    const [phone, laptop] = [await tokens.start({ subject: "ada" }), await tokens.start({ subject: "ada" })];
    await tokens.refresh(phone.refresh_token, SENDER);
    await tokens.refresh(phone.refresh_token, OTHER);
    expect(await tokens.refresh(laptop.refresh_token, SENDER)).not.toBeNull();
  });

  it("has ended its family though the handler of the event fails", async () => {
    const { tokens } = withEvents({
      onReuse: () => {
        throw new Error("No mail today");
      },
    });
    const { refresh_token: token } = await tokens.start({ subject: "ada" });
    const next = await tokens.refresh(token, SENDER);
    await expect(tokens.refresh(token, OTHER)).rejects.toThrow("No mail today");
    expect(await tokens.refresh(next?.refresh_token ?? "", SENDER)).toBeNull();
  });
});

describe("what is no refresh token", () => {
  it("refreshes nothing", async () => {
    const { tokens } = withEvents();
    const { access_token: access, refresh_token: token } = await tokens.start({ subject: "ada" });
    const forms = [
      access,
      "",
      "rt_",
      token.slice(0, -1),
      `${token}A`,
      ` ${token}`,
      token.replace("rt_", "RT_"),
      token.split(".")[1],
    ];
    for (const text of [...forms, undefined, 7, {}, [token]]) {
      expect(await tokens.refresh(text as string, SENDER)).toBeNull();
      expect(await tokens.logout(text as string)).toBe(false);
    }
  });

  it("is an access token, and the other way about", async () => {
    const { tokens } = withEvents();
    const { refresh_token: token } = await tokens.start({ subject: "ada" });
    expect(await tokens.verify(token)).toBeNull();
  });
});

describe("the store of refresh tokens", () => {
  it("never sees a token, its successor or its sender", async () => {
    const { refreshTokens } = memory();
    const seen: unknown[] = [];
    const watched = new Proxy(refreshTokens, {
      get:
        (target, name: keyof typeof refreshTokens) =>
        (...given: never[]) => {
          seen.push(given);
          return (target[name] as (...all: never[]) => unknown).apply(target, given);
        },
    });
    const { tokens } = withEvents({ store: { refreshTokens: watched } });
    const { refresh_token: token } = await tokens.start({ subject: "ada" });
    const next = await tokens.refresh(token, SENDER);
    const text = JSON.stringify(seen);
    expect(seen).toHaveLength(2);
    for (const secret of [token, next?.refresh_token ?? ""]) expect(text).not.toContain(secret.split(".")[1]);
    expect(text).not.toContain("Firefox");
  });

  it("that is away answers 503 and loses nothing, whether the claim has happened or not", async () => {
    const { refreshTokens } = memory();
    let mode: "good" | "before" | "after" = "good";
    const failing: Store["refreshTokens"] = {
      start: (family, token) => refreshTokens.start(family, token),
      revokeFamily: (id) => refreshTokens.revokeFamily(id),
      revokeSubject: (subject) => refreshTokens.revokeSubject(subject),
      list: (subject) => refreshTokens.list(subject),
      claim: async (family, digest, attempt) => {
        if (mode === "before") throw new Error("away");
        const claim = await refreshTokens.claim(family, digest, attempt);
        if (mode === "after") throw new Error("away");
        return claim;
      },
    };
    const { tokens, events } = withEvents({ store: { refreshTokens: failing } });
    let token = (await tokens.start({ subject: "ada" })).refresh_token;
    for (const away of ["before", "after"] as const) {
      mode = away;
      await expect(tokens.refresh(token, SENDER)).rejects.toMatchObject({ code: "store_unavailable" });
      mode = "good";
      const next = await tokens.refresh(token, SENDER);
      expect(next).not.toBeNull();
      token = next?.refresh_token ?? "";
    }
    expect(events).toEqual([]);
  });

  it("learns nothing of the successor by the salt: it takes the token", () => {
    const token = parseRefreshToken(`rt_${"A".repeat(22)}.${"A".repeat(43)}`);
    if (token === undefined) throw new Error("It is none");
    expect(textOf(successorOf(token, "one"))).toBe(textOf(successorOf(token, "one")));
    expect(textOf(successorOf(token, "one"))).not.toBe(textOf(successorOf(token, "two")));
    const other = { ...token, secret: new Uint8Array(32).fill(1) };
    expect(textOf(successorOf(token, "one"))).not.toBe(textOf(successorOf(other, "one")));
  });
});
