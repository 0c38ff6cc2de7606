/** Keys and tokens for one run. Child processes inherit the secret; it is in no file. */
import { createHmac, randomBytes } from "node:crypto";

process.env["BENCH_SECRET"] ??= randomBytes(32).toString("base64url");
export const SECRET: string = process.env["BENCH_SECRET"];

/** An API key that follows from the run's secret. */
export const KEY = `key-${createHmac("sha256", SECRET).update("key").digest("base64url")}`;

/** What a token says of its bearer. */
export interface Claims {
  readonly sub: string;
  readonly role: string;
  readonly exp: number;
}

/** An HS256 token (RFC 7519) that is good for a day. */
export function token(claims: Omit<Claims, "exp">): string {
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString("base64url");
  const day = 86_400;
  // Whole days, so that parent and child make the same token.
  const exp = (Math.floor(Date.now() / 1000 / day) + 2) * day;
  const signed = `${part({ alg: "HS256", typ: "JWT" })}.${part({ ...claims, exp })}`;
  return `${signed}.${createHmac("sha256", SECRET).update(signed).digest("base64url")}`;
}
