import { type Kysely, sql as raw } from "kysely";
import type { SQLDialect } from "./dialect.ts";
import { MIGRATIONS } from "./schema.ts";
import type { TableNames, Tables } from "./tables.ts";

/** Seconds that a process waits for another one that is at it. */
const LOCK_TIMEOUT = 60;

/**
 * Brings the tables up to date. Processes that start at once do it one after the other, each under a lock of the database's
 * own that goes with its holder. Where there is nothing to do it is one look, and takes no right to make tables.
 */
export async function migrate(db: Kysely<Tables>, tables: TableNames, dialect: SQLDialect): Promise<void> {
  if ((await versionOf(db, tables, dialect)) >= MIGRATIONS.length) return;
  const work = (locked: Kysely<Tables>) => bringUpToDate(locked, tables, dialect);
  if (dialect.name === "PostgreSQL") {
    await db.transaction().execute(async (transaction) => {
      await raw`select pg_advisory_xact_lock(hashtextextended(${tables.migrations}, 0))`.execute(transaction);
      await work(transaction);
    });
    return;
  }
  await db
    .connection()
    .execute((connection) =>
      dialect.name === "MySQL"
        ? underLock(connection, tables.migrations, work)
        : immediately(connection, work),
    );
}

/** The version of the tables that are there, 0 for none. */
async function versionOf(db: Kysely<Tables>, tables: TableNames, dialect: SQLDialect): Promise<number> {
  try {
    const { version } = await db
      .selectFrom(tables.migrations)
      .select((eb) => eb.fn.max("version").as("version"))
      .executeTakeFirstOrThrow();
    return Number(version ?? 0);
  } catch (error) {
    if (dialect.isFault("missing", error)) return 0;
    throw error;
  }
}

async function bringUpToDate(db: Kysely<Tables>, tables: TableNames, dialect: SQLDialect): Promise<void> {
  await db.schema
    .createTable(tables.migrations)
    .ifNotExists()
    .addColumn("version", "integer", (column) => column.primaryKey())
    .addColumn("applied_at", "bigint", (column) => column.notNull())
    .execute();
  const collation = dialect.name === "MySQL" ? await binaryCollation(db) : "";
  for (let version = await versionOf(db, tables, dialect); version < MIGRATIONS.length; version++) {
    await MIGRATIONS[version]?.({ db, tables, dialect, collation });
    const row = { version: version + 1, applied_at: Date.now() };
    await db.insertInto(tables.migrations).values(row).execute();
  }
}

/** Each of the two has one that does not pad with spaces, under a name that the other does not know. */
async function binaryCollation(db: Kysely<Tables>): Promise<string> {
  const { rows } = await raw<{ version: string }>`select version() as version`.execute(db);
  return /mariadb/i.test(rows[0]?.version ?? "") ? "utf8mb4_nopad_bin" : "utf8mb4_0900_bin";
}

/** SQLite's own `begin` waits with its lock for the first write, and fails then if another was quicker. */
async function immediately(db: Kysely<Tables>, work: (db: Kysely<Tables>) => Promise<void>): Promise<void> {
  await raw`begin immediate`.execute(db);
  try {
    await work(db);
    await raw`commit`.execute(db);
  } catch (error) {
    await raw`rollback`.execute(db);
    throw error;
  }
}

/** MySQL takes back no table, so that a transaction would be no lock. */
async function underLock(
  db: Kysely<Tables>,
  name: string,
  work: (db: Kysely<Tables>) => Promise<void>,
): Promise<void> {
  // Names of locks belong to the whole server, and have at most 64 characters.
  const lock = raw`sha1(concat(coalesce(database(), ''), '.', ${name}))`;
  const { rows } = await raw<{
    locked: unknown;
  }>`select get_lock(${lock}, ${LOCK_TIMEOUT}) as locked`.execute(db);
  if (Number(rows[0]?.locked) !== 1) {
    throw new Error(`migrate() waited ${LOCK_TIMEOUT} s for another process that is at it`);
  }
  try {
    await work(db);
  } finally {
    await raw`select release_lock(${lock})`.execute(db);
  }
}
