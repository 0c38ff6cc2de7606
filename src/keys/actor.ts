import { problem } from "../http/errors.ts";
import type { KeySettings } from "./options.ts";
import type { KeyPrincipal } from "./record.ts";

/**
 * Stands for whoever runs the service, where keys are dealt with and no request asks for it: a command, a seed, a test.
 * It may do everything, so it is never a request's principal.
 */
export const OPERATOR: unique symbol = Symbol("operator");

/** On whose behalf keys are dealt with. */
export interface Actor {
  /** Whose keys; null: everybody's. */
  readonly owner: string | null;
  /** The key that asks, where it is one. It may never do more than it holds. */
  readonly key: KeyPrincipal | null;
}

const LONGEST_OWNER = 256;

/** @throws TypeError for nobody, and for a person where nothing says whose keys theirs are */
export function actorOf(by: unknown, { ownerOf }: KeySettings): Actor {
  if (by === OPERATOR) return { owner: null, key: null };
  // The principal of allOf() is a list: a key among others in it keeps its limits.
  const key = (Array.isArray(by) ? by : [by]).find(isKeyPrincipal);
  if (key !== undefined) return { owner: checkedOwner(key.owner), key };
  if (by === undefined || by === null || by === false || by === "") {
    throw new TypeError(
      "Nobody asks for it: hand over req.principal of a guarded route, or OPERATOR in a command",
    );
  }
  if (ownerOf === undefined) {
    throw new TypeError("new ApiKeys() needs ownerOf, so that people can deal with their keys");
  }
  return { owner: checkedOwner(ownerOf(by as never)), key: null };
}

/**
 * Keeps a key from dealing with keys where it lacks the scope for it.
 *
 * @throws HTTPError 403 `insufficient_scope`
 */
export function mayDeal({ key }: Actor, { createScope }: KeySettings): void {
  if (key !== null && !key.scopes.includes(createScope)) {
    throw problem("insufficient_scope", `A key needs the scope ${createScope} to deal with keys`);
  }
}

/**
 * Keeps a key from handing on what it does not hold.
 *
 * @throws HTTPError 403 `insufficient_scope`
 */
export function mayGrant({ key }: Actor, scopes: readonly string[]): void {
  if (key !== null) refuseBeyond(scopes, key.scopes, "The key that asks does not hold");
}

/** @throws HTTPError 403 `insufficient_scope`, which names what is too much */
export function refuseBeyond(scopes: readonly string[], held: readonly string[], reason: string): void {
  const beyond = scopes.filter((scope) => !held.includes(scope));
  if (beyond.length > 0) throw problem("insufficient_scope", `${reason}: ${beyond.join(", ")}`);
}

/** @throws TypeError for what names nobody */
export function checkedOwner(owner: unknown): string {
  if (typeof owner !== "string" || owner === "" || owner.length > LONGEST_OWNER || hasControls(owner)) {
    throw new TypeError(
      `The owner of a key is a text of 1 to ${LONGEST_OWNER} characters, such as a user's id`,
    );
  }
  return owner;
}

/** Whether a text has what breaks lines, lists and terminals, or is no Unicode. */
export function hasControls(text: string): boolean {
  return /[\p{Cc}\u2028\u2029]/u.test(text) || !text.isWellFormed();
}

function isKeyPrincipal(value: unknown): value is KeyPrincipal {
  return typeof value === "object" && value !== null && "kind" in value && value.kind === "apiKey";
}
