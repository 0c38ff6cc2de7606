import { randomUUID } from "node:crypto";
import { createClient } from "redis";
import { afterAll, describe, expect, it } from "vitest";
import { commandOf } from "../../src/cli/command.ts";
import { DATABASES, type TestDatabase } from "../stores/databases.ts";
import { service } from "../stores/services.ts";

async function responder(...args: string[]) {
  const said = { out: "", err: "" };
  const status = await commandOf(args)({
    print: async (text) => {
      said.out += text;
    },
    warn: (text) => {
      said.err += `${text}\n`;
    },
  });
  return { status, ...said };
}

/** Makes, lists, rotates and ends a key by the command line. */
async function lifeOfAKey(store: string, prefix: string): Promise<void> {
  const where = ["--store", store, "--store-prefix", prefix];
  expect(await responder("migrate", ...where)).toMatchObject({ status: 0, out: "" });
  expect(await responder("migrate", ...where), "twice").toMatchObject({ status: 0 });
  const made = await responder(
    ...["keys", "create", ...where, "--prefix", "acme", "--owner", "ada", "--name", "ci", "--scope", "read"],
  );
  expect(made).toMatchObject({ status: 0, out: expect.stringMatching(/^acme_\w{15}_\w{49}\n$/) });
  const id = made.out.split("_")[1] as string;
  const rotated = await responder("keys", "rotate", id, ...where, "--prefix", "acme", "--overlap", "60");
  expect(rotated.status).toBe(0);
  expect(await responder("keys", "revoke", id, ...where)).toMatchObject({ status: 0, err: "Revoked\n" });
  expect((await responder("keys", "revoke", id, ...where)).status).toBe(1);
  const list = JSON.parse((await responder("keys", "list", ...where, "--json")).out) as { id: string }[];
  expect(list.map((key) => key.id).sort()).toEqual([id, rotated.out.split("_")[1]].sort());
}

function addressOf({ at, schema }: Awaited<ReturnType<TestDatabase["make"]>>, kind: string): string {
  return kind === "postgresql" ? `${at}?options=-c%20search_path%3D${schema}` : at;
}

for (const database of DATABASES) {
  database.describe(`responder keys and migrate, on ${database.name}`, () => {
    afterAll(() => database.remove());

    it("make, list, rotate and end a key", async () => {
      await lifeOfAKey(addressOf(await database.make(), database.kind), "notes_");
    });
  });
}

const redis = await service("redis");
redis.describe("responder keys and migrate, on Redis", () => {
  it("make, list, rotate and end a key", async () => {
    const prefix = `responder-test-${randomUUID()}`;
    await lifeOfAKey(redis.url, prefix);
    const client = await createClient({ url: redis.url }).connect();
    for await (const keys of client.scanIterator({ MATCH: `${prefix}*` })) {
      if (keys.length > 0) await client.unlink(keys);
    }
    client.destroy();
  });
});

describe("responder keys on a store that is not there", () => {
  it("says what the store says, and nothing of a password in its address", async () => {
    const address = "postgres://someone:a-password@127.0.0.1:1/none";
    const failure = responder("keys", "list", "--store", address).catch((error: unknown) => String(error));
    expect(await failure).toMatch(/The store cannot be used: .*ECONNREFUSED/);
    expect(await failure).not.toContain("a-password");
  });
});
