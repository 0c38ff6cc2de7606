import { beforeEach, describe, expect, it } from "vitest";
import type { Store, ThrottleStore } from "../stores/contracts/index.ts";
import { memory } from "../stores/memory/memory.ts";
import { ADA, HERE, retryAfter, trying } from "./throttle.fixture.ts";
import { Throttle, type ThrottleOptions } from "./throttle.ts";

let store: Store;

beforeEach(() => {
  store = memory();
});

const make = (options: Partial<ThrottleOptions> = {}) => new Throttle({ store, ...options });

describe("attempts at once", () => {
  it("in several processes are counted together", async () => {
    const processes = [make(), make(), make()];
    let made = 0;
    const check = async () => {
      made++;
      return false;
    };
    await Promise.allSettled(
      Array.from({ length: 90 }, (_, index) => processes[index % 3]?.attempt(ADA, check)),
    );
    expect(made).toBe(6);
  });

  it("are all counted: of a hundred, six are made", async () => {
    const throttle = make();
    let made = 0;
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, () =>
        throttle
          .attempt(ADA, async () => {
            made++;
            await Promise.resolve();
            return false;
          })
          .catch(retryAfter),
      ),
    );
    expect(made).toBe(6);
    expect(outcomes.filter((outcome) => outcome !== false)).toHaveLength(94);
  });

  it("leave nothing counted by those that were refused", async () => {
    const throttle = make({ account: { free: 0 } });
    const other = { account: "ada", address: "203.0.113.2" };
    expect(await trying(throttle)).toBe("out");
    for (let round = 0; round < 20; round++) expect(await trying(throttle, other)).toBe(1);
    await new Promise((resolve) => setTimeout(resolve, 1100));
    expect(await trying(throttle, other, true)).toBe("in");
  });
});

it("an attempt that another one overtook is taken back wherever it was counted", async () => {
  const held = new Map<string, unknown>();
  const throttles: ThrottleStore = {
    read: (key) => store.throttles.read(key),
    replace: async (key, before, after) => {
      const isReplaced = await store.throttles.replace(key, before, after);
      if (isReplaced) held.set(key, after);
      return isReplaced;
    },
  };
  const throttle = make({ store: { throttles }, account: { free: 0 } });
  const addresses = [HERE, "203.0.113.2", "203.0.113.3"];
  const outcomes = await Promise.all(
    addresses.map((address) => trying(throttle, { account: "ada", address })),
  );
  expect(outcomes.toSorted()).toEqual([1, 1, "out"]);
  const left = [...held].filter(([, state]) => state !== null).map(([key]) => key.split(":")[0]);
  expect(left.toSorted()).toEqual(["account", "address", "pair"]);
  expect(held.size).toBe(7);
});

describe("what is kept", () => {
  it("has neither the account nor the address in it", async () => {
    const names: string[] = [];
    const throttles: ThrottleStore = {
      read: (key) => {
        names.push(key);
        return store.throttles.read(key);
      },
      replace: (...given) => store.throttles.replace(...given),
    };
    const throttle = make({ store: { throttles } });
    await trying(throttle, { account: "ada@example.org", address: HERE });
    expect(names).toHaveLength(4);
    for (const name of names) expect(name).toMatch(/^(pair|account|address|known):[\w-]{43}$/);
    expect(names.join()).not.toMatch(/ada|203/);
  });
});

it("a store that is away lets nobody in, and checks nothing", async () => {
  const away = () => Promise.reject(new Error("away"));
  const throttle = make({ store: { throttles: { read: away, replace: away } } });
  let isCalled = false;
  const check = () => {
    isCalled = true;
    return true;
  };
  await expect(throttle.attempt(ADA, check)).rejects.toMatchObject({ code: "store_unavailable" });
  expect(isCalled).toBe(false);
});

it.each([
  [{ store: {} }, "needs a store"],
  [{ store: memory(), pairs: {} }, 'Did you mean "pair"?'],
  [{ store: memory(), pair: { free: -1 } }, "pair.free"],
  [{ store: memory(), account: { longest: 0 } }, "account.longest"],
  [{ store: memory(), address: { forgive: Number.NaN } }, "address.forgive"],
  [{ store: memory(), address: { forget: 1 } }, 'no option "forget"'],
])("the options %o are refused", (options, message) => {
  expect(() => new Throttle(options as never)).toThrow(message);
});

it("an attempt without a name or an address is an error of the program", async () => {
  await expect(make().attempt({ account: undefined as never, address: HERE }, () => true)).rejects.toThrow(
    TypeError,
  );
});
