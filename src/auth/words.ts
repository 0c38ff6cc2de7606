import type { GuardNode } from "./guard.ts";

/** A guard in words, for people who read a list of routes: `bearer and scope admin`. */
export function inWords(node: GuardNode): string {
  switch (node.kind) {
    case "scheme":
      return node.scheme.name;
    case "anyOf":
      return node.of.map((part) => nested(part, "allOf", "optional")).join(" or ");
    case "allOf":
      return node.of.map((part) => nested(part, "anyOf", "optional")).join(" and ");
    case "optional":
      return `${nested(node.of, "anyOf", "allOf")}, or nobody`;
    case "requires":
      return `${nested(node.of, "anyOf", "optional")} and scope ${node.scopes.join(" ")}`;
    case "where":
      return `${nested(node.of, "anyOf", "optional")} and ${node.name}`;
  }
}

function nested(node: GuardNode, ...bracketed: GuardNode["kind"][]): string {
  return bracketed.includes(node.kind) ? `(${inWords(node)})` : inWords(node);
}
