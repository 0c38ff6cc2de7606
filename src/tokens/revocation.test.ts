import { decodeJwt } from "jose";
import { afterEach, describe, expect, it, vi } from "vitest";
import { memory, type RevocationStore } from "../stores/index.ts";
import { forge, goodClaims, HEADER, tokensBy } from "./token.fixture.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** Two processes that share a store, whose questions are counted and can be made to fail. */
function twoProcesses(revocationDelay = 5) {
  const store = memory();
  const asked = vi.fn();
  const state = { isAway: false };
  const guarded = <Arguments extends unknown[], Result>(run: (...given: Arguments) => Promise<Result>) => {
    return async (...given: Arguments) => {
      if (state.isAway) throw new Error("The store is away");
      return run(...given);
    };
  };
  const { revocations } = store;
  const counted: RevocationStore = {
    revoke: guarded((id, end) => revocations.revoke(id, end)),
    revokeBefore: guarded((subject, instant, end) => revocations.revokeBefore(subject, instant, end)),
    isRevoked: guarded((query) => {
      asked(query);
      return revocations.isRevoked(query);
    }),
  };
  const options = { store: { ...store, revocations: counted }, revocationDelay };
  return { here: tokensBy(options), there: tokensBy(options), asked, state };
}

describe("a revoked token", () => {
  it("is refused at once where it was revoked, though it was remembered", async () => {
    const { here } = twoProcesses();
    const token = await here.issue({ subject: "ada" });
    const other = await here.issue({ subject: "ada" });
    await here.verify(token);
    expect(await here.revoke(token)).toBe(true);
    expect(await here.verify(token)).toBeNull();
    await expect(here.verifyOrThrow(token)).rejects.toMatchObject({ code: "token_revoked" });
    expect(await here.verify(other)).not.toBeNull();
  });

  it("is refused in another process within the delay, and where it was never seen at once", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const { here, there } = twoProcesses(5);
    const token = await here.issue({ subject: "ada" });
    const unseen = await here.issue({ subject: "bob" });
    await there.verify(token);
    await here.revoke(token);
    await here.revoke(unseen);
    expect(await there.verify(unseen)).toBeNull();
    vi.advanceTimersByTime(4999);
    expect(await there.verify(token)).not.toBeNull();
    vi.advanceTimersByTime(1);
    expect(await there.verify(token)).toBeNull();
  });

  it("is refused with the next request everywhere, where the delay is 0", async () => {
    const { here, there } = twoProcesses(0);
    const token = await here.issue({ subject: "ada" });
    await there.verify(token);
    await here.revoke(token);
    expect(await there.verify(token)).toBeNull();
  });

  it("can be named by what it says", async () => {
    const { here } = twoProcesses();
    const token = await here.issue({ subject: "ada" });
    const { jti, exp } = await here.verifyOrThrow(token);
    await here.revoke({ jti, exp });
    expect(await here.verify(token)).toBeNull();
  });

  it("stays revoked until it is over, leeway included", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"], now: 1_900_000_000_000 });
    const options = { expiresIn: 60, leeway: 30, store: memory() };
    const [here, there] = [tokensBy(options), tokensBy(options)];
    const token = await here.issue({ subject: "ada" });
    await here.revoke(token);
    vi.advanceTimersByTime(89_999);
    await expect(there.verifyOrThrow(token)).rejects.toMatchObject({ code: "token_revoked" });
  });

  it("stays revoked with all of its subject until it is over", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"], now: 1_900_000_000_000 });
    const options = { expiresIn: 60, leeway: 30, store: memory() };
    const [here, there] = [tokensBy(options), tokensBy(options)];
    const token = await here.issue({ subject: "ada" });
    await here.revokeAll("ada");
    vi.advanceTimersByTime(89_999);
    await expect(there.verifyOrThrow(token)).rejects.toMatchObject({ code: "token_revoked" });
  });

  it("is revoked on a store of whole numbers, however far its own end is", async () => {
    const { revocations } = memory();
    const ends: number[] = [];
    const whole: RevocationStore = {
      isRevoked: (query) => revocations.isRevoked(query),
      revokeBefore: (subject, instant, end) => revocations.revokeBefore(subject, instant, end),
      revoke: (id, end) => {
        ends.push(end);
        return revocations.revoke(id, end);
      },
    };
    const tokens = tokensBy({ store: { revocations: whole } });
    const token = forge(HEADER, { ...goodClaims(), exp: 1e300 });
    expect(await tokens.verify(token)).not.toBeNull();
    expect(await tokens.revoke(token)).toBe(true);
    expect(await tokens.verify(token)).toBeNull();
    expect(ends.filter((end) => !Number.isSafeInteger(end))).toEqual([]);
  });

  it("is one of ours: a forged one revokes nothing", async () => {
    const { here } = twoProcesses();
    const token = await here.issue({ subject: "ada" });
    expect(await here.revoke(`${token.slice(0, -8)}AAAAAAAA`)).toBe(false);
    expect(await here.verify(token)).not.toBeNull();
    await expect(here.revoke({ jti: 1 } as never)).rejects.toThrow(TypeError);
  });
});

