export { type SQLiteOptions, sqlite } from "../sql/sqlite.ts";
