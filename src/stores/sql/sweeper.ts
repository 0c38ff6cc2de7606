import { sql as raw } from "kysely";
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
      const { numAffectedRows } = await this.#engine.read(() =>
        this.#statement(table, key, end).execute(this.#engine.db),
      );
      const count = Number(numAffectedRows ?? 0n);
      swept += count;
      if (count < BATCH || this.#isClosed) return swept;
      // SQLite works on this thread: requests get their turn between two batches.
      await new Promise((resolve) => setTimeout(resolve));
    }
  }

  #statement(table: string, key: string, end: string) {
    const [from, id, over] = [raw.table(table), raw.ref(key), raw`${raw.ref(end)} <= ${Date.now()}`];
    const batch = raw`${over} order by ${raw.ref(end)} limit ${raw.lit(BATCH)}`;
    if (this.#engine.dialect.name === "MySQL") return raw`delete from ${from} where ${batch}`;
    // Rows that another process is sweeping are left to it.
    const lock = this.#engine.dialect.name === "PostgreSQL" ? raw`for update skip locked` : raw``;
    const chosen = raw`select ${id} from ${from} where ${batch} ${lock}`;
    // Asked again outside: a throttle may have begun anew under its key meanwhile.
    return raw`delete from ${from} where ${id} in (${chosen}) and ${over}`;
  }
}
