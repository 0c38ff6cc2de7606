import type { Kysely } from "kysely";
import type { Engine } from "./engine.ts";
import type { Tables } from "./tables.ts";

/** Rows that one statement deletes: milliseconds of work, so that whoever waits for it hardly notices. */
const BATCH = 500;
/** Milliseconds between two sweeps of a process. */
const INTERVAL = 60_000;

/** By which column each table forgets. Tokens go before their family, so that none is left without one. */
const ENDS = [
  ["sessions", "id", "expires_at"],
  ["refresh_tokens", "digest", "family_expires_at"],
  ["refresh_families", "id", "expires_at"],
  ["revocations", "id", "expires_at"],
  ["revocation_subjects", "subject", "expires_at"],
  ["throttles", "id", "expires_at"],
] as const satisfies readonly (readonly [keyof Tables, string, string])[];

/** One of them, whichever: what the statement needs to know. */
interface AnyTable {
  any: Record<string, string | number>;
}

/** Deletes what is over, in small batches: when asked, and by itself, at writes, once a minute at most. */
export class Sweeper {
  readonly #engine: Engine;
  #nextAt: number;
  #running: Promise<unknown> | undefined;
  #isClosed = false;

  constructor(engine: Engine) {
    this.#engine = engine;
    // Not all at the same moment, where many processes start at once.
    this.#nextAt = Date.now() + Math.random() * INTERVAL;
  }

  /** Sweeps in the background if it is time. A failure is none of the write that came by: the next minute tries again. */
  notice(): void {
    if (this.#isClosed || this.#running || Date.now() < this.#nextAt) return;
    this.#nextAt = Date.now() + INTERVAL;
    this.#running = this.sweep()
      .catch(() => undefined)
      .finally(() => {
        this.#running = undefined;
      });
  }

  /** @returns how many records went; a family with its tokens is one */
  async sweep(): Promise<number> {
    let swept = 0;
    for (const [table, key, end] of ENDS) {
      const count = await this.#sweepTable(this.#engine.tables[table], key, end);
      if (table !== "refresh_tokens") swept += count;
    }
    return swept;
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    await this.#running;
  }

  async #sweepTable(table: string, key: string, end: string): Promise<number> {
    for (let swept = 0; ; ) {
      const statement = this.#statement(table, key, end);
      const { numDeletedRows } = await this.#engine.read(() => statement.executeTakeFirstOrThrow());
      const count = Number(numDeletedRows);
      swept += count;
      if (count < BATCH || this.#isClosed) return swept;
      // SQLite works on this thread: requests get their turn between two batches.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  #statement(table: string, key: string, end: string) {
    const db = this.#engine.db as unknown as Kysely<AnyTable>;
    const from = table as keyof AnyTable;
    const now = Date.now();
    const over = db.deleteFrom(from).where(end, "<=", now);
    const { name } = this.#engine.dialect;
    if (name === "MySQL") return over.orderBy(end).limit(BATCH);
    const chosen = db.selectFrom(from).select(key).where(end, "<=", now).orderBy(end).limit(BATCH);
    // Rows that another process is sweeping are left to it. What is over is asked outside once more: a throttle may have
    // begun anew under its key meanwhile.
    return over.where(key, "in", name === "PostgreSQL" ? chosen.forUpdate().skipLocked() : chosen);
  }
}
