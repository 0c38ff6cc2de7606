import { expect, it, vi } from "vitest";
import { answered } from "./answered.ts";

it("hands on what the store answers", async () => {
  expect(await answered(async () => 42)).toBe(42);
  expect(await answered(async () => null)).toBeNull();
});

it.each([
  ["rejects", () => Promise.reject(new Error("connection refused"))],
  [
    "throws",
    () => {
      throw new Error("connection refused");
    },
  ],
] satisfies [string, () => Promise<never>][])(
  "a store that %s is 503 with Retry-After, and says nothing of why",
  async (_how, ask) => {
    const error = await answered(ask).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      statusCode: 503,
      code: "store_unavailable",
      headers: { "Retry-After": "5" },
      detail: undefined,
      cause: { message: "connection refused" },
    });
  },
);

it("a silent store is 503 within the time, and what it says later changes nothing", async () => {
  vi.useFakeTimers();
  try {
    const late = Promise.withResolvers<boolean>();
    const outcome = answered(() => late.promise, 2).catch((thrown: unknown) => thrown);
    await vi.advanceTimersByTimeAsync(2_000);
    late.resolve(true);
    expect(await outcome).toMatchObject({ statusCode: 503, code: "store_unavailable" });
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});

it("no timer stays behind an answer", async () => {
  vi.useFakeTimers();
  try {
    await answered(async () => 1);
    await answered(() => Promise.reject(new Error("x"))).catch(() => undefined);
    expect(vi.getTimerCount()).toBe(0);
  } finally {
    vi.useRealTimers();
  }
});
