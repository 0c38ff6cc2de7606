import { Kysely, MysqlDialect, PostgresDialect } from "kysely";
import mysql from "mysql2";
import pg from "pg";
import { createClient } from "redis";
import { redis } from "responder-ts/stores/redis";
import { sql } from "responder-ts/stores/sql";
import { fillByStore, type Place, RUN } from "./places.ts";
import { KEY_ROWS, type RowKind, SESSION_ROWS } from "./rows.ts";

/** Where servers are looked for: under a variable, or where they stand on a machine for development. */
export const URLS = {
  postgresql: process.env["POSTGRES_URL"] ?? "postgres://postgres@127.0.0.1:5432/test",
  mariadb: process.env["MARIADB_URL"] ?? "mysql://root@127.0.0.1:3306/test",
  redis: process.env["REDIS_URL"] ?? "redis://127.0.0.1:6379",
} as const;
/** Milliseconds. */
const PATIENCE = 2000;
/** What both drivers open by default. The store and the bare driver share them. */
const CONNECTIONS = 10;
const ROWS_AT_ONCE = 5000;
let opened = 0;

export async function openPostgreSQL(): Promise<Place> {
  const pool = new pg.Pool({
    connectionString: URLS.postgresql,
    max: CONNECTIONS,
    connectionTimeoutMillis: PATIENCE,
  });
  pool.on("error", () => undefined);
  const schema = `${RUN}_${opened++}`;
  const db = new Kysely<unknown>({ dialect: new PostgresDialect({ pool }) });
  try {
    await pool.query(`create schema ${schema}`);
  } catch (error) {
    await db.destroy();
    throw error;
  }
  const store = sql(db, { schema });
  await store.migrate();
  const table = (name: string) => `${schema}.responder_${name}`;
  return {
    name: "postgresql",
    store,
    bare: {
      find: async (name, id) =>
        (await pool.query(`select * from ${table(name)} where id = $1`, [id])).rows[0],
      write: async (id) => {
        const given = [Date.now(), id];
        const { rowCount } = await pool.query(
          `update ${table("api_keys")} set last_used_at = $1 where id = $2`,
          given,
        );
        return rowCount === 1;
      },
      reads: "`select` by `pg`'s pool",
      writes: "`update` by `pg`'s pool",
    },
    isRemote: true,
    fill: async (count) => {
      for (const kind of [KEY_ROWS, SESSION_ROWS]) {
        for (let start = 0; start < count; start += ROWS_AT_ONCE) {
          const rows = recordsOf(kind, start, Math.min(start + ROWS_AT_ONCE, count));
          const into = `insert into ${table(kind.table)} (${kind.columns.join(", ")})`;
          const from = `select ${kind.columns.join(", ")} from jsonb_populate_recordset(null::${table(kind.table)}, $1)`;
          await pool.query(`${into} ${from}`, [JSON.stringify(rows)]);
        }
        await pool.query(`vacuum analyze ${table(kind.table)}`);
      }
    },
    close: async () => {
      await store.close();
      await pool.query(`drop schema ${schema} cascade`);
      await db.destroy();
    },
  };
}

/** Rows as objects, JSON columns as what they hold. */
function recordsOf({ columns, row }: RowKind, start: number, end: number): unknown[] {
  return Array.from({ length: end - start }, (_, at) =>
    Object.fromEntries(
      row(start + at).map((value, column) => {
        const name = columns[column] as string;
        return [name, name === "data" ? JSON.parse(String(value)) : value];
      }),
    ),
  );
}

export async function openMariaDB(): Promise<Place> {
  const database = `${RUN}_${opened++}`;
  const connectTimeout = PATIENCE;
  const server = mysql.createPool({ uri: URLS.mariadb, connectionLimit: 1, connectTimeout });
  try {
    await server.promise().query(`create database ${database}`);
  } catch (error) {
    server.end();
    throw error;
  }
  const url = new URL(URLS.mariadb);
  url.pathname = database;
  const pool = mysql.createPool({ uri: url.href, connectionLimit: CONNECTIONS, connectTimeout });
  const db = new Kysely<unknown>({ dialect: new MysqlDialect({ pool }) });
  const store = sql(db);
  await store.migrate();
  const bare = pool.promise();
  return {
    name: "mariadb",
    store,
    bare: {
      find: async (table, id) => {
        const [rows] = await bare.query<mysql.RowDataPacket[]>(
          `select * from responder_${table} where id = ?`,
          [id],
        );
        return rows[0];
      },
      write: async (id) => {
        const statement = "update responder_api_keys set last_used_at = ? where id = ?";
        const [{ affectedRows }] = await bare.query<mysql.ResultSetHeader>(statement, [Date.now(), id]);
        return affectedRows === 1;
      },
      reads: "`select` by `mysql2`'s pool",
      writes: "`update` by `mysql2`'s pool",
    },
    isRemote: true,
    fill: (count) => fillByStore(store, count),
    close: async () => {
      await store.close();
      await db.destroy();
      await server.promise().query(`drop database ${database}`);
      await server.promise().end();
    },
  };
}

export async function openRedis(): Promise<Place> {
  const client = createClient({
    url: URLS.redis,
    socket: { connectTimeout: PATIENCE, reconnectStrategy: false },
  });
  client.on("error", () => undefined);
  await client.connect();
  const prefix = `${RUN}_${opened++}`;
  const store = redis(client, { prefix });
  const kinds = { api_keys: "key", sessions: "session", revocations: "revoked" } as const;
  return {
    name: "redis",
    store,
    bare: {
      find: async (table, id) => {
        const key = `${prefix}:${kinds[table]}:${id}`;
        if (table === "revocations") return client.get(key);
        const fields = await client.hGetAll(key);
        return Object.keys(fields).length > 0 ? fields : undefined;
      },
      write: async (id) => {
        const added = await client.hSet(`${prefix}:key:${id}`, "lastUsedAt", String(Date.now()));
        return added >= 0;
      },
      reads: "`hGetAll` or `get` by `redis`",
      writes: "`hSet` by `redis`",
    },
    isRemote: true,
    fill: (count) => fillByStore(store, count),
    close: async () => {
      await store.close();
      for await (const keys of client.scanIterator({ MATCH: `${prefix}:*`, COUNT: 1000 })) {
        if (keys.length > 0) await client.unlink(keys);
      }
      await client.close();
    },
  };
}
