import { createHmac, type KeyObject, timingSafeEqual } from "node:crypto";
import { purposeKeys } from "./purpose-keys.ts";

/** The longest value that is looked at, in characters; browsers keep no longer cookies. */
export const MAXIMUM_VALUE_LENGTH = 4096;

/** A payload and its mac, both base64url; 43 characters are the 32 bytes of SHA-256. */
const SIGNED = /^[A-Za-z0-9_-]+\.[A-Za-z0-9_-]{43}$/;
const MAC_LENGTH = 43;

/**
 * Signs cookie values with HMAC-SHA-256. The payload stays readable to the client; only its change is noticed.
 *
 * Each secret is turned into a key of this one purpose by HKDF-SHA-256 (RFC 5869), and the cookie's name is
 * signed with the value: neither another use of the secret nor another cookie yields a value that verifies.
 */
export class CookieSigner {
  readonly #keys: readonly [signing: KeyObject, ...KeyObject[]];

  /**
   * @param secretKeys the first signs, all verify
   * @param purpose what the keys are for, with a version; it goes into their derivation
   * @throws TypeError for no secret at all
   */
  constructor(secretKeys: readonly string[], purpose: string) {
    this.#keys = purposeKeys(secretKeys, purpose);
  }

  /** A value for the cookie `name` that holds `payload`. */
  seal(name: string, payload: string): string {
    const encoded = Buffer.from(payload).toString("base64url");
    return `${encoded}.${mac(this.#keys[0], name, encoded)}`;
  }

  /**
   * The payload of a value that was signed for the cookie `name`, or undefined. Nothing of the value is
   * decoded before its signature is found good. Signature and payload are compared and signed as text: another
   * spelling of the same bytes is another value.
   */
  open(name: string, value: string): string | undefined {
    if (value.length > MAXIMUM_VALUE_LENGTH || !SIGNED.test(value)) {
      return undefined;
    }
    const encoded = value.slice(0, -MAC_LENGTH - 1);
    const given = Buffer.from(value.slice(-MAC_LENGTH), "latin1");
    for (const key of this.#keys) {
      if (timingSafeEqual(given, Buffer.from(mac(key, name, encoded), "latin1"))) {
        return Buffer.from(encoded, "base64url").toString();
      }
    }
    return undefined;
  }
}

// A name has no "=", so that no two pairs of name and value give the same text.
function mac(key: KeyObject, name: string, encoded: string): string {
  return createHmac("sha256", key).update(`${name}=${encoded}`).digest("base64url");
}
