import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { gzipSync } from "node:zlib";
import { type OutputChunk, rolldown } from "rolldown";

const ROOT = fileURLToPath(new URL("..", import.meta.url));

/** What one subpath weighs, in bytes, minified. */
export interface Size {
  readonly subpath: string;
  /** Without the packages that it depends on. */
  readonly own: number;
  readonly ownGzip: number;
  /** With the packages that are loaded along with it at once. */
  readonly atOnce: number;
  readonly atOnceGzip: number;
  /** What is loaded when it is needed: formats, documents. With packages. */
  readonly laterGzip: number;
}

/** The most bytes, minified and gzip, by subpath. */
export type Budgets = Readonly<Record<string, { readonly ownGzip: number; readonly atOnceGzip: number }>>;

export const BUDGETS: Budgets = JSON.parse(
  readFileSync(new URL("size-budgets.json", import.meta.url), "utf8"),
);

/**
 * Every subpath that `package.json` exports, bundled for itself: what two of them share counts in both.
 *
 * @param condition "default" for the build, "responder-ts-source" for the source, which needs none
 */
export async function sizes(condition: "default" | "responder-ts-source"): Promise<Size[]> {
  const manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8")) as {
    exports: Record<string, string | Record<string, string>>;
  };
  const found: Size[] = [];
  for (const [subpath, entry] of Object.entries(manifest.exports)) {
    if (typeof entry === "string") continue;
    const file = join(ROOT, entry[condition] as string);
    const own = await bundle(file, (id) => !/^[./]/.test(id));
    const whole = await bundle(file, isBuiltin);
    found.push({
      subpath,
      own: bytes(own.atOnce) + bytes(own.later),
      ownGzip: gzipped(own.atOnce) + gzipped(own.later),
      atOnce: bytes(whole.atOnce),
      atOnceGzip: gzipped(whole.atOnce),
      laterGzip: gzipped(whole.later),
    });
  }
  return found;
}

/** What is over its budget, or has none, in words. */
export function overBudget(found: readonly Size[], budgets: Budgets): string[] {
  return found.flatMap((size) => {
    const budget = budgets[size.subpath];
    if (!budget) return [`${size.subpath} has no budget`];
    return (["ownGzip", "atOnceGzip"] as const)
      .filter((kind) => size[kind] > budget[kind])
      .map((kind) => `${size.subpath}: ${kind} is ${size[kind]} bytes, over its budget of ${budget[kind]}`);
  });
}

interface Bundle {
  readonly atOnce: readonly OutputChunk[];
  readonly later: readonly OutputChunk[];
}

async function bundle(file: string, external: (id: string) => boolean): Promise<Bundle> {
  const build = await rolldown({
    input: file,
    external,
    platform: "node",
    onLog: () => {}, // warnings about the code of dependencies
  });
  const { output } = await build.generate({ format: "esm", minify: true });
  await build.close();
  const chunks = output.filter((part) => part.type === "chunk");
  const byName = new Map(chunks.map((chunk) => [chunk.fileName, chunk]));
  const atOnce = new Set<OutputChunk>();
  const visit = (chunk: OutputChunk | undefined) => {
    if (!chunk || atOnce.has(chunk)) return;
    atOnce.add(chunk);
    for (const name of chunk.imports) visit(byName.get(name));
  };
  visit(chunks.find(({ isEntry }) => isEntry));
  return { atOnce: [...atOnce], later: chunks.filter((chunk) => !atOnce.has(chunk)) };
}

function bytes(chunks: readonly OutputChunk[]): number {
  return chunks.reduce((sum, { code }) => sum + Buffer.byteLength(code), 0);
}

function gzipped(chunks: readonly OutputChunk[]): number {
  return chunks.reduce((sum, { code }) => sum + gzipSync(code, { level: 9 }).length, 0);
}
