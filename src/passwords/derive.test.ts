import { expect, it, vi } from "vitest";
import { derive } from "./derive.ts";
import { Passwords } from "./passwords.ts";

vi.mock("node:crypto", async (original) => ({ ...(await original<object>()), argon2: undefined }));

it("a runtime without argon2 is told the ways out, and lets nobody in", async () => {
  const passwords = new Passwords();
  await expect(passwords.verify("correct horse battery", null)).rejects.toThrow(
    "take Node 24.7 or newer, or give new Passwords({ derive })",
  );
  await expect(passwords.hash("correct horse battery")).rejects.toThrow("no argon2");
  const input = { message: new Uint8Array(8), nonce: new Uint8Array(16), tagLength: 32 };
  await expect(derive({ ...input, memory: 19_456, passes: 2, parallelism: 1 })).rejects.toThrow("no argon2");
});

it("and takes that of another library", async () => {
  const seen: number[] = [];
  const passwords = new Passwords({
    derive: async ({ message, nonce, tagLength, memory, passes, parallelism }) => {
      seen.push(nonce.length, tagLength, memory, passes, parallelism);
      return new Uint8Array(tagLength).fill(message.length);
    },
  });
  const stored = await passwords.hash("correct horse battery");
  expect(seen).toEqual([16, 32, 19_456, 2, 1]);
  expect(await passwords.verify("correct horse battery", stored)).toBe(true);
  expect(await passwords.verify("correct horse", stored)).toBe(false);
});
