import { DatabaseSync } from "node:sqlite";
import {
  DummyDriver,
  Kysely,
  MssqlAdapter,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type SqliteAdapter,
  SqliteDialect,
} from "kysely";
import { afterAll, describe, expect, it } from "vitest";
import { storeContract } from "../../testing/store-contract/index.ts";
import { sql } from "./index.ts";

function instanceOf(adapter: PostgresAdapter | MssqlAdapter | SqliteAdapter): Kysely<unknown> {
  return new Kysely({
    dialect: {
      createAdapter: () => adapter,
      createDriver: () => new DummyDriver(),
      createIntrospector: (db) => new PostgresIntrospector(db),
      createQueryCompiler: () => new PostgresQueryCompiler(),
    },
  });
}

/** A driver of somebody else's, with the interface of better-sqlite3. */
function ownSQLite(): Kysely<unknown> {
  const database = new DatabaseSync(":memory:");
  return new Kysely({
    dialect: new SqliteDialect({
      database: {
        close: () => database.close(),
        prepare: (text) => {
          const statement = database.prepare(text);
          return {
            reader: statement.columns().length > 0,
            all: (parameters) => statement.all(...(parameters as string[])),
            run: (parameters) => statement.run(...(parameters as string[])),
            iterate: (parameters) => statement.iterate(...(parameters as string[])),
          };
        },
      },
    }),
  });
}

describe("sql()", () => {
  it("refuses an instance of a database that it does not know, and says which it knows", () => {
    expect(() => sql(instanceOf(new MssqlAdapter()))).toThrow(/PostgreSQL, MySQL, MariaDB or SQLite/);
  });

  it.each([undefined, null, {}, "postgres://localhost"])(
    "refuses %j in the place of an instance",
    (given) => {
      expect(() => sql(given as unknown as Kysely<unknown>)).toThrow(/takes an instance of Kysely/);
    },
  );

  it("refuses an option that is misspelt", () => {
    const options = { prefx: "a_" } as object;
    expect(() => sql(instanceOf(new PostgresAdapter()), options)).toThrow('Did you mean "prefix"?');
  });

  it.each(['a"b', "a.b", "a-b", "1a", " ", "a;drop", "ü", "x".repeat(31), "a`"])(
    "refuses the prefix %j, that would not be a plain name",
    (prefix) => {
      expect(() => sql(instanceOf(new PostgresAdapter()), { prefix })).toThrow(RangeError);
    },
  );

  it("leaves the instance open when the store is closed", async () => {
    const db = ownSQLite();
    const store = sql(db);
    await store.migrate();
    await store.close();
    expect(await store.sessions.read("x")).toBeNull();
    await db.destroy();
  });

  it("keeps stores with other prefixes apart, in one database", async () => {
    const db = ownSQLite();
    const [first, second] = [sql(db, { prefix: "a_" }), sql(db, { prefix: "" })];
    await first.migrate();
    await expect(second.revocations.revoke("x", Date.now() + 9_000)).rejects.toThrow(/migrate/);
    await second.migrate();
    await first.revocations.revoke("x", Date.now() + 9_000);
    expect(await second.revocations.isRevoked({ id: "x", issuedAt: 0 })).toBe(false);
    expect(await first.revocations.isRevoked({ id: "x", issuedAt: 0 })).toBe(true);
    await db.destroy();
  });

  it("makes no table anew when it migrates once more", async () => {
    const db = ownSQLite();
    const store = sql(db);
    await store.migrate();
    const tables = () => db.introspection.getTables().then((all) => all.map(({ name }) => name).sort());
    const before = await tables();
    await store.migrate();
    expect(await tables()).toEqual(before);
    expect(before).toEqual([
      "responder_api_keys",
      "responder_migrations",
      "responder_refresh_families",
      "responder_refresh_tokens",
      "responder_revocation_subjects",
      "responder_revocations",
      "responder_sessions",
      "responder_throttles",
    ]);
    await db.destroy();
  });
});

describe("sql() on somebody's own driver for SQLite", () => {
  const db = ownSQLite();
  const store = sql(db);

  afterAll(() => db.destroy());

  for (const { name, run } of storeContract(() => store)) {
    it(name, async () => {
      await store.migrate();
      await run();
    });
  }
});
