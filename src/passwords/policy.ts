import { Buffer } from "node:buffer";
import { checkOptions } from "../options.ts";

/** What is asked of a new password. */
export interface PolicyOptions {
  /** The fewest characters. Default 8, and never less (NIST SP 800-63B, 3.1.1). 15 where a password alone signs in. */
  minimum?: number;
  /**
   * Words that a password may not consist of, in whatever case: the account's name, its e-mail address, the name of the
   * service. Default: none.
   */
  words?: readonly string[];
}

/** Why a password is refused. */
export type PasswordRefusal = "malformed" | "too_short" | "too_long" | "predictable" | "common";

/** What {@link checkPassword} finds. */
export interface PasswordCheck {
  readonly ok: boolean;
  /** null: it is not refused. */
  readonly reason: PasswordRefusal | null;
  /** A sentence for whoever chose the password; null where it is not refused. */
  readonly message: string | null;
  /** What would make it better; null: nothing. Advice refuses nobody. */
  readonly advice: string | null;
}

const FEWEST = 8;
const ADVISED = 15;
/** In bytes of UTF-8. Beyond it a password is no password, and hashing it is work for an attacker's pleasure. */
const LONGEST = 1024;

let common: Promise<ReadonlySet<string>> | undefined;

/**
 * Whether a new password may be taken: at least 8 characters, at most 1,024 bytes, none of the 10,000 most common, in
 * whatever case. Nothing is asked of its characters: no digits, no signs (NIST SP 800-63B, 3.1.1.2).
 *
 * @throws RangeError for a minimum below 8
 * @example
 * const { ok, reason } = await checkPassword("Football");
 * [ok, reason]; // [false, "common"]
 */
export async function checkPassword(password: string, options: PolicyOptions = {}): Promise<PasswordCheck> {
  const { minimum = FEWEST, words = [] } = checkOptions("checkPassword()", options, ["minimum", "words"]);
  if (!Number.isSafeInteger(minimum) || minimum < FEWEST || minimum > LONGEST) {
    throw new RangeError(`checkPassword(): minimum takes a whole number from ${FEWEST} to ${LONGEST}`);
  }
  if (typeof password !== "string" || !password.isWellFormed()) {
    return refused("malformed", "The password is not a text");
  }
  if (!isBounded(password)) return refused("too_long", `The password has more than ${LONGEST} bytes`);
  const characters = Array.from(password).length;
  if (characters < minimum) return refused("too_short", `The password has fewer than ${minimum} characters`);
  const small = password.toLowerCase();
  if (words.some((word) => word.toLowerCase() === small)) {
    return refused("predictable", "The password is a word that everybody would try first");
  }
  if ((await commonPasswords()).has(small)) {
    return refused("common", "The password is one of those that are used and guessed most");
  }
  const advice =
    characters < ADVISED
      ? `A password of ${ADVISED} characters or more is harder to guess: take several words`
      : null;
  return { ok: true, reason: null, message: null, advice };
}

/** Whether a password is one at all: text that UTF-8 can carry, of at most 1,024 bytes. */
export function isTaken(password: unknown): password is string {
  return typeof password === "string" && isBounded(password) && password.isWellFormed();
}

/** The length in UTF-16 first, so that megabytes are not walked through. */
function isBounded(password: string): boolean {
  return password.length <= LONGEST && Buffer.byteLength(password) <= LONGEST;
}

function refused(reason: PasswordRefusal, message: string): PasswordCheck {
  return { ok: false, reason, message, advice: null };
}

/** Loaded when a password is first checked. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  common ??= import("./common.ts").then(({ COMMON_PASSWORDS }) => new Set(COMMON_PASSWORDS));
  return common;
}