describe("everything before now", () => {
  it("is what a subject had, remembered or not, and nothing of anybody else", async () => {
    const { here } = twoProcesses();
    const [first, second] = [await here.issue({ subject: "ada" }), await here.issue({ subject: "ada" })];
    const bob = await here.issue({ subject: "bob" });
    await here.verify(first);
    await here.revokeAll("ada");
    expect([await here.verify(first), await here.verify(second)]).toEqual([null, null]);
    expect(await here.verify(bob)).not.toBeNull();
  });

  it("leaves alone what is issued afterwards, in the same millisecond too", async () => {
    vi.useFakeTimers({ toFake: ["Date"], now: 1_900_000_000_123 });
    const { here, there } = twoProcesses();
    const before = await here.issue({ subject: "ada" });
    await here.revokeAll("ada");
    const after = await here.issue({ subject: "ada" });
    expect((decodeJwt(after).iat ?? 0) * 1000).toBeCloseTo(1_900_000_000_124, 3);
    for (const tokens of [here, there]) {
      expect(await tokens.verify(before)).toBeNull();
      expect(await tokens.verify(after)).not.toBeNull();
    }
  });

  it.each([undefined, 42, ""])(
    "is nobody's where the subject is %j, and nothing is revoked",
    async (subject) => {
      const { here } = twoProcesses();
      await expect(here.revokeAll(subject as string)).rejects.toThrow(TypeError);
    },
  );

  it("ends refresh tokens with it", async () => {
    const { here } = twoProcesses();
    const { refresh_token: theirs } = await here.start({ subject: "ada" });
    const { refresh_token: other } = await here.start({ subject: "bob" });
    await here.revokeAll("ada");
    expect(await here.refresh(theirs)).toBeNull();
    expect(await here.refresh(other)).not.toBeNull();
  });
});

