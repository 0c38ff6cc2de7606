import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, Socket } from "node:net";
import { Kysely, MysqlDialect, PostgresDialect } from "kysely";
import mysql from "mysql2";
import pg from "pg";
import { afterAll, afterEach, beforeEach, expect, it } from "vitest";
import { answered } from "../../src/stores/answered.ts";
import type { Store } from "../../src/stores/index.ts";
import { sql } from "../../src/stores/sql/index.ts";
import { MARIADB, POSTGRESQL } from "./databases.ts";
import { newSession } from "./records.ts";

/** The way to a database, that can be cut and blocked. */
class Way {
  readonly #target: URL;
  #server: Server | undefined;
  #sockets = new Set<Socket>();
  readonly #lost = new Set<Socket>();
  #isSilent = false;
  port = 0;

  constructor(target: string) {
    this.#target = new URL(target);
  }

  async open(): Promise<void> {
    this.#server = createServer((client) => {
      const { hostname, port } = this.#target;
      const database = connect({ host: hostname, port: Number(port) });
      for (const [from, to] of [
        [client, database],
        [database, client],
      ] as const) {
        this.#sockets.add(from);
        from.on("error", () => to.destroy()).on("close", () => to.destroy());
        from.on("data", (chunk) => {
          if (!this.#isSilent && !this.#lost.has(client)) to.write(chunk);
        });
      }
    }).listen(this.port, "127.0.0.1");
    await once(this.#server, "listening");
    this.port = (this.#server.address() as AddressInfo).port;
  }

  /** Whoever is connected is cut off, and nobody is let in. */
  async close(): Promise<void> {
    const closed = this.#server && once(this.#server, "close");
    this.#server?.close();
    this.cut();
    await closed;
  }

  cut(): void {
    for (const socket of this.#sockets) socket.destroy();
    this.#sockets.clear();
  }

  /** What is open falls silent for good, and new connections get through: as after a failover to another machine. */
  lose(): void {
    for (const socket of this.#sockets) this.#lost.add(socket);
  }

  /** Everything is swallowed, and nobody is told. */
  silence(isSilent: boolean): void {
    this.#isSilent = isSilent;
  }
}

/** As docs/stores.md says, but sooner. */
function endsWhenSilent(): Socket {
  const socket = new Socket();
  return socket.setTimeout(1_000, () => socket.destroy(new Error("The database is silent")));
}

for (const database of [POSTGRESQL, MARIADB]) {
  database.describe(`When ${database.name} is away`, () => {
    let way: Way;
    let db: Kysely<unknown>;
    let store: Store;

    beforeEach(async () => {
      const { at, schema } = await database.make();
      way = new Way(at);
      await way.open();
      const url = new URL(at);
      url.port = String(way.port);
      if (database.kind === "postgresql") {
        const pool = new pg.Pool({
          connectionString: url.href,
          max: 4,
          connectionTimeoutMillis: 1_000,
          stream: endsWhenSilent,
        });
        // Without listeners a connection that breaks ends the process, be it idle or in use.
        pool.on("error", () => undefined);
        pool.on("connect", (client) => void client.on("error", () => undefined));
        db = new Kysely({ dialect: new PostgresDialect({ pool }) });
        store = sql(db, { schema });
      } else {
        const stream = () => endsWhenSilent().connect(way.port, "127.0.0.1");
        const pool = mysql.createPool({ uri: url.href, connectionLimit: 4, connectTimeout: 1_000, stream });
        db = new Kysely({ dialect: new MysqlDialect({ pool }) });
        store = sql(db);
      }
      await store.migrate();
      await store.sessions.create(newSession("x"));
    });

    afterEach(async () => {
      await db.destroy();
      await way.close();
    });

    afterAll(() => database.remove());

    it("every call rejects, none says that nothing is there, and service returns by itself", async () => {
      await way.close();
      for (const ask of [
        () => store.sessions.read("x"),
        () => store.apiKeys.find("x"),
        () => store.revocations.isRevoked({ id: "x", issuedAt: 1 }),
        () => store.sessions.delete("x"),
        () => store.sweep(),
      ]) {
        await expect(answered<unknown>(ask)).rejects.toMatchObject({
          statusCode: 503,
          code: "store_unavailable",
        });
      }
      await way.open();
      expect(await store.sessions.read("x")).not.toBeNull();
    });

    it("connections that were cut are replaced", async () => {
      await Promise.all(Array.from({ length: 8 }, () => store.sessions.read("x")));
      way.cut();
      const first = await answered(() => store.sessions.read("x")).catch((error: unknown) => error);
      if (first instanceof Error) expect(first).toMatchObject({ statusCode: 503 });
      else expect(first).not.toBeNull();
      expect(await store.sessions.read("x")).not.toBeNull();
    });

    it("connections that fell silent for good are replaced, though nobody said that they are over", async () => {
      await Promise.all(Array.from({ length: 8 }, () => store.sessions.read("x")));
      way.lose();
      const outcomes = await Promise.all(
        Array.from({ length: 4 }, () =>
          answered(() => store.sessions.read("x"), 0.5).catch((error) => error),
        ),
      );
      for (const outcome of outcomes) expect(outcome).toMatchObject({ statusCode: 503 });
      const isBack = () => answered(() => store.sessions.read("x"), 0.5).catch(() => null);
      await expect.poll(isBack, { timeout: 4_000 }).not.toBeNull();
    });

    it("silence is an error within the time that a store may take", async () => {
      way.silence(true);
      const startedAt = performance.now();
      await expect(answered(() => store.sessions.read("x"), 0.5)).rejects.toMatchObject({ statusCode: 503 });
      expect(performance.now() - startedAt).toBeLessThan(1_500);
      way.silence(false);
      way.cut();
      await expect.poll(() => store.sessions.read("x").catch(() => null)).not.toBeNull();
    });
  });
}
