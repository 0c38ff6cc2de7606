import { Buffer } from "node:buffer";
import { createHmac, randomBytes } from "node:crypto";
import { sha256 } from "../sha256.ts";
import { isCanonical } from "./jws.ts";

/** A refresh token: which family it is of, and 256 bits that open it. */
export interface RefreshToken {
  readonly family: string;
  readonly secret: Uint8Array;
}

/** 128 bits of family and 256 of secret, base64url. */
const FORM = /^rt_([A-Za-z0-9_-]{22})\.([A-Za-z0-9_-]{43})$/;

export function newRefreshToken(): RefreshToken {
  return { family: randomBytes(16).toString("base64url"), secret: randomBytes(32) };
}

/** The token in a text, or undefined where it is none, an access token for instance. */
export function parseRefreshToken(text: unknown): RefreshToken | undefined {
  const [, family, secret] = (typeof text === "string" && FORM.exec(text)) || [];
  if (family === undefined || secret === undefined || !isCanonical(family) || !isCanonical(secret)) {
    return undefined;
  }
  return { family, secret: Buffer.from(secret, "base64url") };
}

export function textOf({ family, secret }: RefreshToken): string {
  return `rt_${family}.${Buffer.from(secret).toString("base64url")}`;
}

/** What a store keeps of a token. */
export function digestOf(token: RefreshToken): string {
  return sha256(textOf(token), "base64url");
}

/** The one that follows: whoever has the token and the salt can say it again, and the store cannot. */
export function successorOf({ family, secret }: RefreshToken, salt: string): RefreshToken {
  return { family, secret: keyed(secret, `successor:${salt}`) };
}

/** Who presents a token, by its secret: the same sender is told from another, and the store learns of neither. */
export function senderDigest({ secret }: RefreshToken, sender: string): string {
  return Buffer.from(keyed(secret, `sender:${sender}`)).toString("base64url");
}

function keyed(secret: Uint8Array, text: string): Uint8Array {
  return createHmac("sha256", secret).update(text).digest();
}
