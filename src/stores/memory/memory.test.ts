import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { storeContract } from "../../testing/index.ts";
import type { RefreshFamily, StoredAPIKey, StoredSession } from "../contracts/index.ts";
import { memory } from "./memory.ts";

const MINUTE = 60_000;

function session(id: string, given: Partial<StoredSession> = {}): StoredSession {
  const [createdAt, expiresAt] = [Date.now(), Date.now() + MINUTE];
  const nobody = { user: null, address: null, userAgent: null };
  return { id, ...nobody, data: {}, createdAt, seenAt: createdAt, expiresAt, ...given };
}

function key(id: string, given: Partial<StoredAPIKey> = {}): StoredAPIKey {
  const ends = { expiresAt: null, revokedAt: null, lastUsedAt: null, successorId: null };
  return { id, digest: id, owner: "ada", name: id, scopes: [], createdAt: Date.now(), ...ends, ...given };
}

function family(id: string, expiresAt = Date.now() + MINUTE): RefreshFamily {
  return { id, subject: "ada", claims: "{}", createdAt: Date.now(), expiresAt };
}

describe("memory() keeps the contract", () => {
  for (const { name, run } of storeContract(() => memory())) it(name, run);
});

describe("memory()", () => {
  it.each([0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])("takes no limit of %s", (limit) => {
    expect(() => memory({ limit })).toThrow(RangeError);
  });

  it("names the option that was misspelt", () => {
    expect(() => memory({ limits: 1 } as object)).toThrow(
      'memory() has no option "limits". Did you mean "limit"?',
    );
  });

  it("shares nothing with another one", async () => {
    const [one, other] = [memory(), memory()];
    await one.sessions.create(session("a"));
    expect(await other.sessions.read("a")).toBeNull();
  });

  it("has nothing to migrate or to close", async () => {
    const store = memory();
    await store.sessions.create(session("a"));
    await store.migrate();
    await store.close();
    expect(await store.sessions.read("a")).not.toBeNull();
  });
});

describe("a full memory store", () => {
  const expiresAt = Date.now() + MINUTE;

  it("refuses one more of each kind, and says what to do", async () => {
    const store = memory({ limit: 1 });
    const state = { failures: 1, blockedUntil: 0, expiresAt };
    await store.sessions.create(session("a"));
    await store.apiKeys.create(key("a"));
    await store.refreshTokens.start(family("a"), { digest: "a", expiresAt });
    await store.revocations.revoke("a", expiresAt);
    await store.revocations.revokeBefore("a", 1, expiresAt);
    await store.throttles.replace("a", null, state);
    const advice = /full of .+ \(1\): raise its limit, or use sqlite\(\), sql\(\) or redis\(\)/;
    await expect(store.sessions.create(session("b"))).rejects.toThrow(advice);
    await expect(store.apiKeys.create(key("b"))).rejects.toThrow(advice);
    await expect(store.refreshTokens.start(family("b"), { digest: "b", expiresAt })).rejects.toThrow(advice);
    await expect(store.revocations.revoke("b", expiresAt)).rejects.toThrow(advice);
    await expect(store.revocations.revokeBefore("b", 1, expiresAt)).rejects.toThrow(advice);
    await expect(store.throttles.replace("b", null, state)).rejects.toThrow(advice);
  });

  it("forgets nothing that it holds to make room", async () => {
    const store = memory({ limit: 2 });
    await store.revocations.revoke("a", expiresAt);
    await store.revocations.revoke("b", expiresAt);
    for (const id of ["c", "d", "e"]) await store.revocations.revoke(id, expiresAt).catch(() => undefined);
    for (const id of ["a", "b"]) expect(await store.revocations.isRevoked({ id, issuedAt: 1 })).toBe(true);
    expect(await store.revocations.isRevoked({ id: "c", issuedAt: 1 })).toBe(false);
  });

  it("goes on with what it holds: patches, rotations, claims and later ends", async () => {
    const store = memory({ limit: 1 });
    await store.sessions.create(session("a"));
    expect(await store.sessions.patch("a", { set: { a: "1" } })).toBe(true);
    expect(await store.sessions.rotate("a", "b", {})).toBe(true);
    expect((await store.sessions.read("b"))?.data).toEqual({ a: "1" });
    await store.refreshTokens.start(family("a"), { digest: "a", expiresAt });
    const successor = { digest: "b", expiresAt };
    const claim = await store.refreshTokens.claim("a", "a", { at: 1, sender: "", salt: "", successor });
    expect(claim.outcome).toBe("claimed");
    expect(await store.refreshTokens.revokeFamily("a")).toBe(true);
    await store.revocations.revoke("a", expiresAt);
    await store.revocations.revoke("a", expiresAt + 1);
  });

  it("refuses the successor of an API key, and the old one stays as it was", async () => {
    const store = memory({ limit: 1 });
    const old = key("a");
    await store.apiKeys.create(old);
    await expect(store.apiKeys.rotate("a", key("b"), expiresAt)).rejects.toThrow(/full of API keys/);
    expect(await store.apiKeys.list()).toEqual([old]);
  });
});

describe("what is over in a memory store", () => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ["Date"] });
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it("makes room before anything is refused", async () => {
    const store = memory({ limit: 2 });
    await store.sessions.create(session("a"));
    await store.sessions.create(session("b", { expiresAt: Date.now() + 2 * MINUTE }));
    vi.advanceTimersByTime(MINUTE);
    await store.sessions.create(session("c"));
    await expect(store.sessions.create(session("d"))).rejects.toThrow(RangeError);
    expect(await store.sessions.read("a")).toBeNull();
    expect(await store.sessions.read("b")).not.toBeNull();
  });

  it("is counted by a sweep, and what lives stays", async () => {
    const store = memory();
    const soon = Date.now() + MINUTE;
    await store.sessions.create(session("a"));
    await store.sessions.create(session("b", { expiresAt: Date.now() + 2 * MINUTE }));
    await store.refreshTokens.start(family("a"), { digest: "a", expiresAt: soon });
    await store.revocations.revoke("a", soon);
    await store.revocations.revokeBefore("a", 1, soon);
    await store.throttles.replace("a", null, { failures: 1, blockedUntil: 0, expiresAt: soon });
    await store.apiKeys.create(key("a", { expiresAt: soon }));
    expect(await store.sweep()).toBe(0);
    vi.advanceTimersByTime(MINUTE - 1);
    expect(await store.sweep()).toBe(0);
    vi.advanceTimersByTime(1);
    expect(await store.sweep()).toBe(5);
    expect(await store.sweep()).toBe(0);
    expect(await store.sessions.read("b")).not.toBeNull();
    expect(await store.apiKeys.find("a")).not.toBeNull();
  });

  it("goes with the writes of others, a minute after the last look", async () => {
    const store = memory();
    for (let index = 0; index < 100; index++) await store.sessions.create(session(`${index}`));
    vi.advanceTimersByTime(MINUTE);
    await store.sessions.create(session("next", { expiresAt: Date.now() + 2 * MINUTE }));
    // Nothing is left for this one.
    expect(await store.sweep()).toBe(0);
  });

  it("leaves its id to another", async () => {
    const store = memory();
    await store.sessions.create(session("a"));
    vi.advanceTimersByTime(MINUTE);
    await store.sessions.create(session("a", { user: "grace" }));
    expect((await store.sessions.read("a"))?.user).toBe("grace");
  });
});
