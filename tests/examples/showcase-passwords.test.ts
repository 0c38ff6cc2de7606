import * as crypto from "node:crypto";
import { describe, expect, it, vi } from "vitest";
import { openDatabase } from "../../examples/showcase/database.ts";
import { hashPassword, verifyPassword } from "../../examples/showcase/passwords.ts";
import { People } from "../../examples/showcase/people.ts";

vi.mock("node:crypto", async (importOriginal) => {
  const actual = await importOriginal<typeof crypto>();
  return { ...actual, argon2: vi.fn(actual.argon2) };
});

describe("passwords", () => {
  it("are hashed with a salt of their own, and verified", async () => {
    const [first, second] = await Promise.all([hashPassword("one"), hashPassword("one")]);
    expect(first).not.toBe(second);
    for (const hash of [first, second]) {
      expect(await verifyPassword("one", hash)).toBe(true);
      expect(await verifyPassword("two", hash)).toBe(false);
      expect(await verifyPassword("", hash)).toBe(false);
    }
  });

  it("are verified with the parameters they were made with, so that these can rise", async () => {
    const salt = Buffer.from("an older salt 16");
    const parameters = {
      message: "one",
      nonce: salt,
      memory: 8192,
      passes: 1,
      parallelism: 1,
      tagLength: 24,
    };
    const tag = crypto.argon2Sync("argon2id", parameters);
    const text = (bytes: Buffer) => bytes.toString("base64").replace(/=+$/, "");
    const older = `$argon2id$v=19$m=8192,t=1,p=1$${text(salt)}$${text(tag)}`;
    expect(await verifyPassword("one", older)).toBe(true);
    expect(await verifyPassword("two", older)).toBe(false);
  });

  it("are the same however a keyboard composes their letters", async () => {
    const composed = "caf\u00e9";
    expect(await verifyPassword(composed.normalize("NFD"), await hashPassword(composed))).toBe(true);
  });

  it.each(["", "one", "$argon2id$v=19$m=19456,t=2,p=1$$", "$2b$10$abcdefghijklmnopqrstuv"])(
    "a stored text that is no hash matches nothing: %j",
    async (stored) => {
      await expect(verifyPassword(stored, stored)).rejects.toThrow("is no argon2id PHC string");
    },
  );

  it("are hashed off the event loop, so that one sign-in holds nobody else up", async () => {
    let settled = false;
    const hashing = hashPassword("one").then(() => {
      settled = true;
    });
    // Promise callbacks alone: what hashes before the loop turns would be through by then.
    for (let turn = 0; turn < 100; turn++) await null;
    expect(settled).toBe(false);
    await hashing;
  });
});

describe("a sign-in", () => {
  it("costs an unknown name what it costs a known one, so that time tells nobody who is here", async () => {
    const people = await People.open(openDatabase(":memory:"));
    await people.add({ username: "ada", name: "Ada", role: "admin", password: "right" });
    const work = async (username: string) => {
      vi.mocked(crypto.argon2).mockClear();
      expect(await people.signIn(username, "wrong")).toBeUndefined();
      return vi
        .mocked(crypto.argon2)
        .mock.calls.map(([algorithm, { memory, passes, parallelism, tagLength }]) => ({
          algorithm,
          memory,
          passes,
          parallelism,
          tagLength,
        }));
    };
    const known = await work("ada");
    expect(known).toEqual([
      { algorithm: "argon2id", memory: 19_456, passes: 2, parallelism: 1, tagLength: 32 },
    ]);
    expect(await work("nobody")).toEqual(known);
  });

  it("gives the person without the hash, whatever the case of the name", async () => {
    const people = await People.open(openDatabase(":memory:"));
    await people.add({ username: "ada", name: "Ada", role: "admin", password: "right" });
    expect(await people.signIn("ADA", "right")).toEqual({
      id: 1,
      username: "ada",
      name: "Ada",
      role: "admin",
    });
  });
});
