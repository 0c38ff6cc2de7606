import { Buffer } from "node:buffer";

/** What an argon2id hash costs. */
export interface Argon2Cost {
  /** In KiB. */
  readonly memory: number;
  readonly passes: number;
  readonly parallelism: number;
}

/** A stored hash, read. */
export interface PasswordHash extends Argon2Cost {
  readonly salt: Uint8Array;
  readonly tag: Uint8Array;
}

/** What a stored hash may ask of the machine: a database that somebody wrote into must not exhaust it. */
const MOST_MEMORY = 262_144;
const MOST_PASSES = 32;
const MOST_PARALLELISM = 16;
/** KiB times passes: about a second of work. */
const MOST_WORK = 1_048_576;
const LONGEST = 256;

const NUMBER = "(0|[1-9]\\d{0,9})";
const BASE64 = "([A-Za-z0-9+/]+)";
const PHC = new RegExp(`^\\$argon2id\\$v=19\\$m=${NUMBER},t=${NUMBER},p=${NUMBER}\\$${BASE64}\\$${BASE64}$`);

/** Whether a machine is asked for a cost that argon2 knows, and that it can bear. */
export function isBearable({ memory, passes, parallelism }: Argon2Cost): boolean {
  return (
    isWithin(parallelism, 1, MOST_PARALLELISM) &&
    isWithin(passes, 1, MOST_PASSES) &&
    // RFC 9106, 3.1: at least eight blocks a lane.
    isWithin(memory, 8 * parallelism, MOST_MEMORY) &&
    memory * passes <= MOST_WORK
  );
}

/**
 * Reads a PHC string, `$argon2id$v=19$m=19456,t=2,p=1$salt$tag`, in unpadded standard base64. It has one spelling.
 *
 * @throws Error for everything else, and for a cost that nobody should bear. The message has nothing of the text.
 */
export function parsePHC(text: string): PasswordHash {
  const [, memory, passes, parallelism, salt = "", tag = ""] =
    (typeof text === "string" && text.length <= LONGEST && PHC.exec(text)) || [];
  const cost = { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) };
  const [saltBytes, tagBytes] = [decoded(salt), decoded(tag)];
  if (!saltBytes || !tagBytes) {
    throw new Error("A stored password is no argon2id hash of version 19 as a PHC string");
  }
  if (!isBearable(cost) || !isWithin(saltBytes.length, 8, 64) || !isWithin(tagBytes.length, 16, 64)) {
    throw new Error("A stored password asks for a cost or has lengths beyond what is taken");
  }
  return { ...cost, salt: saltBytes, tag: tagBytes };
}

/** The PHC string of a hash. */
export function formatPHC({ memory, passes, parallelism, salt, tag }: PasswordHash): string {
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${encoded(salt)}$${encoded(tag)}`;
}

function encoded(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64").replace(/=+$/, "");
}

function decoded(text: string): Uint8Array | undefined {
  const bytes = Buffer.from(text, "base64");
  return bytes.length > 0 && encoded(bytes) === text ? bytes : undefined;
}

function isWithin(value: number, least: number, most: number): boolean {
  return Number.isSafeInteger(value) && value >= least && value <= most;
}
