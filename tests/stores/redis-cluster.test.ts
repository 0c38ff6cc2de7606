import { createClient, createCluster } from "redis";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Store } from "../../src/stores/index.ts";
import { type RedisClient, redis } from "../../src/stores/redis/index.ts";
import { storeContract } from "../../src/testing/index.ts";
import { hasRedisServer, RedisServer } from "./redis-servers.ts";

/** How many slots a cluster has. */
const SLOTS = 16_384;

function clusterOf(servers: readonly RedisServer[]) {
  return createCluster({ rootNodes: servers.map(({ url }) => ({ url })) });
}

describe.skipIf(!hasRedisServer())("redis() on a cluster of three", () => {
  const servers: RedisServer[] = [];
  let cluster: ReturnType<typeof clusterOf>;
  let store: Store;
  /** How many keys each script was given. */
  const keyCounts = new Set<number>();

  beforeAll(async () => {
    for (let index = 0; index < 3; index++) {
      servers.push(await RedisServer.start("--cluster-enabled", "yes", "--appendfsync", "everysec"));
    }
    const nodes = await Promise.all(servers.map(({ url }) => createClient({ url }).connect()));
    for (const [index, node] of nodes.entries()) {
      const [start, end] = [index, index + 1].map((part) => Math.floor((SLOTS * part) / 3));
      await node.sendCommand(["CLUSTER", "ADDSLOTSRANGE", String(start), String((end ?? 0) - 1)]);
      await node.sendCommand(["CLUSTER", "MEET", "127.0.0.1", String(servers[0]?.port)]);
    }
    for (const node of nodes) {
      const isWhole = async () => {
        const info = String(await node.sendCommand(["CLUSTER", "INFO"]));
        expect(info).toContain("cluster_state:ok");
        expect(info).toContain("cluster_known_nodes:3");
      };
      await vi.waitFor(isWhole, { timeout: 30_000 });
      await node.close();
    }
    cluster = clusterOf(servers);
    cluster.on("error", () => undefined);
    await cluster.connect();
    const counting: RedisClient = {
      eval: (text, options) => cluster.eval(text, options),
      evalSha: (sha1, options) => {
        keyCounts.add(options.keys.length);
        return cluster.evalSha(sha1, options);
      },
    };
    store = redis(counting);
  });
  afterAll(async () => {
    await cluster?.close();
    await Promise.all(servers.map((server) => server.remove()));
  });

  // A script that touches a key of another node, or of a slot that it did not name, is refused by the servers.
  for (const { name, run } of storeContract(() => store)) it.concurrent(name, run);

  it("gives each script one key, and every node its share", async () => {
    expect([...keyCounts]).toEqual([1]);
    for (const { url } of servers) {
      const node = await createClient({ url }).connect();
      expect(await node.dbSize()).toBeGreaterThan(50);
      await node.close();
    }
  });
});
