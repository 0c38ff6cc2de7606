import type { Dialect } from "kysely";
import { HTTPError } from "../http/errors.ts";
import type { Store } from "../stores/contracts/index.ts";
import { type Flags, UsageError } from "./terminal.ts";

/** A store that a command has opened, and how it is closed again, with the connection below it. */
export interface OpenedStore {
  readonly store: Store;
  close(): Promise<void>;
}

/** Opens what `--store` names; `prefix` is what its tables or keys begin with, where it is not the default. */
export type OpenStore = (target: string, prefix?: string) => Promise<OpenedStore>;

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
  { store: target = "", "store-prefix": prefix }: Flags,
  open: OpenStore,
  use: (store: Store) => Promise<Result>,
): Promise<Result> {
  const { store, close } = await open(target, prefix);
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
export const openStore: OpenStore = (target, prefix) =>
  OPENERS[kindOf(target)](target, prefix === undefined ? {} : { prefix });

type Opener = (target: string, options: { readonly prefix?: string }) => Promise<OpenedStore>;

const OPENERS: Readonly<Record<Kind, Opener>> = {
  sqlite: async (path, options) => {
    const { sqlite } = await import("../stores/sqlite/index.ts");
    const store = sqlite(path, options);
    return { store, close: () => store.close() };
  },
  postgres: async (url, options) => {
    const [{ PostgresDialect }, { Pool }] = await Promise.all([import("kysely"), import("pg")]);
    return overSQL(new PostgresDialect({ pool: new Pool({ connectionString: url }) }), options);
  },
  mysql: async (url, options) => {
    const [{ MysqlDialect }, { createPool }] = await Promise.all([import("kysely"), import("mysql2")]);
    return overSQL(new MysqlDialect({ pool: createPool(url) }), options);
  },
  redis: async (url, options) => {
    const [{ redis }, { createClient }] = await Promise.all([
      import("../stores/redis/index.ts"),
      import("redis"),
    ]);
    const client = createClient({ url });
    await client.connect();
    return { store: redis(client, options), close: () => client.close() };
  },
};

async function overSQL(dialect: Dialect, options: { readonly prefix?: string }): Promise<OpenedStore> {
  const [{ Kysely }, { sql }] = await Promise.all([import("kysely"), import("../stores/sql/index.ts")]);
  const db = new Kysely<object>({ dialect });
  return { store: sql(db, options), close: () => db.destroy() };
}
