import { Socket } from "node:net";
import type { Store } from "responder-ts/stores";
import { sqlite } from "responder-ts/stores/sqlite";

/**
 * Where sessions, tokens and keys are kept, and throttles count: in Redis where there is a `REDIS_URL`, in PostgreSQL or
 * MariaDB where there is a `DATABASE_URL`, else in one SQLite file. Processes that share it share who is signed in.
 */
export async function openStore(path: string): Promise<Store> {
  const { REDIS_URL, DATABASE_URL } = process.env;
  if (REDIS_URL) return openRedis(REDIS_URL);
  return DATABASE_URL ? openDatabase(DATABASE_URL) : sqlite(path);
}

async function openRedis(url: string): Promise<Store> {
  const [{ createClient }, { redis }] = await Promise.all([
    import("redis"),
    import("responder-ts/stores/redis"),
  ]);
  const client = createClient({ url });
  client.on("error", (error: Error) => console.error("Redis:", error.message));
  await client.connect();
  return { ...redis(client, { prefix: "marginalia" }), close: () => client.close() };
}

async function openDatabase(url: string): Promise<Store> {
  const [{ Kysely }, { sql }] = await Promise.all([import("kysely"), import("responder-ts/stores/sql")]);
  const db = new Kysely<object>({ dialect: await dialectOf(url) });
  const store = sql(db, { prefix: "marginalia_" });
  await store.migrate();
  return { ...store, close: () => db.destroy() };
}

async function dialectOf(url: string) {
  const { MysqlDialect, PostgresDialect } = await import("kysely");
  if (/^postgres(ql)?:/.test(url)) {
    const { Pool } = await import("pg");
    const pool = new Pool({ connectionString: url, connectionTimeoutMillis: 2_000, stream: attentive });
    // Without these a lost connection ends the process: an idle one, and one between two queries.
    const say = (error: Error) => console.error("PostgreSQL:", error.message);
    pool.on("error", say);
    pool.on("connect", (client) => client.on("error", say));
    return new PostgresDialect({ pool });
  }
  const { createPool } = await import("mysql2");
  const stream = ({ config }: { config: { host: string; port: number } }) =>
    attentive().connect(config.port, config.host);
  return new MysqlDialect({ pool: createPool({ uri: url, connectTimeout: 2_000, stream }) });
}

/** A connection that closes itself where the database says nothing for so long; the next request makes a new one. */
function attentive(): Socket {
  const socket = new Socket();
  return socket.setTimeout(5_000, () => socket.destroy(new Error("The database is silent")));
}
