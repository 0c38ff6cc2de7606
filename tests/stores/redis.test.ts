import { randomUUID } from "node:crypto";
import { createClient } from "redis";
import { afterAll, beforeAll, describe, it } from "vitest";
import { redis } from "../../src/stores/redis/index.ts";
import { storeContract } from "../../src/testing/index.ts";
import { service } from "./services.ts";

const server = await service("redis");
const prefix = `responder-test-${randomUUID()}`;

server.describe("redis()", () => {
  const client = createClient({ url: server.url });
  client.on("error", () => undefined);
  const store = redis(client, { prefix });

  beforeAll(async () => {
    await client.connect();
  });

  afterAll(async () => {
    for await (const keys of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) {
      if (keys.length > 0) await client.unlink(keys);
    }
    await client.close();
  });

  describe("keeps the contract", () => {
    for (const { name, run } of storeContract(() => store)) it(name, run);
  });
});
