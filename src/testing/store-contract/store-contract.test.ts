import { describe, expect, it } from "vitest";
import { memory } from "../../stores/index.ts";
import { BROKEN } from "./broken.fixture.ts";
import { storeContract } from "./index.ts";

describe("the contract of stores", () => {
  it.each(BROKEN)("$part: a store that $what is caught", async ({ part, caughtBy, make }) => {
    const cases = storeContract(make, [part]).filter(({ name }) => name.startsWith(`${part}: ${caughtBy}`));
    expect(cases.length).toBe(1);
    for (const { run } of cases) await expect(run()).rejects.toThrow(/./);
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
