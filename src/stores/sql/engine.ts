import type { Kysely, Transaction } from "kysely";
import { STORE_TIMEOUT } from "../answered.ts";
import type { SQLDialect } from "./dialect.ts";
import type { TableNames, Tables } from "./tables.ts";

/** Milliseconds for which something that the database undid for the sake of another is tried again. */
const PATIENCE = STORE_TIMEOUT * 1000;
/** Milliseconds; the pauses between attempts double up to here, and are random below it. */
const LONGEST_PAUSE = 64;

/** What an engine is made of. */
export interface EngineParts {
  readonly db: Kysely<Tables>;
  readonly tables: TableNames;
  readonly dialect: SQLDialect;
  /** Runs before the first statement, until it went well once. */
  readonly prepare?: (() => Promise<void>) | undefined;
  /** Told of every write. It must not throw. */
  readonly onWrite?: (() => void) | undefined;
}

/** Runs the statements of a store: prepares, tries again what the database undid, and explains what is missing. */
export class Engine {
  readonly db: Kysely<Tables>;
  readonly tables: TableNames;
  readonly dialect: SQLDialect;
  readonly #prepare: (() => Promise<void>) | undefined;
  readonly #onWrite: (() => void) | undefined;
  #prepared: Promise<void> | undefined;
  #isReady: boolean;

  constructor({ db, tables, dialect, prepare, onWrite }: EngineParts) {
    this.db = db;
    this.tables = tables;
    this.dialect = dialect;
    this.#prepare = prepare;
    this.#onWrite = onWrite;
    this.#isReady = prepare === undefined;
  }

  async read<Value>(work: () => Promise<Value>): Promise<Value> {
    if (!this.#isReady) await this.#getReady();
    try {
      return await this.retry(work);
    } catch (error) {
      throw this.#explained(error);
    }
  }

  async write<Value>(work: () => Promise<Value>): Promise<Value> {
    const value = await this.read(work);
    this.#onWrite?.();
    return value;
  }

  /** A transaction must begin with a write: SQLite then has the lock before it has read anything. */
  transaction<Value>(work: (transaction: Transaction<Tables>) => Promise<Value>): Promise<Value> {
    return this.write(() => this.db.transaction().execute(work));
  }

  /**
   * A new record.
   * @throws Error where the key is taken, naming `what`
   */
  async add(what: string, insert: () => Promise<unknown>): Promise<void> {
    try {
      await this.write(insert);
    } catch (error) {
      throw this.dialect.isFault("duplicate", error)
        ? new Error(`There is ${what} with this id already`)
        : error;
    }
  }

  /** Does something until the database does not undo it for the sake of another, or patience ends. */
  async retry<Value>(work: () => Promise<Value>): Promise<Value> {
    const startedAt = performance.now();
    for (let attempt = 1; ; attempt++) {
      try {
        return await work();
      } catch (error) {
        const isTransient = this.dialect.isFault("transient", error);
        if (!isTransient || performance.now() - startedAt > PATIENCE) throw error;
        await pauseAfter(attempt);
      }
    }
  }

  async #getReady(): Promise<void> {
    const prepare = this.#prepare ?? (async () => undefined);
    this.#prepared ??= this.retry(prepare);
    try {
      await this.#prepared;
      this.#isReady = true;
    } catch (error) {
      this.#prepared = undefined;
      throw error;
    }
  }

  #explained(error: unknown): unknown {
    if (this.dialect.isFault("missing", error)) {
      return new Error(
        "The store's tables are missing or out of date: call `await store.migrate()` at the start, or run `responder migrate`",
        { cause: withoutStatement(error) },
      );
    }
    return withoutStatement(error);
  }
}

/** mysql2 writes the statement into its errors, values and all. What people's sessions hold belongs in no log. */
function withoutStatement(error: unknown): unknown {
  if (error instanceof Error) Reflect.deleteProperty(error, "sql");
  return error;
}

function pauseAfter(attempt: number): Promise<void> {
  const longest = Math.min(2 ** attempt, LONGEST_PAUSE);
  return new Promise((resolve) => setTimeout(resolve, Math.random() * longest));
}
