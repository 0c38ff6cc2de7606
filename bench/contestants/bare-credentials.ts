/** Keys, tokens and session cookies by hand: what a careful author writes with `node:crypto`, verified on each request. */
import { createHmac, hash, timingSafeEqual } from "node:crypto";
import { API_KEYS, type Claims, SESSION_SECRET, TOKEN_SECRET } from "../credentials.ts";

const DIGESTS = API_KEYS.map((key) => hash("sha256", key, "buffer"));
const SESSION_SECONDS = 86_400;
const COOKIE = "session=";

export function isKey(key: string | string[] | undefined): boolean {
  if (typeof key !== "string" || key === "") return false;
  const digest = hash("sha256", key, "buffer");
  let found = false;
  for (const known of DIGESTS) found = timingSafeEqual(known, digest) || found;
  return found;
}

export function claimsOf(authorization: string | undefined): Claims | undefined {
  if (authorization === undefined || authorization.slice(0, 7).toLowerCase() !== "bearer ") return undefined;
  const [header, payload, signature, ...more] = authorization.slice(7).split(".");
  if (!header || !payload || !signature || more.length > 0) return undefined;
  if (!isSignature(signature, `${header}.${payload}`, TOKEN_SECRET)) return undefined;
  try {
    if (decoded(header)["alg"] !== "HS256") return undefined;
    const { sub, role, exp } = decoded(payload);
    if (typeof sub !== "string" || typeof role !== "string" || typeof exp !== "number") return undefined;
    return exp > Date.now() / 1000 ? { sub, role, exp } : undefined;
  } catch {
    return undefined;
  }
}

export function sessionCookie(user: string): string {
  const exp = Math.floor(Date.now() / 1000) + SESSION_SECONDS;
  const payload = Buffer.from(JSON.stringify({ user, exp })).toString("base64url");
  const signature = createHmac("sha256", SESSION_SECRET).update(payload).digest("base64url");
  return `${COOKIE}${payload}.${signature}; Path=/; HttpOnly; Secure; SameSite=Lax`;
}

export function userOf(cookies: string | undefined): string | undefined {
  const cookie = cookies?.split(";").find((one) => one.trimStart().startsWith(COOKIE));
  const [payload, signature] = cookie?.trim().slice(COOKIE.length).split(".") ?? [];
  if (!payload || !signature || !isSignature(signature, payload, SESSION_SECRET)) return undefined;
  try {
    const { user, exp } = decoded(payload);
    return typeof user === "string" && typeof exp === "number" && exp > Date.now() / 1000 ? user : undefined;
  } catch {
    return undefined;
  }
}

function isSignature(signature: string, content: string, secret: string): boolean {
  const expected = createHmac("sha256", secret).update(content).digest();
  const given = Buffer.from(signature, "base64url");
  return given.length === expected.length && timingSafeEqual(given, expected);
}

function decoded(part: string): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, "base64url").toString());
}
