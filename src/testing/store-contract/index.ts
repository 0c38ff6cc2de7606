import type { Store } from "../../stores/contracts/index.ts";
import { apiKeyPromises } from "./api-keys.ts";
import type { PartPromises, Promises, StoreCase, StorePart } from "./case.ts";
import { refreshTokenPromises } from "./refresh-tokens.ts";
import { revocationPromises } from "./revocations.ts";
import { sessionRacePromises } from "./session-races.ts";
import { sessionPromises } from "./sessions.ts";
import { throttlePromises } from "./throttles.ts";
import { upkeepPromises } from "./upkeep.ts";

export type { StoreCase, StorePart } from "./case.ts";

const PARTS: PartPromises = {
  sessions: { ...sessionPromises, ...sessionRacePromises },
  apiKeys: apiKeyPromises,
  refreshTokens: refreshTokenPromises,
  revocations: revocationPromises,
  throttles: throttlePromises,
};

type Made<Value> = () => Value | Promise<Value>;

/**
 * A case for every promise of the contract that a store of one's own has to keep: expiry to the millisecond, atomicity
 * under many requests at once, nothing ever brought back, and strings that end up in statements where a store is careless.
 * Each case rejects with an Error that says what was wrong, so that any test runner can run it. Ids are random: a shared
 * database can be used, and cases can run at once. The clocks of the store and of this process must agree to the millisecond,
 * as they do on one machine.
 *
 * @param makeStore called by each case; it may give the same store each time. Whoever makes stores closes them
 * @param parts which parts are held to the contract; default all, and what the store promises as a whole
 * @throws TypeError for a part that there is not
 * @example
 * for (const { name, run } of storeContract(() => myStore())) test(name, run);
 * @example
 * const cases = storeContract(() => ({ sessions: mySessions }), ["sessions"]);
 * for (const { name, run } of cases) test(name, run);
 */
export function storeContract(makeStore: Made<Store>): readonly StoreCase[];
export function storeContract<Part extends StorePart>(
  makeStore: Made<Pick<Store, Part>>,
  parts: readonly Part[],
): readonly StoreCase[];
export function storeContract(
  makeStore: Made<Partial<Store>>,
  parts?: readonly StorePart[],
): readonly StoreCase[] {
  for (const part of parts ?? []) {
    if (!Object.hasOwn(PARTS, part)) {
      throw new TypeError(
        `storeContract() knows no part "${part}". Known are: ${Object.keys(PARTS).join(", ")}.`,
      );
    }
  }
  const cases = (Object.keys(PARTS) as StorePart[])
    .filter((part) => parts?.includes(part) ?? true)
    .flatMap((part) => casesOf(part, makeStore));
  return parts ? cases : [...cases, ...upkeepCases(makeStore as Made<Store>)];
}

function casesOf<Part extends StorePart>(part: Part, makeStore: Made<Partial<Store>>): StoreCase[] {
  const promises: Promises<Store[Part]> = PARTS[part];
  return Object.entries(promises).map(([promise, check]) => ({
    part,
    name: `${part}: ${promise}`,
    run: async () => {
      const store = await makeStore();
      const held = store[part];
      if (held === undefined) throw new TypeError(`The store has no ${part}: name the parts that it has`);
      await check(held);
    },
  }));
}

function upkeepCases(makeStore: Made<Store>): StoreCase[] {
  return Object.entries(upkeepPromises).map(([promise, check]) => ({
    part: "upkeep",
    name: `upkeep: ${promise}`,
    run: async () => check(await makeStore()),
  }));
}
