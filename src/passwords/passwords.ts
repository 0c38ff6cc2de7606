import { Buffer } from "node:buffer";
import { randomBytes, timingSafeEqual } from "node:crypto";
import { problem } from "../http/errors.ts";
import { checkOptions } from "../options.ts";
import { type Derive, derive } from "./derive.ts";
import { Line } from "./line.ts";
import { type Argon2Cost, formatPHC, isBearable, type PasswordHash, parsePHC } from "./phc.ts";
import { checkPassword, isTaken, type PolicyOptions } from "./policy.ts";

/** How passwords are hashed. */
export interface PasswordsOptions {
  /**
   * KiB that a hash takes. Default 19,456 (19 MiB), with two passes: OWASP's choice for argon2id. At least 7,168, and
   * `memory` times `passes` at least 35,840, the least that OWASP takes for equal.
   */
  memory?: number;
  /** Default 2. */
  passes?: number;
  /** Default 1. */
  parallelism?: number;
  /**
   * Hashes at once. Default: half of the cores, at least 1 and at most 3, because they share libuv's four threads with
   * files and names of hosts. Each takes `memory`.
   */
  concurrency?: number;
  /** How many more may wait. Default 64 for each at once, about two seconds. The next is answered 503 `too_busy`. */
  waiting?: number;
  /** An argon2id for runtimes whose `node:crypto` has none. Default: Node's own. */
  derive?: Derive;
}

/** How a new password is hashed. */
export interface HashOptions {
  /** What is asked of it. Default: 8 characters, and none of the most common. false: nothing, to hash an old one anew. */
  policy?: PolicyOptions | false;
}

const KNOWN = ["memory", "passes", "parallelism", "concurrency", "waiting", "derive"] as const;
const LEAST_MEMORY = 7168;
const LEAST_WORK = 35_840;
const SALT_BYTES = 16;
const TAG_BYTES = 32;
const NAME = "new Passwords()";

/**
 * Passwords as argon2id hashes (RFC 9106), kept as PHC strings that say how they were made.
 *
 * @throws RangeError for a cost below what OWASP takes for safe, or beyond what a machine should bear
 * @example
 * const passwords = new Passwords({ memory: 47_104, passes: 1 });
 * const stored = await passwords.hash("correct horse battery");
 * await passwords.verify("correct horse battery", stored); // true
 */
export class Passwords {
  readonly #cost: Argon2Cost;
  readonly #line: Line;
  readonly #derive: Derive;
  /** What the password of an unknown account is compared with, for as long as any other. */
  readonly #nobody: PasswordHash;

  constructor(options: PasswordsOptions = {}) {
    const given = checkOptions(NAME, options, KNOWN);
    const { memory = 19_456, passes = 2, parallelism = 1, concurrency = placesHere() } = given;
    const { waiting = 64 * concurrency } = given;
    const cost = { memory, passes, parallelism };
    if (!isBearable(cost) || memory < LEAST_MEMORY || memory * passes < LEAST_WORK) {
      throw new RangeError(
        `${NAME}: memory (KiB), passes and parallelism are too low or too high; OWASP has 19456, 2, 1`,
      );
    }
    if (!Number.isSafeInteger(concurrency) || concurrency < 1) {
      throw new RangeError(`${NAME}: concurrency takes a positive whole number`);
    }
    if (!Number.isSafeInteger(waiting) || waiting < 0) {
      throw new RangeError(`${NAME}: waiting takes a whole number, 0 or more`);
    }
    this.#cost = Object.freeze(cost);
    this.#line = new Line(concurrency, waiting);
    this.#derive = given.derive ?? derive;
    this.#nobody = { ...cost, salt: randomBytes(SALT_BYTES), tag: randomBytes(TAG_BYTES) };
  }

  /**
   * Hashes a new password, as it is: nothing is cut off, and no character replaced by its like.
   *
   * @returns a PHC string, of fewer than 128 characters, for the database
   * @throws HTTPError 422 `validation_failed` for a password that the policy refuses; 503 `too_busy`
   */
  async hash(password: string, options: HashOptions = {}): Promise<string> {
    const { policy = {} } = checkOptions("hash()", options, ["policy"]);
    if (policy !== false) {
      const { message } = await checkPassword(password, policy);
      if (message !== null) throw problem("validation_failed", message);
    }
    if (!isTaken(password)) throw problem("validation_failed", "The password is too long, or not a text");
    const salt = randomBytes(SALT_BYTES);
    const tag = await this.#run(Buffer.from(password), { ...this.#cost, salt }, TAG_BYTES);
    return formatPHC({ ...this.#cost, salt, tag });
  }

  /**
   * Whether a password is the one behind a stored hash. For nobody (`verify(password, user?.password)`) it is false
   * after the same work, so that time tells no account that is there from one that is not.
   *
   * @param stored the PHC string; null or undefined where there is no such account
   * @throws HTTPError 503 `too_busy`; Error for a stored text that is no argon2id PHC string, or asks for too much
   */
  async verify(password: string, stored: string | null | undefined): Promise<boolean> {
    const hash = stored === null || stored === undefined ? this.#nobody : parsePHC(stored);
    const isPassword = isTaken(password);
    const tag = await this.#run(Buffer.from(isPassword ? password : ""), hash, hash.tag.length);
    return timingSafeEqual(tag, hash.tag) && isPassword && hash !== this.#nobody;
  }

  /**
   * Whether a stored hash was made another way than new ones are. Hash the password anew then, when it has been
   * verified: nobody has it at any other time.
   *
   * @throws Error for a stored text that is no argon2id PHC string
   */
  needsRehash(stored: string): boolean {
    const { memory, passes, parallelism, salt, tag } = parsePHC(stored);
    const { memory: wantedMemory, passes: wantedPasses, parallelism: wantedParallelism } = this.#cost;
    const isCurrent = memory === wantedMemory && passes === wantedPasses && parallelism === wantedParallelism;
    return !isCurrent || salt.length < SALT_BYTES || tag.length < TAG_BYTES;
  }

  #run(
    message: Uint8Array,
    { memory, passes, parallelism, salt }: Omit<PasswordHash, "tag">,
    tagLength: number,
  ): Promise<Uint8Array> {
    return this.#line.run(() =>
      this.#derive({ message, nonce: salt, memory, passes, parallelism, tagLength }),
    );
  }
}

function placesHere(): number {
  const cores = globalThis.navigator?.hardwareConcurrency ?? 1;
  return Math.min(3, Math.max(1, Math.floor(cores / 2)));
}
