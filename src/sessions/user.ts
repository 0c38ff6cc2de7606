import type { SessionChanges } from "./session.ts";

/** Whose a session is, by what it holds; undefined before sign-in. */
export type UserOf<Data extends object> = (data: Readonly<Partial<Data>>) => string | undefined;

/** What sign-in sets as the guide does: `session.set("user", …)`. */
export function userOfKey(data: object): string | undefined {
  const user: unknown = (data as { readonly user?: unknown }).user;
  return typeof user === "string" || typeof user === "number" ? String(user) : undefined;
}

/**
 * Whose a session is, by what the `user` option gave.
 *
 * @throws TypeError for anything but a text or nothing
 */
export function checkedUser(given: unknown): string | undefined {
  if (typeof given === "string") return given;
  if (given === undefined || given === null) return undefined;
  if (given instanceof Promise) given.catch(() => undefined); // nobody waits for it, so that its failure must not end the process
  throw new TypeError(
    "sessions: user(data) gives a text, or undefined for nobody: put a number into String(), and look nothing up",
  );
}

/**
 * Refuses what names no user: it might stand for every session that is nobody's.
 *
 * @throws TypeError for anything but a text
 */
export function checkUser(user: unknown): asserts user is string {
  if (typeof user !== "string") {
    throw new TypeError("api.sessions: user is a text, as the user option of the sessions gives it");
  }
}

/** Whether somebody takes over from somebody else: what the one left in the session is none of the other's business. */
export function isTakenOver(before: string | null | undefined, after: string | null | undefined): boolean {
  return (before ?? null) !== null && (after ?? null) !== null && before !== after;
}

/** Whether a request says itself whose the session is: a sign-in, also of somebody who was in before. */
export function signsIn<Data extends object>({ set }: SessionChanges, user: UserOf<Data>): boolean {
  return set.size > 0 && checkedUser(user(Object.fromEntries(set) as Partial<Data>)) !== undefined;
}
