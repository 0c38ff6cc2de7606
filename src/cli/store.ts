import { HTTPError } from "../http/errors.ts";
import type { Store } from "../stores/contracts/index.ts";
import { UsageError } from "./terminal.ts";

/** A store that a command has opened, and how it is closed again, with the connection below it. */
export interface OpenedStore {
  readonly store: Store;
  close(): Promise<void>;
}

/** Opens what `--store` names. */
export type OpenStore = (target: string) => Promise<OpenedStore>;

type Kind = "sqlite" | "postgres" | "mysql" | "redis";

const SCHEMES: Readonly<Record<string, Kind>> = {
  "postgres:": "postgres",
  "postgresql:": "postgres",
  "mysql:": "mysql",
  "redis:": "redis",
  "rediss:": "redis",
};

/**
 * What kind of store `--store` names: a file of SQLite, or the address of a server.
 *
 * @throws UsageError for none, and for an address of another kind. It does not repeat the address: a password may be in it.
 */
export function kindOf(target: string | undefined): Kind {
  if (target === undefined || target === "") {
    throw new UsageError(
      "--store is missing: a file of SQLite, or an address postgres://, mysql:// or redis://",
    );
  }
  const [, scheme] = /^([a-z][a-z0-9+.-]*:)\/\//i.exec(target) ?? [];
  if (scheme === undefined) return "sqlite";
  const kind = SCHEMES[scheme.toLowerCase()];
  if (kind === undefined) {
    throw new UsageError(`--store knows no ${scheme}// address: it is postgres://, mysql:// or redis://`);
  }
  return kind;
}

/**
 * Uses a store and closes it again, whatever comes of it.
 *
 * @throws Error that says of a store that fails what it says itself
 */
export async function withStore<Result>(
  target: string,
  open: OpenStore,
  use: (store: Store) => Promise<Result>,
): Promise<Result> {
  const { store, close } = await open(target);
  try {
    return await use(store);
  } catch (error) {
    throw error instanceof HTTPError && error.code === "store_unavailable" ? plain(error) : error;
  } finally {
    await close();
  }
}

/** A service tells its clients nothing of its store; whoever stands at the terminal should know. */
function plain({ cause }: HTTPError): Error {
  const { message, code } = (cause ?? {}) as { message?: string; code?: string };
  return new Error(`The store cannot be used: ${message || code || "no reason is known"}`, { cause });
}

/** @throws Error where a driver is not installed, or the store cannot be reached */
export const openStore: OpenStore = (target) => OPENERS[kindOf(target)](target);

const OPENERS: Readonly<Record<Kind, OpenStore>> = {
  sqlite: async (path) => {
    const { sqlite } = await part<{ sqlite(path: string): Store }>("sqlite");
    const store = sqlite(path);
    return { store, close: () => store.close() };
  },
  postgres: async (url) => {
    const [{ Kysely, PostgresDialect }, { Pool }] = await Promise.all([import("kysely"), import("pg")]);
    return overSQL(
      new Kysely({ dialect: new PostgresDialect({ pool: new Pool({ connectionString: url }) }) }),
    );
  },
  mysql: async (url) => {
    const [{ Kysely, MysqlDialect }, { createPool }] = await Promise.all([
      import("kysely"),
      import("mysql2"),
    ]);
    return overSQL(new Kysely({ dialect: new MysqlDialect({ pool: createPool(url) }) }));
  },
  redis: async (url) => {
    const [{ redis }, { createClient }] = await Promise.all([
      part<{ redis(client: object): Store }>("redis"),
      import("redis"),
    ]);
    const client = createClient({ url });
    await client.connect();
    const store = redis(client);
    return {
      store,
      close: async () => {
        await store.close();
        await client.close();
      },
    };
  },
};

async function overSQL(kysely: { destroy(): Promise<void> }): Promise<OpenedStore> {
  const { sql } = await part<{ sql(kysely: object): Store }>("sql");
  const store = sql(kysely);
  return {
    store,
    close: async () => {
      await store.close();
      await kysely.destroy();
    },
  };
}

/** Loaded by name, so that a command brings in the one driver that it needs. */
async function part<Module>(name: string): Promise<Module> {
  return (await import(`../stores/${name}/index.ts`)) as Module;
}
