import type { ThrottleState, ThrottleStore } from "../contracts/index.ts";
import type { Engine } from "./engine.ts";
import { instant, text } from "./values.ts";

export class SQLThrottles implements ThrottleStore {
  readonly #engine: Engine;

  constructor(engine: Engine) {
    this.#engine = engine;
  }

  async read(key: string): Promise<ThrottleState | null> {
    const { db, tables } = this.#engine;
    const query = db
      .selectFrom(tables.throttles)
      .select(["failures", "blocked_until", "expires_at"])
      .where("id", "=", text(key))
      .where("expires_at", ">", Date.now());
    const row = await this.#engine.read(() => query.executeTakeFirst());
    if (!row) return null;
    return {
      failures: instant(row.failures),
      blockedUntil: instant(row.blocked_until),
      expiresAt: instant(row.expires_at),
    };
  }

  async replace(key: string, expected: ThrottleState | null, next: ThrottleState | null): Promise<boolean> {
    if (expected === null) return next ? this.#begin(key, next) : (await this.read(key)) === null;
    return next ? this.#change(key, expected, next) : this.#end(key, expected);
  }

  async #begin(key: string, next: ThrottleState): Promise<boolean> {
    const { db, tables, dialect } = this.#engine;
    const over = db
      .updateTable(tables.throttles)
      .set((eb) => ({ ...fieldsOf(next), revision: eb("revision", "+", 1) }))
      .where("id", "=", text(key))
      .where("expires_at", "<=", Date.now());
    const row = { id: text(key), ...fieldsOf(next), revision: 0 };
    const insert = db.insertInto(tables.throttles).values(row);
    return this.#engine.write(async () => {
      if ((await over.executeTakeFirstOrThrow()).numUpdatedRows > 0n) return true;
      // "insert ignore" would let a key through that it cuts off, so that MySQL is asked in earnest.
      if (dialect.name !== "MySQL") {
        const done = await insert
          .onConflict((conflict) => conflict.column("id").doNothing())
          .executeTakeFirst();
        return (done?.numInsertedOrUpdatedRows ?? 0n) > 0n;
      }
      try {
        await insert.execute();
        return true;
      } catch (error) {
        if (dialect.isFault("duplicate", error)) return false;
        throw error;
      }
    });
  }

  async #change(key: string, expected: ThrottleState, next: ThrottleState): Promise<boolean> {
    const { db, tables } = this.#engine;
    const query = db
      .updateTable(tables.throttles)
      .set((eb) => ({ ...fieldsOf(next), revision: eb("revision", "+", 1) }))
      .where("id", "=", text(key))
      .where("failures", "=", expected.failures)
      .where("blocked_until", "=", expected.blockedUntil)
      .where("expires_at", ">", Date.now());
    return (await this.#engine.write(() => query.executeTakeFirstOrThrow())).numUpdatedRows > 0n;
  }

  async #end(key: string, expected: ThrottleState): Promise<boolean> {
    const { db, tables } = this.#engine;
    const query = db
      .deleteFrom(tables.throttles)
      .where("id", "=", text(key))
      .where("failures", "=", expected.failures)
      .where("blocked_until", "=", expected.blockedUntil)
      .where("expires_at", ">", Date.now());
    return (await this.#engine.write(() => query.executeTakeFirstOrThrow())).numDeletedRows > 0n;
  }
}

function fieldsOf({ failures, blockedUntil, expiresAt }: ThrottleState) {
  return { failures, blocked_until: blockedUntil, expires_at: expiresAt };
}
