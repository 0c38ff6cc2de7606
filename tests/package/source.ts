import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { ROOT } from "./manifest.ts";

/** An import of a module, as it stands in the source. */
export interface Import {
  /** The file, relative to `src/`, or the name of a package or of a part of Node. */
  readonly target: string;
  /** `type`: gone when it runs. `dynamic`: loaded when it is needed. */
  readonly kind: "static" | "type" | "dynamic";
}

/** Every TypeScript file of `src/`, tests included, relative to it. */
export const allFiles: readonly string[] = globSync("**/*.{ts,mts,cts}", { cwd: `${ROOT}src` }).sort();

/** Those that are shipped. */
export const shippedFiles: readonly string[] = allFiles.filter(
  (file) => !/\.(test|test-d|fixture)\.ts$/.test(file),
);

export function textOf(file: string): string {
  return readFileSync(`${ROOT}src/${file}`, "utf8");
}

const STATIC =
  /^(?:import|export)\s+(?:(type\s+)?(\{[^}]*\}|\*(?:\s+as\s+\w+)?|\w+(?:\s*,\s*\{[^}]*\})?)\s+from\s+)?"([^"]+)"/gm;
const DYNAMIC = /\bimport\(\s*"([^"]+)"\s*\)/g;

/** What a file of `src/` imports. */
export function importsOf(file: string): Import[] {
  const text = withoutComments(textOf(file));
  const found: Import[] = [];
  for (const [, type, clause = "", specifier = ""] of text.matchAll(STATIC)) {
    found.push({ target: resolved(file, specifier), kind: type || isTypesOnly(clause) ? "type" : "static" });
  }
  for (const [, specifier = ""] of text.matchAll(DYNAMIC)) {
    found.push({ target: resolved(file, specifier), kind: "dynamic" });
  }
  return found;
}

/** Whether `{ type A, type B }` holds types and nothing else. */
function isTypesOnly(clause: string): boolean {
  const names = /^\{([^}]*)\}$/
    .exec(clause.trim())?.[1]
    ?.split(",")
    .filter((name) => name.trim() !== "");
  return names?.every((name) => name.trim().startsWith("type ")) ?? false;
}

function resolved(file: string, specifier: string): string {
  return specifier.startsWith(".") ? join(dirname(file), specifier) : specifier;
}

/** The code with blanks for its comments. Strings are left, and what looks like a comment in one of them too. */
export function withoutComments(text: string): string {
  return text.replace(PIECES, (piece) => (/^\/[/*]/.test(piece) ? " " : piece));
}

/** The code with blanks for its comments and its strings. */
export function bareCode(text: string): string {
  return text.replace(PIECES, " ");
}

/** Comments and strings; the expressions inside a template count as its text. */
const PIECES = /\/\*[\s\S]*?\*\/|\/\/.*$|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\[\s\S]|[^`\\])*`/gm;
