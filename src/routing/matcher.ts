import { CONVERTER_NAMES, CONVERTERS, type Converter, type ConverterName } from "./converters.ts";
import type { Pattern } from "./pattern.ts";

/** What was found for a path. */
export interface Match<Target> {
  readonly target: Target;
  /** The parameters' values, in the order of `pattern.names`. */
  readonly values: readonly (string | number)[];
}

interface FilledMatch<Target> extends Match<Target> {
  readonly values: (string | number)[];
}

/** A place between two slashes, after all that leads there. */
interface Node<Target> {
  literals: LiteralEdge<Target>[];
  /** The same by their text, where they are many. */
  byText: Map<string, Node<Target>> | undefined;
  /** Length of the longest literal: a longer segment is not worth a look-up. */
  longest: number;
  /** In order of precedence. */
  parameters: ParameterEdge<Target>[];
  /** What takes all the rest, by a `path` parameter. */
  rest: Leaf<Target> | undefined;
  /** What ends here. */
  leaf: Leaf<Target> | undefined;
  /** How many parameters lead here: the place of the next one among the values. */
  depth: number;
}

interface LiteralEdge<Target> {
  readonly text: string;
  readonly node: Node<Target>;
}

interface ParameterEdge<Target> {
  readonly rank: number;
  readonly converter: Converter;
  readonly node: Node<Target>;
}

interface Leaf<Target> {
  readonly target: Target;
}

/** Up to so many literals at one place are compared one by one. */
const FEW = 8;

const NO_VALUES: readonly (string | number)[] = Object.freeze([]);

/**
 * Finds what is registered for a canonical path.
 *
 * At each segment, from left to right, a literal wins over `uuid`, then `int`, `float`, `str` and `path`; where
 * the better choice leads nowhere, the next one is tried. No path makes it do more than visit each registered
 * segment once, whatever a client sends.
 */
export class Matcher<Target> {
  readonly #literal = new Map<string, Match<Target>>();
  /** Length of the longest literal pattern: a longer path is not even hashed. */
  #longest = 0;
  readonly #root: Node<Target> = newNode(0);

  /**
   * Registers a pattern.
   *
   * @returns what another pattern of the same shape has put there, else what `create` made now
   */
  add(pattern: Pattern, create: () => Target): Target {
    if (pattern.names.length === 0) {
      const known = this.#literal.get(pattern.shape);
      if (known) return known.target;
      const match = Object.freeze({ target: create(), values: NO_VALUES });
      this.#literal.set(pattern.shape, match);
      this.#longest = Math.max(this.#longest, pattern.shape.length);
      return match.target;
    }
    let node = this.#root;
    for (const segment of pattern.segments) {
      if (segment.kind === "literal") node = literalChild(node, segment.text);
      else if (segment.converter !== "path") node = parameterChild(node, segment.converter);
      else {
        node.rest ??= { target: create() };
        return node.rest.target;
      }
    }
    node.leaf ??= { target: create() };
    return node.leaf.target;
  }

  /**
   * @param path a canonical path, as `canonicalPath` gives it
   * @returns undefined where nothing matches
   */
  find(path: string): Match<Target> | undefined {
    const literal = path.length <= this.#longest ? this.#literal.get(path) : undefined;
    return literal ?? (path.startsWith("/") ? findFrom(this.#root, path, 1) : undefined);
  }
}

function findFrom<Target>(node: Node<Target>, path: string, start: number): FilledMatch<Target> | undefined {
  const slash = path.indexOf("/", start);
  const end = slash === -1 ? path.length : slash;
  const literal = literalAt(node, path, start, end);
  if (literal !== undefined) {
    const match = findAfter(literal, path, slash);
    if (match) return match;
  }
  for (const edge of node.parameters) {
    const value = edge.converter.parse(path, start, end);
    if (value === undefined) continue;
    const match = findAfter(edge.node, path, slash);
    if (match) {
      match.values[node.depth] = value;
      return match;
    }
  }
  if (node.rest === undefined) return undefined;
  const value = CONVERTERS.path.parse(path, start, path.length);
  if (value === undefined) return undefined;
  const match = newMatch(node.rest, node.depth + 1);
  match.values[node.depth] = value;
  return match;
}

/** Compares in place where literals are few: that costs less than cutting the segment out and hashing it. */
function literalAt<Target>(
  node: Node<Target>,
  path: string,
  start: number,
  end: number,
): Node<Target> | undefined {
  const length = end - start;
  if (length > node.longest) return undefined;
  if (node.byText) return node.byText.get(path.slice(start, end));
  for (const { text, node: child } of node.literals) {
    if (text.length === length && path.startsWith(text, start)) return child;
  }
  return undefined;
}

function findAfter<Target>(node: Node<Target>, path: string, slash: number): FilledMatch<Target> | undefined {
  if (slash !== -1) return findFrom(node, path, slash + 1);
  return node.leaf && newMatch(node.leaf, node.depth);
}

function newMatch<Target>(leaf: Leaf<Target>, length: number): FilledMatch<Target> {
  return { target: leaf.target, values: new Array<string | number>(length) };
}

function newNode<Target>(depth: number): Node<Target> {
  return {
    literals: [],
    byText: undefined,
    longest: -1,
    parameters: [],
    rest: undefined,
    leaf: undefined,
    depth,
  };
}

function literalChild<Target>(node: Node<Target>, text: string): Node<Target> {
  const known = literalAt(node, text, 0, text.length);
  if (known) return known;
  const child = newNode<Target>(node.depth);
  node.literals.push({ text, node: child });
  node.longest = Math.max(node.longest, text.length);
  if (node.byText) node.byText.set(text, child);
  else if (node.literals.length > FEW)
    node.byText = new Map(node.literals.map((edge) => [edge.text, edge.node]));
  return child;
}

function parameterChild<Target>(node: Node<Target>, name: ConverterName): Node<Target> {
  const rank = CONVERTER_NAMES.indexOf(name);
  const known = node.parameters.find((edge) => edge.rank === rank);
  if (known) return known.node;
  const child = newNode<Target>(node.depth + 1);
  node.parameters.push({ rank, converter: CONVERTERS[name], node: child });
  node.parameters.sort((a, b) => a.rank - b.rank);
  return child;
}
