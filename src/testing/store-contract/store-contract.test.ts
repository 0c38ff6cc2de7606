import { describe, expect, it } from "vitest";
import { memory } from "../../stores/index.ts";
import { BROKEN } from "./broken.fixture.ts";
import { storeContract } from "./index.ts";

describe("the contract of stores", () => {
  it.each(BROKEN)("$part: a store that $what is caught", async ({ part, caughtBy, make }) => {
    const outcomes = await Promise.all(
      storeContract(make, [part]).map(async ({ name, run }) => {
        const failed = await run().then(
          () => false,
          () => true,
        );
        return failed ? [name] : [];
      }),
    );
    expect(outcomes.flat()).toContainEqual(expect.stringContaining(`${part}: ${caughtBy}`));
  });

  it("a store with one part is held to that part alone", async () => {
    const { throttles } = memory();
    const cases = storeContract(() => ({ throttles }), ["throttles"]);
    expect(new Set(cases.map(({ part }) => part))).toEqual(new Set(["throttles"]));
    await Promise.all(cases.map(({ run }) => run()));
  });

  it("no two cases have one name", () => {
    const names = storeContract(() => memory()).map(({ name }) => name);
    expect(names.length).toBe(new Set(names).size);
  });

  it("a part that there is not is an error", () => {
    expect(() => storeContract(() => memory(), ["session" as "sessions"])).toThrow(/knows no part "session"/);
  });
});
