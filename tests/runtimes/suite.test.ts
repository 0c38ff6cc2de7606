import { describe, expect, it } from "vitest";
import { RUNTIMES, suiteOn } from "./suite-on.ts";

describe("the behavioural suite", () => {
  it.each(RUNTIMES)(
    "holds on %s, but for what it says that it lacks",
    { timeout: 150_000 },
    async (runtime) => {
      const { passed, failed, stale } = await suiteOn(runtime);
      expect(failed.map(({ name, error }) => `${name}: ${error}`)).toEqual([]);
      expect(stale).toEqual([]);
      expect(passed).toBeGreaterThan(400);
    },
  );
});
