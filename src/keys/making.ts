import { isScope } from "../auth/guard.ts";
import { problem } from "../http/errors.ts";
import { sha256 } from "../sha256.ts";
import type { StoredAPIKey } from "../stores/contracts/index.ts";
import { hasControls } from "./actor.ts";
import type { KeyText } from "./format.ts";
import type { KeySettings } from "./options.ts";

/** A key that is to be. */
export interface NewKey<Scope extends string> {
  /** Whose it is. Default: of whoever asks; `OPERATOR` has to say it. */
  owner?: string;
  /** What its owner calls it: 1 to 100 characters. */
  name: string;
  scopes: readonly Scope[];
  /** Seconds until it ends. Default: what `new ApiKeys()` was given, 90 days. null: never. */
  expiresIn?: number | null;
}

/** How a key is rotated. */
export interface RotateOptions {
  /** Seconds for which the old key is good beside the new one. Default 86,400 (a day). 0 ends it at once. */
  overlap?: number;
  /** Seconds until the new key ends. Default: as long as the old one was made for. null: never. */
  expiresIn?: number | null;
}

const LONGEST_NAME = 100;
const LONGEST_SCOPE = 128;
const MOST_SCOPES = 100;

/** What is kept of a new key. */
export function storedKey(
  { id, text }: KeyText,
  fields: Pick<StoredAPIKey, "owner" | "name" | "scopes">,
  life: number | null,
): StoredAPIKey {
  const createdAt = Date.now();
  return {
    id,
    digest: sha256(text, "base64url"),
    ...fields,
    createdAt,
    expiresAt: life === null ? null : createdAt + Math.ceil(life * 1000),
    revokedAt: null,
    lastUsedAt: null,
    successorId: null,
  };
}

/** How long the successor of a key lives, in seconds: as long as it was made for. */
export function lifeOf({ createdAt, expiresAt }: StoredAPIKey, { expiresIn }: KeySettings): number | null {
  if (expiresAt === null) return null;
  return expiresAt > createdAt ? (expiresAt - createdAt) / 1000 : expiresIn;
}

/** @throws HTTPError 422 `validation_failed` */
export function checkedName(name: unknown): string {
  if (typeof name !== "string" || name.trim() === "" || name.length > LONGEST_NAME || hasControls(name)) {
    throw problem(
      "validation_failed",
      `The name of a key is a text of 1 to ${LONGEST_NAME} characters in one line`,
    );
  }
  return name;
}

/** @throws HTTPError 422 `validation_failed` */
export function checkedScopes(scopes: unknown, { scopes: all }: KeySettings): readonly string[] {
  const isList = Array.isArray(scopes) && scopes.length <= MOST_SCOPES;
  if (!isList || !scopes.every((scope) => isScope(scope) && scope.length <= LONGEST_SCOPE)) {
    throw problem("validation_failed", `The scopes of a key are a list of at most ${MOST_SCOPES} scopes`);
  }
  const unknown = all ? scopes.filter((scope) => !all.has(scope)) : [];
  if (unknown.length > 0) throw problem("validation_failed", `There is no scope ${unknown.join(", ")}`);
  return [...new Set<string>(scopes)];
}
