import { DatabaseSync } from "node:sqlite";
import { Kysely, MysqlDialect, PostgresDialect, sql as raw } from "kysely";
import mysql from "mysql2";
import pg from "pg";
import type { Store } from "../../src/stores/index.ts";
import { sql } from "../../src/stores/sql/index.ts";
import { sqlite } from "../../src/stores/sqlite/index.ts";

/** What a test opens a store with, in this process or in another one. */
export interface Target {
  readonly kind: "sqlite" | "postgresql" | "mariadb";
  /** A path, or a URL. */
  readonly at: string;
  /** The schema in PostgreSQL. */
  readonly schema: string;
}

/** A store and what it stands on. */
export interface Opened {
  readonly store: Store;
  /** The instance that `sql()` was given; none of SQLite's. */
  readonly db: Kysely<unknown> | undefined;
  /** Rows by another connection than the store's. */
  query(statement: string): Promise<readonly Record<string, unknown>[]>;
  close(): Promise<void>;
}

/** Opens a store, with connections of its own. */
export function open({ kind, at, schema }: Target, connections = 10): Opened {
  if (kind === "sqlite") {
    const store = sqlite(at);
    const query = async (statement: string) => {
      const database = new DatabaseSync(at, { timeout: 2_000 });
      try {
        return database.prepare(statement).all();
      } finally {
        database.close();
      }
    };
    return { store, db: undefined, query, close: () => store.close() };
  }
  const dialect =
    kind === "postgresql"
      ? new PostgresDialect({ pool: new pg.Pool({ connectionString: at, max: connections }) })
      : new MysqlDialect({ pool: mysql.createPool({ uri: at, connectionLimit: connections }) });
  const db = new Kysely<unknown>({ dialect });
  const store = sql(db, kind === "postgresql" ? { schema } : {});
  return {
    store,
    db,
    query: async (statement) => {
      // The tables are in a schema that is not on the search path.
      const named =
        kind === "postgresql" ? statement.replaceAll("responder_", `${schema}.responder_`) : statement;
      return (await raw<Record<string, unknown>>`${raw.raw(named)}`.execute(db)).rows;
    },
    close: async () => {
      await store.close();
      await db.destroy();
    },
  };
}
