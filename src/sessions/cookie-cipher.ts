import { Buffer } from "node:buffer";
import { createCipheriv, createDecipheriv, type KeyObject, randomBytes } from "node:crypto";
import { MAXIMUM_VALUE_LENGTH } from "./cookie-signer.ts";
import { purposeKeys } from "./purpose-keys.ts";

const ALGORITHM = "aes-256-gcm";
/** In bytes (NIST SP 800-38D, 8.2.2): random ones serve 2^32 cookies a key. */
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const ENCODED = /^[A-Za-z0-9_-]+$/;

/**
 * Encrypts cookie values with AES-256-GCM: the client can neither read the payload nor change it.
 *
 * Each secret is turned into a key of this one purpose by HKDF-SHA-256 (RFC 5869), and the cookie's name is
 * authenticated with the value: neither another use of the secret nor another cookie yields a value that opens.
 */
export class CookieCipher {
  readonly #keys: readonly [sealing: KeyObject, ...KeyObject[]];

  /**
   * @param secretKeys the first encrypts, all decrypt
   * @param purpose what the keys are for, with a version; it goes into their derivation
   * @throws TypeError for no secret at all
   */
  constructor(secretKeys: readonly string[], purpose: string) {
    this.#keys = purposeKeys(secretKeys, purpose);
  }

  /** A value for the cookie `name` that holds `payload`. */
  seal(name: string, payload: string): string {
    const nonce = randomBytes(NONCE_LENGTH);
    const cipher = createCipheriv(ALGORITHM, this.#keys[0], nonce, { authTagLength: TAG_LENGTH });
    cipher.setAAD(Buffer.from(name));
    const sealed = [nonce, cipher.update(payload, "utf8"), cipher.final(), cipher.getAuthTag()];
    return Buffer.concat(sealed).toString("base64url");
  }

  /** The payload of a value that was sealed for the cookie `name`, or undefined. */
  open(name: string, value: string): string | undefined {
    if (value.length > MAXIMUM_VALUE_LENGTH || !ENCODED.test(value)) return undefined;
    const bytes = Buffer.from(value, "base64url");
    if (bytes.length <= NONCE_LENGTH + TAG_LENGTH) return undefined;
    // Another spelling of the same bytes is another value.
    if (bytes.toString("base64url") !== value) return undefined;
    for (const key of this.#keys) {
      const payload = opened(key, name, bytes);
      if (payload !== undefined) return payload;
    }
    return undefined;
  }
}

function opened(key: KeyObject, name: string, bytes: Buffer): string | undefined {
  const decipher = createDecipheriv(ALGORITHM, key, bytes.subarray(0, NONCE_LENGTH), {
    authTagLength: TAG_LENGTH,
  });
  decipher.setAAD(Buffer.from(name));
  decipher.setAuthTag(bytes.subarray(-TAG_LENGTH));
  try {
    const payload = decipher.update(bytes.subarray(NONCE_LENGTH, -TAG_LENGTH));
    return Buffer.concat([payload, decipher.final()]).toString();
  } catch {
    return undefined;
  }
}
