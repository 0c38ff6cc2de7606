import { anyOf, roles, sessionAuth } from "responder-ts/auth";
import type { ShowcaseKeys } from "./keys.ts";
import type { People, Person } from "./people.ts";
import type { ShowcaseTokens } from "./tokens.ts";

/** What a session holds. Name and role stay in the database, so that a change counts at once. */
export interface ShowcaseSession {
  personId: number;
  /** A sentence for the next page, once. */
  flash: string;
}

/** Whose a session is, as the store of the sessions knows people. */
export function userOf({ personId }: Partial<ShowcaseSession>): string | undefined {
  return personId === undefined ? undefined : String(personId);
}

/** What each role may do; an admin may do what a member may. A permission that stands nowhere here does not compile. */
const access = roles({
  member: ["notes:read", "notes:write"],
  admin: ["member", "people:read"],
});
const permissions = ({ role }: Person) => access.permissions(role);

/** The guards: who comes in by a session, a token or a key. Each says itself what it enforces and how it is documented. */
export function makeDoors(people: People, tokens: ShowcaseTokens, keys: ShowcaseKeys) {
  const browser = sessionAuth({
    key: "personId",
    load: (id: number) => people.find(id),
    loginPath: "/login",
    scopes: permissions,
  });
  const token = tokens.guard({ roles: access, claim: "role" });
  const service = keys.guard();
  return { browser, token, service, any: anyOf(browser, token, service) };
}

export type Doors = ReturnType<typeof makeDoors>;
