import { randomBytes } from "node:crypto";
import { crc32 } from "node:zlib";
import { base62, base62OfBytes } from "./base62.ts";

/** Bytes of an id. It is no secret: it only has to be unlike all others. */
const ID_BYTES = 11;
const ID_DIGITS = 15;
/** 256 bits: nobody guesses them, so that a plain digest is enough to keep. */
const SECRET_BYTES = 32;
const SECRET_DIGITS = 43;
const CHECKSUM_DIGITS = 6;
const LONGEST_PREFIX = 32;

const PREFIX = /^[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*$/;
const ID = new RegExp(`^[0-9A-Za-z]{${ID_DIGITS}}$`);

/** A new key, as text, and the part of it by which it is found. */
export interface KeyText {
  readonly id: string;
  readonly text: string;
}

/**
 * How the keys of an application look: `acme_<id>_<secret><checksum>`. The checksum is a CRC-32, as in the tokens of
 * GitHub: it finds a mistyped key, and any single wrong character, without asking anybody. It keeps nothing safe.
 */
export class KeyFormat {
  /** Finds keys in any text. */
  readonly pattern: RegExp;
  readonly #whole: RegExp;
  readonly #prefix: string;

  /** @throws TypeError for a prefix that secret scanners could not rely on */
  constructor(prefix: string) {
    if (typeof prefix !== "string" || !PREFIX.test(prefix) || prefix.length > LONGEST_PREFIX) {
      throw new TypeError(
        `new ApiKeys(): prefix takes up to ${LONGEST_PREFIX} letters and digits, a letter first, such as "acme" or "acme_live"`,
      );
    }
    const source = `${prefix}_[0-9A-Za-z]{${ID_DIGITS}}_[0-9A-Za-z]{${SECRET_DIGITS + CHECKSUM_DIGITS}}`;
    this.pattern = new RegExp(`\\b${source}\\b`);
    this.#whole = new RegExp(`^${source}$`);
    this.#prefix = prefix;
  }

  make(): KeyText {
    const id = base62OfBytes(randomBytes(ID_BYTES), ID_DIGITS);
    const body = `${this.#prefix}_${id}_${base62OfBytes(randomBytes(SECRET_BYTES), SECRET_DIGITS)}`;
    return { id, text: body + checksumOf(body) };
  }

  /** @returns the id of a key, or null for a text that is none: of another prefix, cut off, or mistyped */
  idOf(text: unknown): string | null {
    if (typeof text !== "string" || !this.#whole.test(text)) return null;
    const end = text.length - CHECKSUM_DIGITS;
    if (text.slice(end) !== checksumOf(text.slice(0, end))) return null;
    const start = this.#prefix.length + 1;
    return text.slice(start, start + ID_DIGITS);
  }
}

/** Whether a text can be the id of a key. What cannot is no question for a store. */
export function isKeyId(id: unknown): id is string {
  return typeof id === "string" && ID.test(id);
}

function checksumOf(body: string): string {
  return base62(crc32(body), CHECKSUM_DIGITS);
}
