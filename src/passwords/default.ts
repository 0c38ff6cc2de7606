import { type HashOptions, Passwords } from "./passwords.ts";

/** Made when first needed: an import costs nothing, and all that hash here stand in one line. */
let shared: Passwords | undefined;

function passwords(): Passwords {
  shared ??= new Passwords();
  return shared;
}

/**
 * Hashes a new password by argon2id, at OWASP's cost: 19 MiB, two passes.
 *
 * @param options what is asked of the password; see {@link Passwords.hash}
 * @returns a PHC string for the database
 * @throws HTTPError 422 `validation_failed` for a password that the policy refuses; 503 `too_busy`
 * @example
 * const stored = await hash("correct horse battery");
 * stored.startsWith("$argon2id$v=19$m=19456,t=2,p=1$"); // true
 */
export function hash(password: string, options?: HashOptions): Promise<string> {
  return passwords().hash(password, options);
}

/**
 * Whether a password is the one behind a stored hash. For an account that is not there, null or undefined, it is false
 * after the same work.
 *
 * @throws HTTPError 503 `too_busy`; Error for a stored text that is no argon2id PHC string, or asks for too much
 * @example
 * await verify("correct horse battery", undefined); // false
 */
export function verify(password: string, stored: string | null | undefined): Promise<boolean> {
  return passwords().verify(password, stored);
}

/**
 * Whether a stored hash was made at another cost than new ones are.
 *
 * @throws Error for a stored text that is no argon2id PHC string
 * @example
 * needsRehash(await hash("correct horse battery")); // false
 */
export function needsRehash(stored: string): boolean {
  return passwords().needsRehash(stored);
}
