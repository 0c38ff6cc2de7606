import * as crypto from "node:crypto";
import type { Argon2Cost } from "./phc.ts";

/** What argon2id is made of. */
export interface DeriveInput extends Argon2Cost {
  readonly message: Uint8Array;
  /** The salt. */
  readonly nonce: Uint8Array;
  /** In bytes. */
  readonly tagLength: number;
}

/** Argon2id, version 19 (RFC 9106). */
export type Derive = (input: DeriveInput) => Promise<Uint8Array>;

/**
 * Node's own, on a thread beside the event loop.
 *
 * @throws Error where the runtime has none
 */
export const derive: Derive = (input) =>
  new Promise((resolve, reject) => {
    if (typeof crypto.argon2 !== "function") {
      throw new Error(
        "This runtime's node:crypto has no argon2: take Node 24.7 or newer, or give new Passwords({ derive }) an argon2id of another library",
      );
    }
    crypto.argon2("argon2id", { ...input }, (error, tag) => (error ? reject(error) : resolve(tag)));
  });
