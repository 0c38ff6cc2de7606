import {
  type Kysely,
  MysqlAdapter,
  PostgresAdapter,
  type RawBuilder,
  sql as raw,
  SqliteAdapter,
} from "kysely";
import { dataWritten, keyWritten, patchWritten } from "./data.ts";
import { isMySQLFault, isPostgreSQLFault, isSQLiteFault } from "./faults.ts";

/** What a failure of a database means. */
export type Fault = "missing" | "duplicate" | "transient";

/** What differs between the databases. */
export interface SQLDialect {
  readonly name: "PostgreSQL" | "MySQL" | "SQLite";
  /** Whether a failure is of a kind. "transient" are those that undid everything and may go well next time. */
  isFault(fault: Fault, error: unknown): boolean;
  /** JSON text as a value of the column of a session's data. */
  json(value: string): RawBuilder<string>;
  /** The column of a session's data without some keys, and with others. */
  patched(set: Readonly<Record<string, string>>, deleted: readonly string[]): RawBuilder<string>;
  /** A number where the statement says nothing of its type. */
  number(value: number): RawBuilder<number>;
}

const plainNumber = (value: number) => raw<number>`${value}`;
const plainJSON = (value: string) => raw<string>`${value}`;

const POSTGRESQL: SQLDialect = {
  name: "PostgreSQL",
  isFault: isPostgreSQLFault,
  // First as text: some drivers would take a jsonb parameter for something to write as JSON once more.
  json: (value) => raw`cast(cast(${value} as text) as jsonb)`,
  patched: (set, deleted) => {
    const kept =
      deleted.length === 0
        ? raw`${raw.ref("data")}`
        : raw`(${raw.ref("data")} - array(select jsonb_array_elements_text(${POSTGRESQL.json(JSON.stringify(deleted.map(keyWritten)))})))`;
    return raw`${kept} || ${POSTGRESQL.json(dataWritten(set))}`;
  },
  number: (value) => raw`cast(${value} as bigint)`,
};

const MYSQL: SQLDialect = {
  name: "MySQL",
  isFault: isMySQLFault,
  json: plainJSON,
  patched: (set, deleted) => raw`json_merge_patch(${raw.ref("data")}, ${patchWritten(set, deleted)})`,
  number: plainNumber,
};

const SQLITE: SQLDialect = {
  name: "SQLite",
  isFault: isSQLiteFault,
  json: plainJSON,
  patched: (set, deleted) => raw`json_patch(${raw.ref("data")}, ${patchWritten(set, deleted)})`,
  number: plainNumber,
};

/** @throws TypeError for an instance of another database, or of another copy of Kysely */
export function dialectOf<Database>(db: Kysely<Database>): SQLDialect {
  const adapter: unknown = db?.getExecutor?.().adapter;
  if (adapter instanceof PostgresAdapter) return POSTGRESQL;
  if (adapter instanceof MysqlAdapter) return MYSQL;
  if (adapter instanceof SqliteAdapter) return SQLITE;
  throw new TypeError(
    "sql() takes an instance of Kysely for PostgreSQL, MySQL, MariaDB or SQLite. If it is one, there are two copies of " +
      "kysely: `npm ls kysely` shows them, `npm dedupe` makes one of them",
  );
}
