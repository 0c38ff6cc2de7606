import { type AnyGuard, checkedGuard, nodeOf } from "../auth/guard.ts";
import { inWords } from "../auth/words.ts";
import type { Access, RouteRecord } from "./record.ts";
import type { AccessOptions } from "./types.ts";

/** @throws TypeError for what is no guard, and for a guard beside `public` */
export function checkedAccess(owner: string, options: AccessOptions): Access {
  const open = options.public === false ? undefined : options.public;
  if (open !== undefined && open !== true && (typeof open !== "string" || open === "")) {
    throw new TypeError(`${owner}: public takes true, or the reason why everybody may enter`);
  }
  if (Object.hasOwn(options, "auth") && options.auth === undefined) {
    throw new TypeError(
      `${owner}: auth is undefined, which would let in whom you did not mean. Leave it out, or give a guard`,
    );
  }
  if (options.auth !== undefined && open !== undefined) {
    throw new TypeError(`${owner} has both auth and public: one of them says who may enter`);
  }
  return { auth: options.auth === undefined ? undefined : checkedGuard(options.auth), public: open };
}

/** Who may enter a route: the innermost word counts, its own before its groups' before the application's. */
export function accessOf(record: Pick<RouteRecord, "auth" | "public" | "scopes">): Access {
  const said = [record, ...record.scopes.toReversed()].find(
    (access) => access.auth !== undefined || access.public !== undefined,
  );
  return said ?? { auth: undefined, public: undefined };
}

/** Who may enter, in words: `bearer and scope admin`, `public (why)`, `nobody is asked`. */
export function accessInWords(access: Access): string {
  if (access.auth) return inWords(nodeOf(access.auth as AnyGuard));
  if (typeof access.public === "string") return `public (${access.public})`;
  return "public";
}