describe("the store of revocations", () => {
  it("is asked once for many requests", async () => {
    const { here, asked } = twoProcesses();
    const token = await here.issue({ subject: "ada" });
    for (let index = 0; index < 100; index += 1) await here.verify(token);
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it("is asked no more about what it has called revoked", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const { here, there, asked } = twoProcesses(5);
    const token = await here.issue({ subject: "ada" });
    await here.revoke(token);
    for (let round = 0; round < 5; round += 1) {
      expect(await there.verify(token)).toBeNull();
      vi.advanceTimersByTime(5000);
    }
    expect(asked).toHaveBeenCalledTimes(1);
  });

  it("is asked once by requests that come together when the delay has passed", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const { here, asked } = twoProcesses(5);
    const token = await here.issue({ subject: "ada" });
    await here.verify(token);
    vi.advanceTimersByTime(5000);
    await Promise.all(Array.from({ length: 100 }, () => here.verify(token)));
    expect(asked).toHaveBeenCalledTimes(2);
  });

  it("is asked by each request on its own, where the delay is 0: an older answer is no answer", async () => {
    const { here, asked } = twoProcesses(0);
    const token = await here.issue({ subject: "ada" });
    await here.verify(token);
    await Promise.all(Array.from({ length: 10 }, () => here.verify(token)));
    expect(asked).toHaveBeenCalledTimes(11);
  });

  it("is asked by id, subject and instant, and never sees a token", async () => {
    const { here, asked } = twoProcesses();
    const token = await here.issue({ subject: "ada" });
    const { jti, iat } = await here.verifyOrThrow(token);
    expect(asked.mock.calls).toEqual([[{ id: jti, subject: "ada", issuedAt: Math.round(iat * 1000) }]]);
    expect(JSON.stringify(asked.mock.calls)).not.toContain(token);
  });

  it("that is away lets nobody in: 503, and what is remembered holds for the delay alone", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const { here, state } = twoProcesses(5);
    const [token, unseen] = [await here.issue({ subject: "ada" }), await here.issue({ subject: "ada" })];
    await here.verify(token);
    state.isAway = true;
    const unavailable = { statusCode: 503, code: "store_unavailable" };
    expect(await here.verify(token)).not.toBeNull();
    await expect(here.verify(unseen)).rejects.toMatchObject(unavailable);
    vi.advanceTimersByTime(5000);
    await expect(here.verify(token)).rejects.toMatchObject(unavailable);
    await expect(here.verifyOrThrow(token)).rejects.toMatchObject(unavailable);
    state.isAway = false;
    expect(await here.verify(token)).not.toBeNull();
  });

  it("that is away when somebody revokes says so, and the token is refused here meanwhile", async () => {
    const { here, state } = twoProcesses();
    const token = await here.issue({ subject: "ada" });
    await here.verify(token);
    state.isAway = true;
    await expect(here.revoke(token)).rejects.toMatchObject({ code: "store_unavailable" });
    expect(await here.verify(token)).toBeNull();
    await expect(here.revokeAll("bob")).rejects.toMatchObject({ code: "store_unavailable" });
  });

  it("that answers what is no clear no lets nobody in", async () => {
    const { revocations, refreshTokens } = memory();
    const unclear = {
      isRevoked: async () => undefined as never,
      revoke: revocations.revoke,
      revokeBefore: revocations.revokeBefore,
    };
    const tokens = tokensBy({ store: { revocations: unclear, refreshTokens } });
    expect(await tokens.verify(await tokens.issue({ subject: "ada" }))).toBeNull();
  });

  it("is asked anew where a question has been under way for longer than the delay", async () => {
    vi.useFakeTimers({ toFake: ["Date", "performance"] });
    const { revocations } = memory();
    const answers: ((isRevoked: boolean) => void)[] = [];
    const slow: RevocationStore = {
      revoke: (id, end) => revocations.revoke(id, end),
      revokeBefore: (subject, instant, end) => revocations.revokeBefore(subject, instant, end),
      isRevoked: () => new Promise((resolve) => answers.push(resolve)),
    };
    const tokens = tokensBy({ store: { revocations: slow }, revocationDelay: 0.1 });
    const token = await tokens.issue({ subject: "ada" });
    const verified = tokens.verify(token);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    answers[0]?.(false);
    await verified;
    vi.advanceTimersByTime(100);
    const early = tokens.verify(token);
    vi.advanceTimersByTime(100);
    const late = tokens.verify(token);
    expect(answers).toHaveLength(3);
    answers[2]?.(true);
    answers[1]?.(false);
    expect(await late).toBeNull();
    await early;
    expect(await tokens.verify(token)).toBeNull();
  });

  it("cannot bring back by a late answer what was revoked here meanwhile", async () => {
    const store = memory();
    const answers: (() => void)[] = [];
    const slow: RevocationStore = {
      revoke: (id, end) => store.revocations.revoke(id, end),
      revokeBefore: (subject, instant, end) => store.revocations.revokeBefore(subject, instant, end),
      isRevoked: () => new Promise((resolve) => answers.push(() => resolve(false))),
    };
    const tokens = tokensBy({ store: { revocations: slow } });
    const token = await tokens.issue({ subject: "ada" });
    const asking = tokens.verify(token);
    await vi.waitFor(() => expect(answers).toHaveLength(1));
    await tokens.revoke(token);
    answers[0]?.();
    expect(await asking).toBeNull();
    expect(await tokens.verify(token)).toBeNull();
  });
});
