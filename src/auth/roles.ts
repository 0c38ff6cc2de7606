/** What stands in a role: permissions, other roles whose permissions it has too, or "*" for all there are. */
export type RoleDefinitions = Readonly<Record<string, readonly string[]>>;

/** Every permission that some role has, as literal types. */
export type PermissionOf<Definitions extends RoleDefinitions> = Exclude<
  Definitions[keyof Definitions][number],
  keyof Definitions | "*"
>;

/** Roles and what they may do. */
export interface Roles<Definitions extends RoleDefinitions> {
  /** The permissions of a role, or of several, inherited ones included. An unknown role has none. */
  permissions(role: string | readonly string[] | null | undefined): readonly PermissionOf<Definitions>[];
}

/**
 * Roles with inherited permissions, for a guard's `scopes`. Their names are literal types: a mistyped permission does
 * not compile.
 *
 * @throws TypeError for roles that inherit from each other in a circle
 * @example
 * const access = roles({ viewer: ["post:read"], editor: ["viewer", "post:write"], admin: ["*"] });
 * const user = bearer({ verify, scopes: (claims) => access.permissions(claims.role) });
 * api.delete("/posts/{id:int}", { auth: user.requires("post:write") }, removePost);
 */
export function roles<const Definitions extends RoleDefinitions>(
  definitions: Definitions,
): Roles<Definitions> {
  const all = new Set(
    Object.values(definitions)
      .flat()
      .filter((entry) => entry !== "*" && !Object.hasOwn(definitions, entry)),
  );
  const resolve = (role: string, path: readonly string[]): readonly string[] => {
    if (path.includes(role)) throw new TypeError(`Roles inherit in a circle: ${[...path, role].join(" > ")}`);
    return (definitions[role] ?? []).flatMap((entry) => {
      if (entry === "*") return [...all];
      return Object.hasOwn(definitions, entry) ? resolve(entry, [...path, role]) : [entry];
    });
  };
  const byRole = new Map(
    Object.keys(definitions).map((role) => [role, Object.freeze([...new Set(resolve(role, []))])] as const),
  );
  const none: readonly string[] = Object.freeze([]);
  return {
    permissions: (role) => {
      const found = Array.isArray(role)
        ? [...new Set(role.flatMap((one) => byRole.get(one) ?? none))]
        : ((typeof role === "string" ? byRole.get(role) : undefined) ?? none);
      return found as readonly PermissionOf<Definitions>[];
    },
  };
}
