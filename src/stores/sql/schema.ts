import { type CreateTableBuilder, type Kysely, type RawBuilder, sql as raw } from "kysely";
import type { SQLDialect } from "./dialect.ts";
import type { TableNames, Tables } from "./tables.ts";

/** What the columns are made of. */
type ColumnKind = "key" | "text" | "long" | "json" | "instant" | "count";

/** The databases' types. Only MySQL needs a length for what stands in an index. */
const TYPES: Readonly<Record<SQLDialect["name"], Readonly<Record<ColumnKind, string>>>> = {
  PostgreSQL: {
    key: "text",
    text: "text",
    long: "text",
    json: "jsonb",
    instant: "bigint",
    count: "bigint",
  },
  MySQL: {
    key: "varchar(512)",
    text: "text",
    long: "mediumtext",
    json: "json",
    instant: "bigint",
    count: "bigint",
  },
  SQLite: {
    key: "text",
    text: "text",
    long: "text",
    json: "text",
    instant: "integer",
    count: "integer",
  },
};

/** A table: its columns, "?" after the kind of those that may be null, and the columns that each index has. */
interface TableShape {
  readonly table: keyof Tables;
  readonly key: string;
  readonly columns: Readonly<Record<string, ColumnKind | `${ColumnKind}?`>>;
  readonly indexes: readonly (readonly string[])[];
  /** Whether rows change their key. MySQL then gets a number to keep them in their place, and no search misses one. */
  readonly moves?: boolean;
}

const FIRST: readonly TableShape[] = [
  {
    table: "sessions",
    key: "id",
    columns: {
      id: "key",
      user_id: "key?",
      data: "json",
      created_at: "instant",
      seen_at: "instant",
      expires_at: "instant",
      address: "text?",
      user_agent: "text?",
      revision: "count",
    },
    indexes: [["user_id"], ["expires_at"]],
    moves: true,
  },
  {
    table: "api_keys",
    key: "id",
    columns: {
      id: "key",
      digest: "text",
      owner: "key",
      name: "text",
      scopes: "text",
      created_at: "instant",
      expires_at: "instant?",
      revoked_at: "instant?",
      last_used_at: "instant?",
      successor_id: "key?",
    },
    indexes: [["owner", "created_at"]],
  },
  {
    table: "refresh_families",
    key: "id",
    columns: {
      id: "key",
      subject: "key",
      claims: "long",
      created_at: "instant",
      expires_at: "instant",
      revoked_at: "instant?",
    },
    indexes: [["subject"], ["expires_at"]],
  },
  {
    table: "refresh_tokens",
    key: "digest",
    columns: {
      digest: "key",
      family_id: "key",
      expires_at: "instant",
      family_expires_at: "instant",
      claimed_at: "instant?",
      claim_sender: "text?",
      claim_salt: "text?",
    },
    indexes: [["family_id"], ["family_expires_at"]],
  },
  {
    table: "revocations",
    key: "id",
    columns: { id: "key", expires_at: "instant" },
    indexes: [["expires_at"]],
  },
  {
    table: "revocation_subjects",
    key: "subject",
    columns: { subject: "key", revoked_before: "instant", expires_at: "instant" },
    indexes: [["expires_at"]],
  },
  {
    table: "throttles",
    key: "id",
    columns: {
      id: "key",
      failures: "count",
      blocked_until: "instant",
      expires_at: "instant",
      revision: "count",
    },
    indexes: [["expires_at"]],
  },
];

/** What a migration may use. */
export interface MigrationContext {
  readonly db: Kysely<Tables>;
  readonly tables: TableNames;
  readonly dialect: SQLDialect;
  /** MySQL's and MariaDB's collation that compares byte by byte, trailing spaces among them. */
  readonly collation: string;
}

/**
 * The versions of the tables, the first one at index 0. Each must bear to be run again where it was interrupted, because
 * MySQL takes no table back; and programs of the version before must go on working with its tables.
 */
export const MIGRATIONS: readonly ((context: MigrationContext) => Promise<void>)[] = [
  async (context) => {
    for (const shape of FIRST) await createTable(context, shape);
  },
];

async function createTable(context: MigrationContext, shape: TableShape): Promise<void> {
  const { db, tables, dialect } = context;
  const table = tables[shape.table];
  const types = TYPES[dialect.name];
  const numbered = dialect.name === "MySQL" && shape.moves === true;
  let builder: CreateTableBuilder<string, string> = db.schema.createTable(table).ifNotExists();
  if (numbered) {
    builder = builder.addColumn("number", "bigint", (column) => column.autoIncrement().primaryKey());
  }
  for (const [name, kind] of Object.entries(shape.columns)) {
    const isOptional = kind.endsWith("?");
    const type = raw.raw(types[kind.replace("?", "") as ColumnKind]);
    builder = builder.addColumn(name, type as RawBuilder<unknown>, (column) => {
      const keyed = name === shape.key && !numbered ? column.primaryKey() : column;
      return isOptional ? keyed : keyed.notNull();
    });
  }
  if (numbered) builder = builder.addUniqueConstraint(`${table}_${shape.key}`, [shape.key]);
  if (dialect.name === "MySQL") {
    for (const columns of shape.indexes) builder = builder.addIndex(indexName(table, columns), [...columns]);
    const { collation } = context;
    await builder
      .modifyEnd(raw`engine = InnoDB character set utf8mb4 collate ${raw.raw(collation)}`)
      .execute();
    return;
  }
  // SQLite then keeps rows in the order of their key, so that finding one takes one search in place of two.
  await (dialect.name === "SQLite" ? builder.modifyEnd(raw`without rowid`) : builder).execute();
  for (const columns of shape.indexes) {
    await db.schema
      .createIndex(indexName(table, columns))
      .ifNotExists()
      .on(table)
      .columns([...columns])
      .execute();
  }
}

function indexName(table: string, columns: readonly string[]): string {
  return `${table}_${columns.join("_")}`;
}
