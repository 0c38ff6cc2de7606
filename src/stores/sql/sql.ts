import type { Kysely } from "kysely";
import { checkOptions } from "../../options.ts";
import type { Store } from "../contracts/index.ts";
import { makeStore } from "./store.ts";
import { DEFAULT_PREFIX, type Tables } from "./tables.ts";

/** Where a store's tables are. */
export interface SQLOptions {
  /** What the tables' names begin with. Default `responder_`. */
  prefix?: string;
  /** The schema of the tables; it must exist. Default the connection's own: `search_path`, or the database. */
  schema?: string;
}

/**
 * A store in a database that the application already uses through Kysely: PostgreSQL with `pg`, MySQL or MariaDB with
 * `mysql2`, SQLite. Which of them it is, is asked of the instance. Its plugins do not touch the store's tables.
 *
 * The tables must be there: call `migrate()` at the start, or run `responder migrate` when you deploy. Rows that are over
 * are deleted in the background, in batches of 500, by whoever writes. `close()` leaves the instance open.
 *
 * @throws TypeError for an instance of another database, and for an unknown option
 * @throws RangeError for a prefix that is no plain name
 * @example
 * const store = sql(db, { prefix: "auth_" });
 * await store.migrate();
 */
export function sql<Database>(db: Kysely<Database>, options: SQLOptions = {}): Store {
  const { prefix = DEFAULT_PREFIX, schema } = checkOptions("sql()", options, ["prefix", "schema"]);
  // Its own tables are not in the type of the application's.
  const bare = db?.withoutPlugins?.() as unknown as Kysely<Tables>;
  return makeStore({
    owner: "sql()",
    db: schema === undefined ? bare : bare.withSchema(schema),
    prefix,
    migratesItself: false,
    close: async () => undefined,
  });
}
