/** What a route says of itself in the OpenAPI document, beyond what follows from its guard and its schemas. */
export interface Documentation {
  /** A line. Default: none. */
  summary?: string;
  /** As long as need be, in CommonMark. Default: none. */
  description?: string;
  /** Under which headings it stands. Default: none. */
  tags?: readonly string[];
  /** Default false. True warns that it will go. */
  deprecated?: boolean;
  /** Default false. True leaves it out of the document; it is guarded all the same. */
  hidden?: boolean;
  /** Bodies to show, by name. */
  examples?: Readonly<Record<string, DocumentedExample>>;
}

/** A request body or an answer to show. */
export interface DocumentedExample {
  summary?: string;
  /** The request's body. */
  request?: unknown;
  /** The answer's body. */
  response?: unknown;
}

/** The names of all that documents. */
export const DOCUMENTATION = [
  "summary",
  "description",
  "tags",
  "deprecated",
  "hidden",
  "examples",
] as const satisfies readonly (keyof Documentation)[];

/** The documenting part of a route's options. */
export function documentationOf(options: Documentation): Documentation {
  const entries = DOCUMENTATION.filter((name) => options[name] !== undefined).map((name) => [
    name,
    options[name],
  ]);
  return Object.fromEntries(entries);
}
