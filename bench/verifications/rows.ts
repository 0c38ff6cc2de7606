import { keyRecord, sessionRecord } from "./records.ts";

/** What stands in a table of the SQL stores, so that a million rows need not go through the store. */
export interface RowKind {
  readonly table: "api_keys" | "sessions";
  readonly columns: readonly string[];
  /** The values of the row with this number, in the order of the columns. */
  row(number: number): readonly (string | number | null)[];
}

export const KEY_ROWS: RowKind = {
  table: "api_keys",
  columns: ["id", "digest", "owner", "name", "scopes", "created_at", "expires_at"],
  row: (number) => {
    const { id, digest, owner, name, scopes, createdAt, expiresAt } = keyRecord(number);
    return [id, digest, owner, name, JSON.stringify(scopes), createdAt, expiresAt];
  },
};

export const SESSION_ROWS: RowKind = {
  table: "sessions",
  columns: [
    "id",
    "user_id",
    "data",
    "created_at",
    "seen_at",
    "expires_at",
    "address",
    "user_agent",
    "revision",
  ],
  row: (number) => {
    const { id, user, data, createdAt, seenAt, expiresAt, address, userAgent } = sessionRecord(number);
    return [id, user, JSON.stringify(data), createdAt, seenAt, expiresAt, address, userAgent, 0];
  },
};
