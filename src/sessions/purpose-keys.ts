import { Buffer } from "node:buffer";
import { createSecretKey, hkdfSync, type KeyObject } from "node:crypto";

/**
 * A key of one purpose for each secret, by HKDF-SHA-256 (RFC 5869), in their order: no other use of a secret yields one of
 * them.
 *
 * @param purpose with a version; it goes into the derivation
 * @throws TypeError for no secret at all
 */
export function purposeKeys(
  secretKeys: readonly string[],
  purpose: string,
): readonly [KeyObject, ...KeyObject[]] {
  const [first, ...others] = secretKeys.map((secret) =>
    createSecretKey(Buffer.from(hkdfSync("sha256", secret, "", purpose, 32))),
  );
  if (first === undefined)
    throw new TypeError("A cookie is signed or encrypted with at least one secret key");
  return [first, ...others];
}
