import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync, type SQLInputValue } from "node:sqlite";
import { memory, type Store } from "responder-ts/stores";
import { sqlite } from "responder-ts/stores/sqlite";
import { keyRecord, sessionRecord } from "./records.ts";
import { KEY_ROWS, type RowKind, SESSION_ROWS } from "./rows.ts";

export const PLACE_NAMES = ["memory", "sqlite", "postgresql", "mariadb", "redis"] as const;
export type PlaceName = (typeof PLACE_NAMES)[number];

/** What a store's own driver does in one round trip, without anything around it. */
export interface Bare {
  /** A row by its primary key; undefined where there is none. */
  find(table: "api_keys" | "sessions" | "revocations", id: string): unknown;
  /** Changes one column of one row by its primary key, as durably as the store writes. */
  write(id: string): unknown;
  readonly reads: string;
  readonly writes: string;
}

/** A store that is measured. */
export interface Place {
  readonly name: PlaceName;
  readonly store: Store;
  /** None where the store is this process's memory. */
  readonly bare: Bare | undefined;
  /** Whether there is a network between, so that several can be under way. */
  readonly isRemote: boolean;
  /** Puts so many keys and sessions there, by their numbers. */
  fill(count: number): Promise<void>;
  /** Removes all that was put there. */
  close(): Promise<void>;
}

/** Begins the names of everything that a run puts somewhere. */
export const RUN = `responder_bench_${randomBytes(4).toString("hex")}`;

export function openMemory(): Place {
  const store = memory({ limit: 1_000_000 });
  return {
    name: "memory",
    store,
    bare: undefined,
    isRemote: false,
    fill: (count) => fillByStore(store, count),
    close: () => store.close(),
  };
}

/** Through the store itself: for a few. */
export async function fillByStore(store: Store, count: number): Promise<void> {
  for (let number = 0; number < count; number++) {
    await Promise.all([
      store.apiKeys.create(keyRecord(number)),
      store.sessions.create(sessionRecord(number)),
    ]);
  }
}

export async function openSQLite(): Promise<Place> {
  const folder = mkdtempSync(join(tmpdir(), "responder-bench-"));
  const path = join(folder, "bench.db");
  const store = sqlite(path);
  await store.migrate();
  const database = new DatabaseSync(path);
  database.exec("pragma journal_mode = wal; pragma synchronous = full");
  const found = (table: string) => database.prepare(`select * from responder_${table} where id = ?`);
  const statements = {
    api_keys: found("api_keys"),
    sessions: found("sessions"),
    revocations: found("revocations"),
  };
  const write = database.prepare("update responder_api_keys set last_used_at = ? where id = ?");
  return {
    name: "sqlite",
    store,
    bare: {
      find: (table, id) => statements[table].get(id),
      write: (id) => write.run(Date.now(), id).changes === 1,
      reads: "`select` by `node:sqlite`, prepared",
      writes: "`update` by `node:sqlite`, prepared",
    },
    isRemote: false,
    fill: async (count) => {
      database.exec("pragma synchronous = off");
      for (const kind of [KEY_ROWS, SESSION_ROWS]) insertAll(database, kind, count);
      database.exec("pragma wal_checkpoint(truncate); pragma synchronous = full; analyze");
    },
    close: async () => {
      await store.close();
      database.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

function insertAll(database: DatabaseSync, { table, columns, row }: RowKind, count: number): void {
  const places = columns.map(() => "?").join(", ");
  const insert = database.prepare(
    `insert into responder_${table} (${columns.join(", ")}) values (${places})`,
  );
  database.exec("begin immediate");
  for (let number = 0; number < count; number++) insert.run(...(row(number) as SQLInputValue[]));
  database.exec("commit");
}
