import { CookieCipher } from "./cookie-cipher.ts";
import { CookieSigner } from "./cookie-signer.ts";

/** Makes a cookie's value of a payload, and the payload of a value that it made. */
export interface CookieSeal {
  /** A value for the cookie `name` that holds `payload`. */
  seal(name: string, payload: string): string;
  /** The payload of a value that was made for the cookie `name`, or undefined. */
  open(name: string, value: string): string | undefined;
}

/** Part of the derivation of the keys: what one of them makes, no other opens. */
const SIGNING = "responder-ts session cookie HMAC-SHA-256 v1";
const ENCRYPTING = "responder-ts session cookie AES-256-GCM v1";

/** @param secretKeys the first makes values, all open them */
export function cookieSeal(secretKeys: readonly string[], encrypt: boolean): CookieSeal {
  return encrypt ? new CookieCipher(secretKeys, ENCRYPTING) : new CookieSigner(secretKeys, SIGNING);
}
