export { type SQLOptions, sql } from "./sql.ts";
