import { encodePath } from "../http/path.ts";
import { suggestion } from "../options.ts";
import {
  CONVERTER_NAMES,
  CONVERTERS,
  type ConverterName,
  type ConverterValues,
  escaped,
} from "./converters.ts";

/**
 * The parameters of a path pattern, by name: `ParamsOf<"/users/{id:int}">` is `{ readonly id: number }`.
 * A converter that does not exist makes its parameter `never`; a pattern that is not a literal type gives
 * `string | number` for any name.
 */
export type ParamsOf<Path extends string> = Path extends string
  ? {} extends Record<Path, unknown>
    ? Readonly<Record<string, string | number>>
    : { readonly [Part in PartsOf<Path> as NameOf<Part>]: ValueOf<Part> }
  : never;

/** What stands in the braces of a pattern, as a union. */
type PartsOf<Path extends string, Found = never> = Path extends `${string}{${infer Part}}${infer Rest}`
  ? PartsOf<Rest, Found | Part>
  : Found;
type NameOf<Part> = Part extends `${infer Name}:${string}` ? Name : Part & string;
type ValueOf<Part> = Part extends `${string}:${infer Converter}`
  ? Converter extends ConverterName
    ? ConverterValues[Converter]
    : never
  : string;

/** One segment of a pattern: text, as canonical paths write it, or a parameter. */
export type PatternSegment =
  | { readonly kind: "literal"; readonly text: string }
  | { readonly kind: "parameter"; readonly name: string; readonly converter: ConverterName };

/** A path pattern, taken apart. */
export interface Pattern {
  /** The pattern as written. */
  readonly text: string;
  readonly segments: readonly PatternSegment[];
  /** The names of the parameters, in the order of the path. */
  readonly names: readonly string[];
  /** The pattern without its names, `/users/{int}`: the same for two patterns that match the same paths. */
  readonly shape: string;
}

const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$]*$/u;
const FORBIDDEN_NAMES: ReadonlySet<string> = new Set(["__proto__", "constructor", "prototype"]);

/**
 * Takes a path pattern apart: `/users/{id:int}/posts/{slug}`.
 *
 * A parameter is a whole segment. Its converter is `str` where none is named: one segment that is not empty.
 * `int` takes safe integers in their one spelling and `float` decimal numbers, both give numbers; `uuid`
 * gives the lower-cased string; `path` takes the rest, slashes included, an empty rest too, and stands last.
 * Literal text is written decoded, `/café`. A slash at the end counts: `/a` and `/a/` are two patterns.
 *
 * @throws TypeError that names the pattern and says what to write instead
 */
export function parsePattern(text: string): Pattern {
  if (typeof text !== "string" || !text.startsWith("/")) {
    throw refused(text, 'must start with "/"');
  }
  checkCharacters(text);
  const parts = text.slice(1).split("/");
  const names: string[] = [];
  const segments = parts.map((part, index): PatternSegment => {
    const last = index === parts.length - 1;
    if (part.includes("{") || part.includes("}")) {
      const parameter = parseParameter(text, part, last);
      if (names.includes(parameter.name)) {
        throw refused(text, `has two parameters "${parameter.name}". Give each its own name`);
      }
      names.push(parameter.name);
      return parameter;
    }
    if (/^(:[\p{ID_Start}_]|\*)/u.test(part)) {
      throw refused(
        text,
        `has "${part}", which would be taken as it stands. Write "{name}" or "{name:path}"`,
      );
    }
    if (part === "" && !last) throw refused(text, 'has two slashes in a row. Write one "/"');
    if (part === "." || part === "..") {
      throw refused(text, `has the segment "${part}", which URLs resolve away. Leave it out`);
    }
    return { kind: "literal", text: escaped(part) };
  });
  const shape = segments.map(
    (segment) => `/${segment.kind === "literal" ? segment.text : `{${segment.converter}}`}`,
  );
  return { text, segments, names, shape: shape.join("") };
}

/**
 * The URL path of a pattern with these parameters, percent-encoded: matching it gives the same values back.
 *
 * @throws TypeError for a parameter that is missing, unknown (naming the nearest), of the wrong type, or that
 *   no URL can carry, such as ".." for a `str`
 * @example
 * fillPattern(parsePattern("/users/{name}"), { name: "a/b c" }); // "/users/a%2Fb%20c"
 */
