import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Kysely, sql as raw } from "kysely";
import { describe } from "vitest";
import { service } from "./services.ts";
import { open, type Target } from "./targets.ts";

/** A database that tests may fill, and that is empty at first. */
export interface TestDatabase {
  readonly name: string;
  readonly kind: Target["kind"];
  readonly describe: (name: string, suite: () => void) => void;
  /** Makes an empty one, and gives where it is. */
  make(): Promise<Target>;
  /** Removes all that were made. */
  remove(): Promise<void>;
}

const SQLITE: TestDatabase = (() => {
  const folders: string[] = [];
  return {
    name: "SQLite",
    kind: "sqlite",
    describe,
    make: async () => {
      const folder = mkdtempSync(join(tmpdir(), "responder-sqlite-"));
      folders.push(folder);
      return { kind: "sqlite", at: join(folder, "test.db"), schema: "" };
    },
    remove: async () => {
      for (const folder of folders) rmSync(folder, { recursive: true, force: true });
    },
  };
})();

async function onServer(kind: "postgresql" | "mariadb", name: string): Promise<TestDatabase> {
  const server = await service(kind);
  const made: string[] = [];
  const inServer = async (work: (db: Kysely<unknown>) => Promise<unknown>) => {
    const { db, close } = open({ kind, at: server.url, schema: "public" }, 1);
    try {
      if (db) await work(db);
    } finally {
      await close();
    }
  };
  return {
    name,
    kind,
    describe: server.describe,
    make: async () => {
      const schema = `responder_test_${randomUUID().replaceAll("-", "").slice(0, 12)}`;
      made.push(schema);
      // MariaDB calls the same thing a database.
      await inServer((db) => raw`create schema ${raw.id(schema)}`.execute(db));
      const url = new URL(server.url);
      if (kind === "mariadb") url.pathname = schema;
      return { kind, at: url.href, schema };
    },
    remove: () =>
      inServer(async (db) => {
        for (const schema of made) {
          const cascade = kind === "postgresql" ? raw`cascade` : raw``;
          await raw`drop schema if exists ${raw.id(schema)} ${cascade}`.execute(db);
        }
      }),
  };
}

export const POSTGRESQL = await onServer("postgresql", "PostgreSQL");
export const MARIADB = await onServer("mariadb", "MariaDB");
export const DATABASES: readonly TestDatabase[] = [SQLITE, POSTGRESQL, MARIADB];
