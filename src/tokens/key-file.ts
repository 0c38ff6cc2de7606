import type { JWK } from "jose";
import { isAlgorithm } from "./algorithms.ts";
import { KeyRing } from "./key-ring.ts";
import type { KeyState, TokenKey } from "./keys.ts";

/**
 * A key as a ring's file has it: a private JWK with two members more, `state`, and `exp` for the end of a retired one;
 * `iat` says when it was made (names that OpenID Federation 1.0 gives the keys of its history). Instants are seconds since 1970.
 */
export interface FileKey extends JWK {
  kid: string;
  alg: string;
  state: KeyState;
  iat?: number;
  exp?: number;
}

/**
 * Reads a key ring: the text of a JWK Set (RFC 7517, 5) as `responder tokens rotate` writes it.
 *
 * @throws TypeError for what is no key ring. Nothing of the text is in the message.
 * @example
 * const tokens = new Tokens({ issuer, audience, keys: parseKeyRing(await readFile("keys.json", "utf8")) });
 */
export function parseKeyRing(text: string): readonly TokenKey[] {
  const keys = readKeys(text).map(
    ({ state, exp, iat: _made, ...key }): TokenKey => ({
      key,
      state,
      ...(exp !== undefined && { expiresAt: exp }),
    }),
  );
  new KeyRing(keys);
  return keys;
}

/** @throws TypeError for what is no list of keys with `kid`, `alg` and `state` */
export function readKeys(text: string): readonly FileKey[] {
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch {
    // The parser's message quotes the text.
    throw new TypeError("A key ring is JSON, and this is not");
  }
  const keys: unknown = (parsed as { keys?: unknown } | null)?.keys;
  if (!Array.isArray(keys)) throw new TypeError('A key ring is a JWK Set: { "keys": [ … ] }');
  keys.forEach(checkKey);
  return keys as FileKey[];
}

function checkKey(key: unknown): void {
  const { kty, kid, alg, state = "active", exp, iat } = (key ?? {}) as Partial<FileKey>;
  if (typeof kty !== "string" || typeof kid !== "string" || !isAlgorithm(alg)) {
    throw new TypeError("Each key of a key ring is a JWK with kid and alg");
  }
  if (!(["next", "active", "retired"] satisfies KeyState[]).includes(state)) {
    throw new TypeError("A key's state is next, active or retired");
  }
  for (const instant of [exp, iat]) {
    if (instant !== undefined && !Number.isFinite(instant)) {
      throw new TypeError("A key's exp and iat are seconds since 1970");
    }
  }
}
