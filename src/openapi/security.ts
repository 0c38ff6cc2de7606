import { distributed } from "../auth/distribute.ts";
import { type GuardNode, schemesOf } from "../auth/guard.ts";
import type { SecurityScheme } from "../auth/scheme.ts";
import type { SecurityRequirement } from "./types.ts";

/** A scheme's part in letting somebody in. */
interface Part {
  readonly scopes: readonly string[];
  /** Whether the scheme can yield scopes. */
  readonly yields: boolean;
}

/** Schemes that together let in, by name. */
type Alternative = ReadonlyMap<string, Part>;

const NOBODY: Alternative = new Map();

/**
 * The `security` of an operation, as the guard enforces it: any one of the requirements lets in, and one lets in who
 * presents all of its schemes.
 *
 * @throws Error for a guard that could let nobody in: an empty list would say that everybody may enter
 */
export function securityOf(node: GuardNode): readonly SecurityRequirement[] {
  const requirements = alternatives(distributed(node)).map((alternative) =>
    Object.fromEntries([...alternative].map(([name, { scopes }]) => [name, scopes])),
  );
  if (requirements.length === 0) throw new Error("The guard lets nobody in");
  const byText = new Map(requirements.map((requirement) => [JSON.stringify(requirement), requirement]));
  return [...byText.values()];
}

/** The schemes of a guard as components of a document. */
export function schemeComponents(node: GuardNode, sessionCookie: string): [string, SecurityScheme][] {
  return schemesOf(node).map(({ name, openapi }) => [
    name,
    typeof openapi === "function" ? openapi({ sessionCookie }) : openapi,
  ]);
}

function alternatives(node: GuardNode): readonly Alternative[] {
  switch (node.kind) {
    case "scheme":
      return [new Map([[node.scheme.name, { scopes: [], yields: node.scheme.scopes !== undefined }]])];
    case "anyOf":
      return node.of.flatMap(alternatives);
    case "allOf":
      return node.of.map(alternatives).reduce(together, [NOBODY]);
    case "optional":
      return [...alternatives(node.of), NOBODY];
    case "where":
      return alternatives(node.of);
    case "requires":
      return alternatives(node.of).flatMap((alternative) => requiring(alternative, node.scopes));
  }
}

/** Each of the one with each of the other. */
function together(one: readonly Alternative[], other: readonly Alternative[]): readonly Alternative[] {
  return one.flatMap((left) =>
    other.map((right) => {
      const both = new Map(left);
      for (const [name, part] of right) both.set(name, merged(part, left.get(name)));
      return both;
    }),
  );
}

/** Without a scheme that could yield the scopes, nobody who comes this way is let in. */
function requiring(alternative: Alternative, scopes: readonly string[]): readonly Alternative[] {
  if (![...alternative.values()].some(({ yields }) => yields)) return [];
  const parts = [...alternative].map(
    ([name, part]) => [name, part.yields ? merged(part, { scopes, yields: true }) : part] as const,
  );
  return [new Map(parts)];
}

function merged(part: Part, other: Part | undefined): Part {
  return other === undefined ? part : { ...part, scopes: [...new Set([...part.scopes, ...other.scopes])] };
}
