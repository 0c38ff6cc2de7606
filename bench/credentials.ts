/** What every contestant knows of one run: keys, secrets, and who is what. */
import { createHmac, randomBytes } from "node:crypto";

// The processes of a run inherit it; it is in no file.
process.env["BENCH_SECRET"] ??= randomBytes(32).toString("base64url");
const SECRET: string = process.env["BENCH_SECRET"];

export const API_KEYS: readonly string[] = [derived("one key"), derived("another key")];
export const TOKEN_SECRET: string = derived("tokens");
export const SESSION_SECRET: string = derived("sessions");

/** 256 bits as text. */
function derived(purpose: string): string {
  return createHmac("sha256", SECRET).update(purpose).digest("base64url");
}

/** The secret as Web Crypto's, imported once: libraries that verify by it import bytes again for every token. */
export function tokenKey(): Promise<CryptoKey> {
  const bytes = new TextEncoder().encode(TOKEN_SECRET);
  return crypto.subtle.importKey("raw", bytes, { name: "HMAC", hash: "SHA-256" }, false, ["verify"]);
}

export interface Claims {
  readonly sub: string;
  readonly role: string;
  readonly exp: number;
}

/** What `GET /admin` answers to an administrator. */
export const USERS: readonly string[] = ["Ada", "Grace"];

interface TokenOptions {
  readonly role?: string;
  /** Seconds from now. */
  readonly expiresIn?: number;
  readonly algorithm?: "HS256" | "none";
  readonly secret?: string;
}

/** A JSON Web Token made by hand, so that no contestant's library makes what it verifies. */
export function token(options: TokenOptions = {}): string {
  const { role = "admin", expiresIn = 86_400, algorithm = "HS256", secret = TOKEN_SECRET } = options;
  const now = Math.floor(Date.now() / 1000);
  const parts = [
    { alg: algorithm, typ: "JWT" },
    { sub: "1", role, iat: now - 1, exp: now + expiresIn },
  ];
  const content = parts.map((part) => Buffer.from(JSON.stringify(part)).toString("base64url")).join(".");
  const signature = createHmac("sha256", secret).update(content).digest("base64url");
  return `${content}.${algorithm === "none" ? "" : signature}`;
}
