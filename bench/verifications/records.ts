/** Credentials by their number, and what stores keep of them: a million are made in seconds, and none is remembered. */
import { hash } from "node:crypto";
import { crc32 } from "node:zlib";
import type { StoredAPIKey, StoredSession } from "responder-ts/stores";

export const KEY_PREFIX = "bench";
const DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const CHECKSUM_DIGITS = 6;
const DAY = 86_400_000;
/** Later than any run: a session that was seen so lately is read and not written. */
const SEEN_LATER = DAY / 2;

/** The text of a key. Its secret is no random one, so that a key can be made again when it is needed. */
export function keyText(number: number): string {
  const body = `${KEY_PREFIX}_${keyId(number)}_${hash("sha256", `secret ${number}`).slice(0, 43)}`;
  return body + checksum(body);
}

export function keyId(number: number): string {
  return hash("sha256", `key ${number}`).slice(0, 15);
}

export function keyRecord(number: number): StoredAPIKey {
  return {
    id: keyId(number),
    digest: hash("sha256", keyText(number), "base64url"),
    owner: ownerOf(number),
    name: `key ${number}`,
    scopes: ["reports:read", "reports:write"],
    createdAt: Date.now(),
    expiresAt: Date.now() + DAY,
    revokedAt: null,
    lastUsedAt: null,
    successorId: null,
  };
}

/** What the cookie of a session carries. */
export function sessionSecret(number: number): string {
  return hash("sha256", `session ${number}`, "base64url");
}

export function sessionId(number: number): string {
  return hash("sha256", sessionSecret(number), "base64url");
}

export function sessionRecord(number: number): StoredSession {
  const user = ownerOf(number);
  return {
    id: sessionId(number),
    user,
    data: { user: JSON.stringify(user), role: '"admin"', visits: String(number) },
    createdAt: Date.now(),
    seenAt: Date.now() + SEEN_LATER,
    expiresAt: Date.now() + DAY,
    address: "192.0.2.1",
    userAgent: "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0",
  };
}

/** Ten of each kind to an owner. */
function ownerOf(number: number): string {
  return `user-${Math.floor(number / 10)}`;
}

/** The end of a key: CRC-32 in base 62. */
function checksum(body: string): string {
  let [text, rest] = ["", crc32(body)];
  for (let place = 0; place < CHECKSUM_DIGITS; place++) {
    text = DIGITS.charAt(rest % DIGITS.length) + text;
    rest = Math.floor(rest / DIGITS.length);
  }
  return text;
}
