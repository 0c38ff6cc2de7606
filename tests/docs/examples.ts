import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { ROOT } from "./markdown.ts";

/** An `@example` of a doc comment. */
export interface Example {
  /** `src/http/path.ts:27`, for messages. */
  readonly name: string;
  /** The file that it stands in, from the root. */
  readonly source: string;
  readonly code: string;
}

/** The package's entry points by the names that users import: `responder-ts` is src/index.ts. */
const ENTRIES: ReadonlyMap<string, string> = entryPoints();

/** Every `@example` in the doc comments of what the package's entry points reach. */
export function collectExamples(): Example[] {
  const sources = new Set<string>();
  const visit = (source: string): void => {
    if (sources.has(source) || !existsSync(ROOT + source)) return;
    sources.add(source);
    for (const [, target = ""] of readFileSync(ROOT + source, "utf8").matchAll(
      /(?:from |import\()"(\.[^"]+)"/g,
    )) {
      visit(relative(ROOT, join(ROOT, dirname(source), target)).replaceAll("\\", "/"));
    }
  };
  for (const source of ENTRIES.values()) visit(source);
  return [...sources].sort().flatMap(examplesIn);
}

/**
 * An example as a module. In scope is what the package exports, what the example's own file and folder do, and what the
 * `prelude` declares. Where a line ends in a comment that is a value, the line must give that value.
 */
export function moduleOf(example: Example, prelude: string): string {
  // A name that the prelude declares is the one that the example means.
  const imported = new Set(
    Array.from(prelude.matchAll(/^declare (?:function|const|class) (\w+)/gm), ([, name = ""]) => name),
  );
  const importLine = (source: string, specifier: string): string => {
    const fresh = exportedNames(source).filter((name) => !imported.has(bare(name)));
    for (const name of fresh) imported.add(bare(name));
    return `import { ${fresh.join(", ")} } from ${JSON.stringify(specifier)};`;
  };
  const code = example.code.replace(
    /^(.+); \/\/ ((?:["[{\d-]|true$|false$|null$|undefined$).*)$/gm,
    "expectEqual($1, $2);",
  );
  return [
    'import { deepEqual as expectEqual } from "node:assert/strict";',
    ...[...ENTRIES].map(([specifier, source]) => importLine(source, specifier)),
    ...[`${dirname(example.source)}/index.ts`, example.source]
      .filter((source) => existsSync(ROOT + source))
      .map((source) => importLine(source, ROOT + source)),
    prelude,
    `{\n${code}\n}`,
  ].join("\n");
}

function examplesIn(source: string): Example[] {
  const text = readFileSync(ROOT + source, "utf8");
  return [...text.matchAll(/\/\*\*.*?\*\//gs)].flatMap((comment) => {
    const firstLine = text.slice(0, comment.index).split("\n").length;
    const lines = comment[0]
      .replace(/\s*\*\/$/, "")
      .split("\n")
      .map((line) => line.replace(/^\s*\*? ?/, ""));
    return lines.flatMap((line, index): Example[] => {
      if (line !== "@example") return [];
      const rest = lines.slice(index + 1);
      const end = rest.findIndex((other) => other.startsWith("@"));
      const code = rest.slice(0, end === -1 ? undefined : end).join("\n");
      return [{ name: `${source}:${firstLine + index}`, source, code }];
    });
  });
}

/** The names that a file exports, those of types with the keyword that imports need. */
function exportedNames(source: string): string[] {
  const text = readFileSync(ROOT + source, "utf8");
  const declared = [
    ...text.matchAll(/^export (?:abstract |async )?(type|interface|class|const|let|function) (\w+)/gm),
  ].map(([, kind, name = ""]) => (kind === "type" || kind === "interface" ? `type ${name}` : name));
  const passedOn = [...text.matchAll(/^export (type )?\{([^}]+)\} from/gm)].flatMap(
    ([, type = "", list = ""]) =>
      list.split(",").flatMap((name) => (name.trim() ? [type + name.trim()] : [])),
  );
  return [...new Set([...declared, ...passedOn])];
}

function bare(name: string): string {
  return name.replace(/^type /, "");
}

function entryPoints(): Map<string, string> {
  const manifest: { name: string; exports: Record<string, string | Record<string, string>> } = JSON.parse(
    readFileSync(`${ROOT}package.json`, "utf8"),
  );
  return new Map(
    Object.entries(manifest.exports).flatMap(([subpath, target]): [string, string][] => {
      const source = typeof target === "object" ? target["responder-ts-source"] : undefined;
      return source ? [[manifest.name + subpath.slice(1), source.replace(/^\.\//, "")]] : [];
    }),
  );
}
