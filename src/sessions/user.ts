/** Whose a session is, by what it holds; undefined before sign-in. */
export type UserOf<Data extends object> = (data: Readonly<Partial<Data>>) => string | undefined;

/** What sign-in sets as the guide does: `session.set("user", …)`. */
export function userOfKey(data: object): string | undefined {
  const user: unknown = (data as { readonly user?: unknown }).user;
  return typeof user === "string" || typeof user === "number" ? String(user) : undefined;
}

/** Whether somebody takes over from somebody else: what the one left in the session is none of the other's business. */
export function isTakenOver(before: string | null | undefined, after: string | null | undefined): boolean {
  return (before ?? null) !== null && (after ?? null) !== null && before !== after;
}
