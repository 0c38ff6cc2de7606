import { randomBytes } from "node:crypto";

/** The fewest characters of a secret that is taken in production. 32 random bytes in base64url have 43. */
export const MINIMUM_SECRET_LENGTH = 32;

const ADVICE = "Make a good one with: npx responder secret";

/** How {@link resolveSecretKeys} treats a weak or a missing secret. */
export interface SecretMode {
  /** True refuses what development only warns of. */
  production: boolean;
  /** Takes a warning, a sentence without line breaks. It never holds a secret. */
  warn(message: string): void;
}

let developmentKey: string | undefined;

/**
 * The keys behind everything the application signs: the first signs, all verify.
 *
 * In development a missing secret is replaced by a random one, the same for the whole process, and a short
 * one is taken; both with a warning. In production both are refused.
 *
 * @param secretKey the `secretKey` of the API: one secret, or several while they rotate
 * @throws TypeError for an empty list, for what is not a string or is an empty one, and in production for a
 * missing secret or one under 32 characters
 */
export function resolveSecretKeys(
  secretKey: string | readonly string[] | undefined,
  mode: SecretMode,
): readonly string[] {
  if (secretKey === undefined) {
    return [replaceMissing(mode)];
  }
  const several = Array.isArray(secretKey);
  const keys: readonly unknown[] = several ? secretKey : [secretKey];
  if (keys.length === 0) {
    throw new TypeError(`secretKey is an empty list: give it at least one secret. ${ADVICE}`);
  }
  // Array.from also visits the holes of a sparse list.
  return Object.freeze(
    Array.from(keys, (key, index) => checkKey(key, several ? `secretKey[${index}]` : "secretKey", mode)),
  );
}

function replaceMissing(mode: SecretMode): string {
  if (mode.production) {
    throw new TypeError(`secretKey is missing: sessions cannot be signed without it. ${ADVICE}`);
  }
  mode.warn(
    `secretKey is missing: a random one is used, so that sessions end with this process. Production refuses to start like this. ${ADVICE}`,
  );
  developmentKey ??= randomBytes(32).toString("base64url");
  return developmentKey;
}

function checkKey(key: unknown, name: string, mode: SecretMode): string {
  if (typeof key !== "string") {
    throw new TypeError(`${name} must be a string, not ${key === null ? "null" : typeof key}. ${ADVICE}`);
  }
  if (key === "") {
    throw new TypeError(`${name} is an empty string. ${ADVICE}`);
  }
  if (key.length < MINIMUM_SECRET_LENGTH) {
    const fault = `${name} has fewer than ${MINIMUM_SECRET_LENGTH} characters and could be guessed`;
    if (mode.production) {
      throw new TypeError(`${fault}. ${ADVICE}`);
    }
    mode.warn(`${fault}: production refuses it. ${ADVICE}`);
  }
  return key;
}