export function fillPattern(
  pattern: Pattern,
  params: Readonly<Record<string, string | number>> = {},
): string {
  for (const name of Object.keys(params)) {
    if (!pattern.names.includes(name)) {
      const advice = pattern.names.length === 0 ? "It takes none." : suggestion(name, pattern.names);
      throw new TypeError(`"${pattern.text}" has no parameter "${name}". ${advice}`);
    }
  }
  let canonical = "";
  for (const segment of pattern.segments) {
    canonical += `/${segment.kind === "literal" ? segment.text : written(pattern, segment.name, segment.converter, params)}`;
  }
  return encodePath(canonical);
}

/** The pattern of a route in a group; see {@link joinPatterns}. */
export type JoinedPattern<Prefix extends string, Path extends string> = Prefix extends "" | "/"
  ? Path
  : Path extends "/"
    ? Prefix
    : `${Prefix}${Path}`;

/**
 * Puts the prefix of a group before a path: "/api" and "/x" give "/api/x", "/api" and "/" give "/api". The
 * prefixes "" and "/" change nothing.
 *
 * @throws TypeError when either does not start with "/", or the prefix ends with one
 */
export function joinPatterns<const Prefix extends string, const Path extends string>(
  prefix: Prefix,
  path: Path,
): JoinedPattern<Prefix, Path>;
export function joinPatterns(prefix: string, path: string): string {
  if (!path.startsWith("/")) throw refused(path, 'must start with "/"');
  if (prefix === "" || prefix === "/") return path;
  if (!prefix.startsWith("/")) throw new TypeError(`The prefix "${prefix}" must start with "/"`);
  if (prefix.endsWith("/")) {
    throw new TypeError(
      `The prefix "${prefix}" must not end with "/". Write "${prefix.replace(/\/+$/, "") || "/"}"`,
    );
  }
  return path === "/" ? prefix : prefix + path;
}

function parseParameter(text: string, part: string, last: boolean): PatternSegment & { kind: "parameter" } {
  const [, name, converter = "str"] = /^\{([^{}:]*)(?::([^{}]*))?\}$/.exec(part) ?? [];
  if (name === undefined) {
    throw refused(
      text,
      `has "${part}", but a parameter is a whole segment between slashes. Write "{name}" and take the text apart in the handler`,
    );
  }
  if (!IDENTIFIER.test(name)) {
    throw refused(text, `has a parameter named "${name}". Write an identifier, as in "{id}" or "{id:int}"`);
  }
  if (FORBIDDEN_NAMES.has(name)) {
    throw refused(text, `has a parameter named "${name}", which objects use themselves. Choose another name`);
  }
  if (!isConverter(converter)) {
    throw refused(text, `has no converter "${converter}" to use. ${suggestion(converter, CONVERTER_NAMES)}`);
  }
  if (converter === "path" && !last) {
    throw refused(text, `has something after "${part}", which takes the rest of the path. Put it last`);
  }
  return { kind: "parameter", name, converter };
}

function isConverter(name: string): name is ConverterName {
  return (CONVERTER_NAMES as readonly string[]).includes(name);
}

function checkCharacters(text: string): void {
  const triplet = /%[0-9a-f]{2}/i.exec(text)?.[0];
  if (triplet)
    throw refused(text, `has the percent escape "${triplet}". Write literal text decoded, as in "/a b"`);
  if (text.includes("?")) throw refused(text, 'has a "?". Leave the query out and read it from req.query');
  if (text.includes("#")) throw refused(text, 'has a "#". Leave it out, as browsers never send fragments');
  if (text.includes("\\")) throw refused(text, 'has a backslash. Write "/"');
  if (/[\0-\x1f\x7f]/.test(text) || !text.isWellFormed()) {
    throw refused(text, "has a control character or half a surrogate pair. Leave it out");
  }
}

function written(
  pattern: Pattern,
  name: string,
  converter: ConverterName,
  params: Readonly<Record<string, unknown>>,
): string {
  if (!Object.hasOwn(params, name)) {
    throw new TypeError(`"${pattern.text}" needs the parameter "${name}": ${CONVERTERS[converter].takes}`);
  }
  const text = CONVERTERS[converter].write(params[name]);
  if (text === undefined) {
    throw new TypeError(`The parameter "${name}" of "${pattern.text}" takes ${CONVERTERS[converter].takes}`);
  }
  return text;
}

function refused(text: unknown, reason: string): TypeError {
  return new TypeError(`The pattern ${JSON.stringify(text) ?? String(text)} ${reason}`);
}
