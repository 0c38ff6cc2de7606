import { randomUUID } from "node:crypto";
import { createClient } from "redis";
import { describe } from "vitest";
import type { Store } from "../../src/stores/index.ts";
import { memory } from "../../src/stores/index.ts";
import { redis } from "../../src/stores/redis/index.ts";
import { DATABASES } from "./databases.ts";
import { service } from "./services.ts";
import { open } from "./targets.ts";

/** A store of one's own on a real service, empty at first. */
export interface StoreUnderTest {
  readonly store: Store;
  close(): Promise<void>;
}

/** One kind of store, for suites that hold on all of them. */
export interface StoreKind {
  readonly name: string;
  readonly describe: (name: string, suite: () => void) => void;
  /** Where its server is; undefined for one without. */
  readonly url: string | undefined;
  /** @param through changes the address of the server, to go another way */
  make(through?: (url: string) => string): Promise<StoreUnderTest>;
}

const server = await service("redis");

const REDIS: StoreKind = {
  name: "Redis",
  describe: server.describe,
  url: server.url,
  make: async (through = (url) => url) => {
    const client = createClient({ url: through(server.url), disableOfflineQueue: true });
    client.on("error", () => undefined);
    await client.connect();
    const prefix = `responder-test-${randomUUID()}`;
    return {
      store: redis(client, { prefix }),
      close: async () => {
        for await (const keys of client.scanIterator({ MATCH: `${prefix}*`, COUNT: 1_000 })) {
          if (keys.length > 0) await client.unlink(keys);
        }
        client.destroy();
      },
    };
  },
};

const SQL: readonly StoreKind[] = await Promise.all(
  DATABASES.map(async (database): Promise<StoreKind> => {
    const url =
      database.kind === "sqlite" ? undefined : (await service(database.kind as "postgresql" | "mariadb")).url;
    return {
      name: database.name,
      describe: database.describe,
      url,
      make: async (through = (at) => at) => {
        const target = await database.make();
        const at = database.kind === "sqlite" ? target.at : through(target.at);
        const { store, close } = open({ ...target, at });
        await store.migrate();
        return {
          store,
          close: async () => {
            await close();
            await database.remove();
          },
        };
      },
    };
  }),
);

const MEMORY: StoreKind = {
  name: "memory",
  describe,
  url: undefined,
  make: async () => ({ store: memory(), close: async () => undefined }),
};

export const STORES: readonly StoreKind[] = [MEMORY, ...SQL, REDIS];
