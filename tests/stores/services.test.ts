import { afterEach, describe, expect, it, vi } from "vitest";
import { service } from "./services.ts";

/** Nobody listens on port 1 of this machine. */
const NOBODY = "redis://127.0.0.1:1";

describe("a service that tests need", () => {
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
  });

  it("skips its suites where it cannot be reached, and says so", async () => {
    vi.stubEnv("REDIS_URL", NOBODY);
    vi.stubEnv("CI", "");
    const warn = vi.spyOn(console, "warn").mockReturnValue();
    const { describe: suite } = await service("redis");
    expect(suite).not.toBe(describe);
    expect(warn).toHaveBeenCalledExactlyOnceWith(
      "Skipped: redis does not answer at 127.0.0.1:1: start it, or say in REDIS_URL where it is",
    );
  });

  it("fails instead with CI=true", async () => {
    vi.stubEnv("REDIS_URL", NOBODY);
    vi.stubEnv("CI", "true");
    await expect(service("redis")).rejects.toThrow("redis does not answer at 127.0.0.1:1");
  });
});
