import { describe, it } from "vitest";
import { storeContract } from "../../testing/index.ts";
import { memory } from "./memory.ts";

describe("memory() keeps the contract", () => {
  for (const { name, run } of storeContract(() => memory())) it(name, run);
});
