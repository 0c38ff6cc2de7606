import type { GuardNode } from "./guard.ts";

/**
 * The same guard with what it requires moved in to each of its alternatives: who presents two credentials of which one
 * suffices is let in by that one. What enforces and what documents both start from here.
 */
export function distributed(node: GuardNode): GuardNode {
  switch (node.kind) {
    case "scheme":
      return node;
    case "anyOf":
    case "allOf":
      return { kind: node.kind, of: node.of.map(distributed) };
    case "optional":
      return { kind: "optional", of: distributed(node.of) };
    case "requires":
    case "where":
      return narrowed(distributed(node.of), (of) => ({ ...node, of }));
  }
}

/** What is required of nobody in particular lets nobody in: `optional()` has no effect below a requirement. */
function narrowed(node: GuardNode, requirement: (of: GuardNode) => GuardNode): GuardNode {
  if (node.kind === "anyOf") return { kind: "anyOf", of: node.of.map((part) => narrowed(part, requirement)) };
  return node.kind === "optional" ? narrowed(node.of, requirement) : requirement(node);
}
