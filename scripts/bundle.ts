/**
 * Puts the package's JavaScript into few files, for a process that starts reads each of them; declarations are the
 * compiler's. All entries share `dist/core.js`, so that a class is the same in each of them. What stands behind an
 * `import()` keeps its own place, `dist/openapi/ui.js` for `src/openapi/ui.ts`.
 */
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { dirname, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { type OutputChunk, rolldown } from "rolldown";

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
}

/** Started by its path, as a process of its own, so that no import leads to it. */
const PROCESSES = ["./dist/cli/worker.js"];

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest: Manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));
const exported = Object.values(manifest.exports).flatMap((entry) =>
  typeof entry === "string" ? [] : nameOf(entry.default),
);
const started = [...Object.values(manifest.bin), ...PROCESSES].map(nameOf);
const packages = Object.keys({ ...manifest.dependencies, ...manifest.peerDependencies });
const imports = new Map<string, readonly string[]>();

const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries([...exported, ...started].map((name) => [name, sourceOf(name)])),
  external: (id) => isBuiltin(id) || packages.some((name) => id === name || id.startsWith(`${name}/`)),
  platform: "node",
  // Some bundlers of applications do not know newer syntax yet.
  transform: { target: "es2024" },
  plugins: [{ name: "imports", moduleParsed: ({ id, importedIds }) => void imports.set(id, importedIds) }],
  onLog(_level, { message }) {
    throw new Error(message);
  },
});
const { output } = await bundle.write({
  dir: "dist",
  format: "esm",
  sourcemap: true,
  sourcemapExcludeSources: true,
  chunkFileNames: ({ facadeModuleId, name }) => `${facadeModuleId ? placeOf(facadeModuleId) : name}.js`,
  codeSplitting: {
    groups: [
      // Of a part that a bundler cannot read for sure it keeps all: what needs no API shall not bring one along.
      { name: "shared", priority: 1, test: isShared },
      { name: "core", test: (id) => id === sourceOf("index") },
    ],
  },
});
await bundle.close();
for (const chunk of output) if (chunk.type === "chunk") checkPlaces(chunk);

/** Whether `index.ts` loads it at once, and so does an entry that needs no API. */
function isShared(id: string): boolean {
  const light = exported.map(loadedBy).filter((loaded) => !loaded.has(sourceOf("api")));
  return loadedBy("index").has(id) && light.some((loaded) => loaded.has(id));
}

function loadedBy(name: string): ReadonlySet<string> {
  const loaded = new Set([sourceOf(name)]);
  for (const id of loaded) for (const next of imports.get(id) ?? []) loaded.add(next);
  return loaded;
}

/** @throws Error for code of others in ours, and where a file would look for others beside itself, and is no longer there */
function checkPlaces({ fileName, moduleIds }: OutputChunk): void {
  for (const id of moduleIds) {
    // What the bundler puts in itself, for newer syntax.
    if (id.startsWith("\0")) continue;
    if (!id.startsWith(`${root}src/`)) throw new Error(`dist/${fileName} has ${id} in it: name its package`);
    if (!readFileSync(id, "utf8").includes("import.meta")) continue;
    if (dirname(placeOf(id)) !== dirname(fileName)) {
      throw new Error(`${id} uses import.meta, and is in dist/${fileName} now: put it behind an import()`);
    }
  }
}

function nameOf(built: string): string {
  return built.replace(/^\.\/dist\/(.+)\.js$/, "$1");
}

function sourceOf(name: string): string {
  return `${root}src/${name}.ts`;
}

function placeOf(source: string): string {
  return relative(`${root}src`, source).replace(/\.ts$/, "");
}
