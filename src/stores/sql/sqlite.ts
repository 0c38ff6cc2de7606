import { closeSync, openSync } from "node:fs";
import { DatabaseSync, type SQLInputValue, type StatementSync } from "node:sqlite";
import { Kysely, type SqliteDatabase, SqliteDialect, type SqliteStatement } from "kysely";
import { checkOptions } from "../../options.ts";
import type { Store } from "../contracts/index.ts";
import { makeStore } from "./store.ts";
import { DEFAULT_PREFIX, type Tables } from "./tables.ts";

/** How an embedded database is kept. */
export interface SQLiteOptions {
  /** What the tables' names begin with. Default `responder_`. */
  prefix?: string;
  /**
   * When the disk has what was answered. `"full"`, the default: before the answer, so that a power failure loses nothing.
   * `"normal"`: soon after it. Writes are many times as fast then, and the end of the process still loses nothing, but a
   * power failure may undo the last ones: a sign-out or a revocation among them.
   */
  synchronous?: "full" | "normal";
}

/**
 * Milliseconds that the thread waits for another connection that writes: none, or a hundred writers who wait would leave no
 * time for anything else. The engine tries again, and does something else meanwhile.
 */
const BUSY_TIMEOUT = 0;
/** Bytes of the file that are read as memory, without a call of the system for each page. */
const MAPPED = 2 ** 30;
const MOST_STATEMENTS = 200;

/**
 * A store in a file, by the SQLite that Node brings along: for one machine, and the processes on it. It makes its tables when
 * it is first used; the file too, readable for its owner alone. Its folder must be there, on a disk of the machine's own.
 *
 * @param path of the file, or `":memory:"` for one that goes with the process
 * @throws TypeError for an unknown option
 * @throws RangeError for one that has no such value
 * @example
 * const store = sqlite(":memory:");
 * await store.throttles.read("sign-in:ada"); // null
 */
export function sqlite(path: string, options: SQLiteOptions = {}): Store {
  if (typeof path !== "string" || path === "") {
    throw new TypeError('sqlite() takes the path of a file, or ":memory:"');
  }
  const known = ["prefix", "synchronous"] as const;
  const { prefix = DEFAULT_PREFIX, synchronous = "full" } = checkOptions("sqlite()", options, known);
  if (synchronous !== "full" && synchronous !== "normal") {
    throw new RangeError('sqlite(): synchronous takes "full" or "normal"');
  }

  let isClosed = false;
  const open = async () => {
    if (isClosed) throw new Error("This store has been closed");
    return new NodeDatabase(await opened(path, synchronous));
  };
  // Opened by the first statement: who only looks at an application leaves no file behind.
  const db = new Kysely<Tables>({ dialect: new SqliteDialect({ database: open }) });
  return makeStore({
    owner: "sqlite()",
    db,
    prefix,
    migratesItself: true,
    close: async () => {
      isClosed = true;
      await db.destroy();
    },
  });
}

async function opened(path: string, synchronous: string): Promise<DatabaseSync> {
  try {
    // The files beside it get their mode from this one.
    if (path !== ":memory:") closeSync(openSync(path, "a", 0o600));
    const database = new DatabaseSync(path, { timeout: BUSY_TIMEOUT });
    try {
      await setMode(database);
      database.exec(`pragma synchronous = ${synchronous}; pragma mmap_size = ${MAPPED}`);
      return database;
    } catch (error) {
      database.close();
      throw error;
    }
  } catch (cause) {
    throw new Error(
      `sqlite() cannot open ${path}: its folder must be there, and it and the file must be writable`,
      { cause },
    );
  }
}

/** The log that lets readers read while somebody writes. Two processes that open a new file get in each other's way. */
async function setMode(database: DatabaseSync): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      database.exec("pragma journal_mode = wal");
      return;
    } catch (error) {
      if (attempt === 20 || !(error instanceof Error && /locked|busy/i.test(error.message))) throw error;
      await new Promise((resolve) => setTimeout(resolve, 10 * attempt));
    }
  }
}

/** What Kysely's dialect needs of a database, by Node's. Statements are prepared once. */
class NodeDatabase implements SqliteDatabase {
  readonly #database: DatabaseSync;
  readonly #statements = new Map<string, SqliteStatement>();

  constructor(database: DatabaseSync) {
    this.#database = database;
  }

  prepare(statement: string): SqliteStatement {
    const held = this.#statements.get(statement);
    if (held) return held;
    // With the lock from the start, nobody finds in the middle of a transaction that another was quicker.
    const text = statement === "begin" ? "begin immediate" : statement;
    const prepared = wrapped(this.#database.prepare(text));
    if (this.#statements.size >= MOST_STATEMENTS) this.#statements.clear();
    this.#statements.set(statement, prepared);
    return prepared;
  }

  close(): void {
    this.#statements.clear();
    this.#database.close();
  }
}

function wrapped(statement: StatementSync): SqliteStatement {
  const given = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    all: (parameters) => statement.all(...given(parameters)),
    run: (parameters) => statement.run(...given(parameters)),
    iterate: (parameters) => statement.iterate(...given(parameters)),
  };
}
