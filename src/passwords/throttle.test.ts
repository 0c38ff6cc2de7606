import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { problem } from "../http/errors.ts";
import type { Store } from "../stores/contracts/index.ts";
import { memory } from "../stores/memory/memory.ts";
import { networkOf } from "./subject.ts";
import { ADA, HERE, trying } from "./throttle.fixture.ts";
import { Throttle, type ThrottleOptions } from "./throttle.ts";

let store: Store;

beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"] });
  store = memory();
});
afterEach(() => vi.useRealTimers());

const later = (seconds: number) => vi.setSystemTime(Date.now() + seconds * 1000);
const make = (options: Partial<ThrottleOptions> = {}) => new Throttle({ store, ...options });
async function failing(throttle: Throttle, times: number, who = ADA): Promise<void> {
  for (let round = 0; round < times; round++) await trying(throttle, who);
}

describe("an account, from one address", () => {
  it("has five failures free, and then waits longer each time, up to a quarter of an hour", async () => {
    const throttle = make();
    for (let round = 0; round < 6; round++) expect(await trying(throttle)).toBe("out");
    const waits: number[] = [];
    for (let round = 0; round < 12; round++) {
      const wait = Number(await trying(throttle));
      waits.push(wait);
      later(wait);
      expect(await trying(throttle)).toBe("out");
    }
    expect(waits.slice(0, 10)).toEqual([1, 2, 4, 8, 16, 32, 64, 128, 256, 512]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(900);
  });

  it("is not even checked while it waits, with the right password neither", async () => {
    const throttle = make();
    await failing(throttle, 6);
    let isCalled = false;
    await expect(
      throttle.attempt(ADA, () => {
        isCalled = true;
        return true;
      }),
    ).rejects.toMatchObject({ statusCode: 429, code: "too_many_attempts" });
    expect(isCalled).toBe(false);
  });

  it("does not wait longer for what it tries meanwhile", async () => {
    const throttle = make();
    await failing(throttle, 6);
    for (let round = 0; round < 50; round++) expect(await trying(throttle)).toBe(1);
    later(1);
    expect(await trying(throttle, ADA, true)).toBe("in");
  });

  it("begins anew after a success", async () => {
    const throttle = make();
    await failing(throttle, 5);
    expect(await trying(throttle, ADA, true)).toBe("in");
    for (let round = 0; round < 6; round++) expect(await trying(throttle)).toBe("out");
    expect(await trying(throttle)).toBe(1);
  });

  it("is forgiven one failure after the other, and not all at once", async () => {
    const throttle = make();
    await failing(throttle, 6);
    later(900);
    expect(await trying(throttle)).toBe("out");
    expect(await trying(throttle)).toBe(1);
    later(7 * 900);
    await failing(throttle, 5);
    expect(await trying(throttle)).toBe("out");
  });

  it("is guessed about a hundred times a day, and no more", async () => {
    const throttle = make();
    const end = Date.now() + 86_400_000;
    let guesses = 0;
    while (Date.now() < end) {
      const outcome = await trying(throttle);
      if (outcome === "out") guesses++;
      else later(Number(outcome));
    }
    expect(guesses).toBeGreaterThan(80);
    expect(guesses).toBeLessThan(130);
  });

  it("is the same one behind any number of spaces", async () => {
    const throttle = make();
    await failing(throttle, 6);
    expect(await trying(throttle, { account: `${" ".repeat(2000)}ada`, address: HERE })).toBe(1);
  });

  it("counts as one in every spelling that an application may take for the same", async () => {
    const throttle = make();
    for (const account of ["ada", "ADA", " Ada ", "ａｄａ", "aDa", "adA"]) {
      expect(await trying(throttle, { account, address: HERE })).toBe("out");
    }
    expect(await trying(throttle)).toBe(1);
  });
});

describe("a check", () => {
  it("that throws is a failure, and its error is what the caller gets", async () => {
    const throttle = make();
    for (let round = 0; round < 6; round++) {
      await expect(throttle.attempt(ADA, () => Promise.reject(new Error("x")))).rejects.toThrow("x");
    }
    expect(await trying(throttle)).toBe(1);
  });

  it("that found no place in the line has tried nothing, and counts for nothing", async () => {
    const throttle = make();
    const busy = () => Promise.reject(problem("too_busy"));
    for (let round = 0; round < 100; round++) {
      await expect(throttle.attempt(ADA, busy)).rejects.toMatchObject({ code: "too_busy" });
    }
    for (let round = 0; round < 6; round++) expect(await trying(throttle)).toBe("out");
    expect(await trying(throttle)).toBe(1);
  });

  it("gives back what it found", async () => {
    const throttle = make();
    const user = { id: 7 };
    expect(await throttle.attempt(ADA, async () => user)).toBe(user);
    expect(await throttle.attempt(ADA, () => null)).toBeNull();
  });
});

describe("a stranger with many addresses", () => {
  const stranger = (index: number) => ({ account: "ada", address: `198.51.${index >> 8}.${index & 255}` });

  it("slows the account to a guess in thirty seconds, after twenty", async () => {
    const throttle = make();
    const end = Date.now() + 3_600_000;
    let guesses = 0;
    for (let index = 0; Date.now() < end; index++) {
      const outcome = await trying(throttle, stranger(index));
      if (outcome === "out") guesses++;
      else {
        expect(outcome).toBeLessThanOrEqual(30);
        later(Number(outcome));
      }
    }
    expect(guesses).toBeLessThan(160);
  });

  it("does not touch its owner, where they have signed in before", async () => {
    const throttle = make();
    expect(await trying(throttle, ADA, true)).toBe("in");
    for (let index = 0; index < 60; index++) await trying(throttle, stranger(index));
    expect(await trying(throttle, { account: "ada", address: "192.0.2.99" }, true)).toBeGreaterThan(0);
    expect(await trying(throttle, ADA, true)).toBe("in");
    later(20 * 86_400);
    for (let index = 0; index < 60; index++) await trying(throttle, stranger(index));
    expect(await trying(throttle, ADA, true)).toBe("in");
  });

  it("keeps its owner from a new place waiting for half a minute at most, however long the attack went on", async () => {
    const throttle = make();
    for (let index = 0; index < 3000; index++) {
      const outcome = await trying(throttle, stranger(index));
      if (outcome !== "out") later(Number(outcome));
    }
    const owner = { account: "ada", address: "192.0.2.99" };
    expect(await trying(throttle, owner, true)).toSatisfy((wait) => wait === "in" || Number(wait) <= 30);
    later(30);
    expect(await trying(throttle, owner, true)).toBe("in");
    later(1800);
    for (let index = 0; index < 20; index++)
      expect(await trying(throttle, stranger(9000 + index))).toBe("out");
  });

  it("is given nothing by a success of the owner", async () => {
    const throttle = make();
    for (let index = 0; index < 21; index++) await trying(throttle, stranger(index));
    later(1);
    expect(await trying(throttle, ADA, true)).toBe("in");
    expect(await trying(throttle, stranger(500))).toBe("out");
    expect(await trying(throttle, stranger(501))).toBeGreaterThan(0);
  });
});

describe("an address", () => {
  const account = (index: number) => ({ account: `user-${index}`, address: HERE });

  it("tries fifty accounts, and then waits", async () => {
    const throttle = make();
    for (let index = 0; index < 51; index++) expect(await trying(throttle, account(index))).toBe("out");
    expect(await trying(throttle, account(51))).toBe(1);
    expect(await trying(throttle, { account: "user-51", address: "203.0.113.2" })).toBe("out");
  });

  it("of an office is not slowed by people who sign in", async () => {
    const throttle = make();
    for (let index = 0; index < 500; index++) expect(await trying(throttle, account(index), true)).toBe("in");
  });

  it("is not cleared by an attacker who signs in as themselves between guesses", async () => {
    const throttle = make();
    for (let index = 0; index < 50; index++) {
      await trying(throttle, account(index));
      await trying(throttle, { account: "mallory", address: HERE }, true);
    }
    await trying(throttle, account(50));
    expect(await trying(throttle, account(51))).toBe(1);
  });

  it("of IPv6 counts by its /64, and IPv4 within IPv6 as what it is", () => {
    expect(networkOf("2001:db8:1:2:3:4:5:6")).toBe(networkOf("2001:db8:1:2:ffff::1"));
    expect(networkOf("2001:db8:1:2::1")).not.toBe(networkOf("2001:db8:1:3::1"));
    expect(networkOf("::ffff:203.0.113.1")).toBe(networkOf("203.0.113.1"));
    expect(networkOf("::ffff:203.0.113.1")).not.toBe(networkOf("::ffff:203.0.113.2"));
  });

  it("that nobody knows counts no accounts together, and is never one that is trusted", async () => {
    const throttle = make();
    const somewhere = (index: number) => ({ account: `user-${index}`, address: "" });
    for (let index = 0; index < 80; index++) expect(await trying(throttle, somewhere(index))).toBe("out");
    expect(await trying(throttle, ADA)).toBe("out");
    const owner = { account: "ada", address: "" };
    expect(await trying(throttle, owner, true)).toBe("in");
    for (let index = 0; index < 25; index++) {
      await trying(throttle, { account: "ada", address: `198.51.100.${index}` });
    }
    expect(await trying(throttle, owner, true)).toBeGreaterThan(0);
  });

  it("that nobody knows is everybody's: strangers keep no owner waiting longer than from anywhere", async () => {
    const throttle = make();
    const somewhere = { account: "ada", address: "" };
    for (let guess = 0; guess < 40; guess++) {
      const wait = await trying(throttle, somewhere);
      if (typeof wait === "number") later(wait);
    }
    await trying(throttle, somewhere);
    expect(await trying(throttle, somewhere, true)).toBeLessThanOrEqual(30);
  });
});
