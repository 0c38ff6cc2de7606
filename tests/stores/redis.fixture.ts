import { randomUUID } from "node:crypto";
import { createClient } from "redis";
import type { StoredAPIKey } from "../../src/stores/index.ts";
import { type RedisClient, redis } from "../../src/stores/redis/index.ts";
import type { Service } from "./services.ts";

/** A store under a prefix of its own, its client, and how to leave nothing behind. */
export async function openRedis({ url }: Service) {
  const prefix = `responder-test-${randomUUID()}`;
  const client = createClient({ url });
  client.on("error", () => undefined);
  await client.connect();
  const keys = async () => {
    const found: string[] = [];
    for await (const some of client.scanIterator({ MATCH: `${prefix}:*`, COUNT: 1_000 })) found.push(...some);
    return [...new Set(found)];
  };
  const close = async () => {
    const left = await keys();
    if (left.length > 0) await client.unlink(left);
    await client.close();
  };
  return { prefix, client, store: redis(client, { prefix }), keys, close };
}

/** A client whose process dies after some commands: the next one is not sent any more. */
export function dyingAfter(client: RedisClient, commands: number): RedisClient {
  let left = commands;
  const alive = <Given extends unknown[]>(send: (...given: Given) => Promise<unknown>) => {
    return async (...given: Given) => {
      if (left-- <= 0) throw new Error("The process has died");
      try {
        return await send(...given);
      } catch (error) {
        // A script that the server does not know has not run: it is sent whole next.
        if (error instanceof Error && error.message.startsWith("NOSCRIPT")) left++;
        throw error;
      }
    };
  };
  return {
    eval: alive((text: string, options) => client.eval(text, options)),
    evalSha: alive((sha1: string, options) => client.evalSha(sha1, options)),
  };
}

export function newKey(owner: string, given: Partial<StoredAPIKey> = {}): StoredAPIKey {
  const id = randomUUID();
  const ends = { expiresAt: null, revokedAt: null, lastUsedAt: null, successorId: null };
  return { id, digest: id, owner, name: "a key", scopes: ["read"], createdAt: Date.now(), ...ends, ...given };
}
