import { randomBytes } from "node:crypto";
import { sha256 } from "../sha256.ts";

/** 32 bytes in base64url: the secret in a cookie, and its SHA-256 as well. */
const FORM = /^[A-Za-z0-9_-]{43}$/;

/** 256 random bits, for a cookie to carry. */
export function newSessionSecret(): string {
  return randomBytes(32).toString("base64url");
}

/** What a store knows a session by: it opens nothing. */
export function sessionIdOf(secret: string): string {
  return sha256(secret, "base64url");
}

/** Whether a text could be a session's secret or its id. Nothing else, whoever sent it, is worth a question to the store. */
export function isSessionText(text: unknown): text is string {
  return typeof text === "string" && FORM.test(text);
}
