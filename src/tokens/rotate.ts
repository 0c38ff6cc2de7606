import { generateKeyPairSync, randomBytes } from "node:crypto";
import { checkOptions } from "../options.ts";
import { ALGORITHMS, isAlgorithm, isSymmetric, type TokenAlgorithm } from "./algorithms.ts";
import { type FileKey, readKeys } from "./key-file.ts";
import { KeyRing } from "./key-ring.ts";
import { type TokenKey, thumbprint } from "./keys.ts";
import { seconds } from "./options.ts";

/** How keys are rotated. */
export interface RotateOptions {
  /** The new key's algorithm. Default: that of the key that signs, `EdDSA` for a new ring. */
  alg?: TokenAlgorithm;
  /**
   * Seconds that a retired key goes on verifying: the longest that a token lasts. Default 86,400 (a day). A shorter one
   * than the `expiresIn` of the tokens ends tokens early.
   */
  tokenLifetime?: number;
  /**
   * Seconds for which a key must have been published before it signs, so that all who verify have it: `jwksMaxAge`, and
   * the time it takes to bring the file to every process. A retired key verifies for so much longer. Default 600.
   */
  publishedFor?: number;
  /** In seconds since 1970. Default: now. */
  now?: number;
}

/** A rotated ring, and what became of its keys, each by its `kid`. */
export interface RotatedRing {
  /** The new file: private keys, for nobody to see. */
  readonly text: string;
  readonly added: string;
  readonly active: string;
  readonly retired: readonly string[];
  readonly dropped: readonly string[];
}

/** Seconds more that a retired key verifies, for clocks that differ. */
const MARGIN = 60;

/**
 * Rotates the keys of a ring without anybody noticing: what was `next` signs, what signed is `retired` and verifies until
 * its last token is over, what is over goes, and a new key is published as `next`. A ring without a `next` key gets one,
 * and nothing else changes, because nobody has it yet. An empty ring, `{ "keys": [] }`, gets a key that signs as well.
 *
 * @param text a key ring as `parseKeyRing` reads it
 * @throws TypeError for what is no key ring; Error where the `next` key has not been published for long enough
 * @example
 * const { text } = rotateKeys('{ "keys": [] }');
 */
export function rotateKeys(text: string, options: RotateOptions = {}): RotatedRing {
  const given = checkOptions("rotateKeys()", options, ["alg", "tokenLifetime", "publishedFor", "now"]);
  const now = Math.floor(seconds("rotateKeys(): now", given.now ?? Date.now() / 1000));
  const lifetime = seconds("rotateKeys(): tokenLifetime", given.tokenLifetime ?? 86_400, 1);
  const publishedFor = seconds("rotateKeys(): publishedFor", given.publishedFor ?? 600);
  const keys = readKeys(text);
  const living = keys.filter(({ exp }) => exp === undefined || exp > now);
  const signing = living.filter(({ state }) => state === "active" || state === undefined);
  const next = living.find(({ state }) => state === "next");
  const alg = given.alg ?? next?.alg ?? signing[0]?.alg ?? "EdDSA";
  if (!isAlgorithm(alg)) throw new TypeError(`rotateKeys(): alg takes one of ${ALGORITHMS.join(", ")}`);

  const added = newKey(alg, "next", now);
  const rotated = ringAfter({
    alg,
    living,
    signing,
    next,
    now,
    publishedFor,
    // A process that has not got the new file yet goes on signing by the old key.
    end: now + Math.ceil(lifetime + publishedFor) + MARGIN,
  });
  const file = [...rotated, added];
  const active = file.find(({ state }) => state === "active") as FileKey;
  new KeyRing(file.map(({ state, exp: _end, iat: _made, ...key }): TokenKey => ({ key, state })));
  return {
    text: `${JSON.stringify({ keys: file }, null, 2)}\n`,
    added: added.kid,
    active: active.kid,
    retired: file.filter(({ state }) => state === "retired").map(({ kid }) => kid),
    dropped: keys.filter((key) => !living.includes(key)).map(({ kid }) => kid),
  };
}

interface Rotation {
  readonly alg: TokenAlgorithm;
  readonly living: readonly FileKey[];
  readonly signing: readonly FileKey[];
  readonly next: FileKey | undefined;
  readonly now: number;
  readonly publishedFor: number;
  /** When a key that is retired now ends. */
  readonly end: number;
}

function ringAfter({ alg, living, signing, next, now, publishedFor, end }: Rotation): readonly FileKey[] {
  const resting = living.filter(({ state }) => state === "retired");
  if (next === undefined) {
    const first = signing.length === 0 ? [newKey(alg, "active", now)] : signing;
    return [...first.map((key): FileKey => ({ ...key, state: "active" })), ...resting];
  }
  const wait = (next.iat ?? 0) + publishedFor - now;
  if (wait > 0 && signing.length > 0) {
    throw new Error(
      `The next key has not been published for long enough: rotate again in ${wait} seconds, or give rotateKeys() a smaller publishedFor`,
    );
  }
  // `end` is never earlier than the end that a key has already: no token outlives its key.
  const retired = signing.map(
    (key): FileKey => ({ ...key, state: "retired", exp: Math.max(end, key.exp ?? 0) }),
  );
  const promoted: FileKey = { ...next, state: "active" };
  const others = living.filter((key) => key.state === "next" && key !== next);
  return [promoted, ...retired, ...resting, ...others];
}

function newKey(alg: TokenAlgorithm, state: "next" | "active", now: number): FileKey {
  if (isSymmetric(alg)) {
    const k = randomBytes(Number(alg.slice(2)) / 8).toString("base64url");
    return { kty: "oct", k, kid: randomBytes(16).toString("base64url"), alg, use: "sig", state, iat: now };
  }
  const { privateKey, publicKey } = keyPair(alg);
  const jwk = privateKey.export({ format: "jwk" }) as FileKey;
  return { ...jwk, kid: thumbprint(publicKey), alg, use: "sig", state, iat: now };
}

const CURVES = { ES256: "P-256", ES384: "P-384", ES512: "P-521" } as const;

function keyPair(alg: TokenAlgorithm) {
  if (alg === "EdDSA" || alg === "Ed25519") return generateKeyPairSync("ed25519");
  if (alg === "ES256" || alg === "ES384" || alg === "ES512") {
    return generateKeyPairSync("ec", { namedCurve: CURVES[alg] });
  }
  return generateKeyPairSync("rsa", { modulusLength: 3072 });
}
