import { bearer } from "../auth/bearer.ts";
import type { Guard } from "../auth/guard.ts";
import type { PermissionOf, RoleDefinitions, Roles } from "../auth/roles.ts";
import type { Awaitable } from "../http/awaitable.ts";
import { checkOptions } from "../options.ts";
import { scopesOf } from "./claims.ts";

/** What a guard by tokens may be given. */
export interface TokenGuardOptions<Claims extends object, Definitions extends RoleDefinitions> {
  /** Default `"bearer"`. Two different guards in an application need two names. */
  name?: string;
  /** Roles, of which the claim `claim` has one or several: what `requires()` takes is what they permit then. */
  roles?: Roles<Definitions>;
  /** The claim that has the roles, a text or a list. Default `"roles"` (RFC 9068, 2.2.3.1). */
  claim?: keyof Claims & string;
}

/** What `requires()` takes: permissions where there are roles, else any scope. */
export type RequirableOf<Definitions extends RoleDefinitions> = RoleDefinitions extends Definitions
  ? string
  : PermissionOf<Definitions>;

/** Something that verifies tokens. */
interface TokenVerifier<Principal extends object> {
  verify(token: string): Awaitable<Principal | null>;
}

/** A bearer guard by verified tokens. Without roles, what may be required is in the token's `scope`. */
export function guardBy<
  Principal extends { readonly scope?: string },
  Claims extends object,
  Definitions extends RoleDefinitions,
>(
  owner: string,
  tokens: TokenVerifier<Principal>,
  options: TokenGuardOptions<Claims, Definitions>,
): Guard<Principal, RequirableOf<Definitions>> {
  const { name, roles, claim = "roles" } = checkOptions(owner, options, ["name", "roles", "claim"]);
  if (options.claim !== undefined && roles === undefined) {
    throw new TypeError(`${owner}: claim says where the roles are, and there are no roles`);
  }
  const allowed = (claims: Principal): readonly string[] =>
    roles ? roles.permissions(rolesIn(claims, claim)) : scopesOf(claims);
  const guard = bearer({
    verify: (token) => tokens.verify(token),
    scopes: allowed as (claims: object) => readonly RequirableOf<Definitions>[],
    ...(name !== undefined && { name }),
  });
  return guard as unknown as Guard<Principal, RequirableOf<Definitions>>;
}

function rolesIn(claims: object, claim: string): string | readonly string[] {
  const value: unknown = (claims as Readonly<Record<string, unknown>>)[claim];
  if (typeof value === "string") return value;
  return Array.isArray(value) ? value.filter((role) => typeof role === "string") : [];
}
