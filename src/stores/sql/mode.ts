import { type Kysely, sql as raw } from "kysely";
import type { Tables } from "./tables.ts";

/**
 * Refuses two modes of MySQL and MariaDB in which nothing is safe: one cuts off what is too long, so that a revocation would
 * be kept under another name; in the other, the quotes that `mysql2` writes around values protect from nothing.
 *
 * @throws Error that says what to set
 */
export async function verifyMode(db: Kysely<Tables>): Promise<void> {
  const { rows } = await raw<{ mode: string }>`select @@sql_mode as mode`.execute(db);
  const modes = (rows[0]?.mode ?? "").split(",");
  if (!modes.includes("STRICT_TRANS_TABLES") && !modes.includes("STRICT_ALL_TABLES")) {
    throw new Error(
      "sql() needs MySQL's strict mode, the server's default: add STRICT_TRANS_TABLES to sql_mode, or what is too long is cut off",
    );
  }
  if (modes.includes("NO_BACKSLASH_ESCAPES")) {
    throw new Error(
      "sql() refuses the sql_mode NO_BACKSLASH_ESCAPES: the driver's escaping of values does not protect there. Take it out",
    );
  }
}
