import { CamelCasePlugin, Kysely, MysqlDialect, ParseJSONResultsPlugin, PostgresDialect } from "kysely";
import mysql from "mysql2";
import pg from "pg";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Store } from "../../src/stores/index.ts";
import { sql } from "../../src/stores/sql/index.ts";
import { storeContract } from "../../src/testing/index.ts";
import { MARIADB, POSTGRESQL } from "./databases.ts";
import { newAttempt, newKey, newSession } from "./records.ts";
import { open } from "./targets.ts";

/** Where two do something at once, and whatever depends on how rows are counted and read. */
const PARTS = ["sessions", "refreshTokens", "revocations", "throttles"] as const;

/** MariaDB with settings of a session's own, which a pool's connections get first of all. */
function mariadb(at: string, settings: string, more: mysql.PoolOptions = {}): Kysely<unknown> {
  const pool = mysql.createPool({ uri: at, connectionLimit: 10, ...more });
  if (settings !== "")
    pool.on("connection", (connection) => void connection.query(`set session ${settings}`));
  return new Kysely({ dialect: new MysqlDialect({ pool }) });
}

function postgresql(at: string, more: pg.PoolConfig, plugins: "plugins" | "" = ""): Kysely<unknown> {
  const pool = new pg.Pool({ connectionString: at, max: 10, ...more });
  return new Kysely({
    dialect: new PostgresDialect({ pool }),
    plugins: plugins ? [new CamelCasePlugin(), new ParseJSONResultsPlugin()] : [],
  });
}

/** Runs the contract on an instance with settings. */
function heldTo(name: string, make: () => Promise<{ db: Kysely<unknown>; store: Store }>): void {
  describe(`keeps the contract ${name}`, () => {
    let made: { db: Kysely<unknown>; store: Store };

    beforeAll(async () => {
      made = await make();
      await made.store.migrate();
    });

    afterAll(async () => {
      await made.store.close();
      await made.db.destroy();
    });

    for (const { name: title, run } of storeContract(() => made.store, PARTS)) it.concurrent(title, run);
  });
}

POSTGRESQL.describe("A store on PostgreSQL", () => {
  afterAll(() => POSTGRESQL.remove());

  for (const level of ["serializable", "repeatable read"]) {
    heldTo(`where transactions are ${level}`, async () => {
      const { at, schema } = await POSTGRESQL.make();
      const options = `-c default_transaction_isolation=${level.replace(" ", "\\ ")}`;
      const db = postgresql(at, { options });
      return { db, store: sql(db, { schema }) };
    });
  }

  heldTo("with plugins that rename columns and parse values, and a prefix", async () => {
    const { at, schema } = await POSTGRESQL.make();
    const db = postgresql(at, { options: `-c search_path=${schema}` }, "plugins");
    return { db, store: sql(db, { prefix: "Auth_" }) };
  });

  it("whose schema is missing makes no tables, and says what is missing", async () => {
    const { at } = await POSTGRESQL.make();
    const { store, close } = open({ kind: "postgresql", at, schema: "responder_none" });
    await expect(store.migrate()).rejects.toThrow(/schema "responder_none" does not exist/);
    await close();
  });
});

MARIADB.describe("A store on MariaDB", () => {
  afterAll(() => MARIADB.remove());

  heldTo("where transactions are read committed", async () => {
    const { at } = await MARIADB.make();
    const db = mariadb(at, "transaction isolation level read committed");
    return { db, store: sql(db) };
  });

  heldTo("where transactions are serializable", async () => {
    const { at } = await MARIADB.make();
    const db = mariadb(at, "transaction isolation level serializable");
    return { db, store: sql(db) };
  });

  heldTo("with a driver that counts only rows that have changed", async () => {
    const { at } = await MARIADB.make();
    const db = mariadb(at, "", { flags: ["-FOUND_ROWS"], supportBigNumbers: true, bigNumberStrings: true });
    return { db, store: sql(db) };
  });

  heldTo("with tables in another database than the connection's own", async () => {
    const { schema } = await MARIADB.make();
    const { at } = await MARIADB.make();
    const db = mariadb(at, "");
    return { db, store: sql(db, { schema }) };
  });

  it.each([
    ["what is too long would be cut off", "sql_mode = ''", /STRICT_TRANS_TABLES/],
    [
      "quoted values would not be safe",
      "sql_mode = 'STRICT_ALL_TABLES,NO_BACKSLASH_ESCAPES'",
      /NO_BACKSLASH_ESCAPES/,
    ],
  ])("is refused where %s", async (_why, settings, message) => {
    const { at } = await MARIADB.make();
    const db = mariadb(at, settings);
    const store = sql(db);
    await expect(store.migrate()).rejects.toThrow(message);
    await expect(store.sessions.read("x")).rejects.toThrow(message);
    await expect(store.sessions.read("x")).rejects.toThrow(message);
    await db.destroy();
  });
});

describe("Tables that are missing", () => {
  for (const database of [POSTGRESQL, MARIADB]) {
    database.describe(`on ${database.name}`, () => {
      afterAll(() => database.remove());

      it("are an error that says what to do, until they are made", async () => {
        const { store, close } = open(await database.make());
        const asked = [
          () => store.sessions.read("x"),
          () => store.sessions.create(newSession("x")),
          () => store.apiKeys.rotate("x", newKey("y"), 1),
          () => store.revocations.isRevoked({ id: "x", issuedAt: 1 }),
          () => store.refreshTokens.claim("x", "x", newAttempt("y")),
          () => store.throttles.read("x"),
          () => store.sweep(),
        ];
        for (const ask of asked) {
          await expect(ask()).rejects.toThrow(/await store\.migrate\(\).*responder migrate/);
        }
        await store.migrate();
        expect(await store.sessions.read("x")).toBeNull();
        await close();
      });
    });
  }
});
