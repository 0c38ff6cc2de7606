/**
 * Puts the package's JavaScript into few files, for a process that starts reads each of them; declarations are the
 * compiler's. What `index.ts` imports is one file, `dist/core.js`, and all entries share it: a class is the same in each.
 * What stands behind an `import()` has its own place, `dist/openapi/ui.js` for `src/openapi/ui.ts`, because such a file
 * finds others beside itself.
 */
import { readFileSync } from "node:fs";
import { isBuiltin } from "node:module";
import { relative } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";

const root = fileURLToPath(new URL("..", import.meta.url));
const manifest: Manifest = JSON.parse(readFileSync(`${root}package.json`, "utf8"));

interface Manifest {
  readonly exports: Readonly<Record<string, string | { readonly default: string }>>;
  readonly bin: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

/** Started by its path, as a process of its own, so that no import leads to it. */
const PROCESSES = ["./dist/cli/worker.js"];

const built = [
  ...Object.values(manifest.exports).flatMap((entry) => (typeof entry === "string" ? [] : entry.default)),
  ...Object.values(manifest.bin),
  ...PROCESSES,
];
const names = built.map((file) => file.replace(/^\.\/dist\/(.+)\.js$/, "$1"));
const dependencies = Object.keys(manifest.dependencies);

const bundle = await rolldown({
  cwd: root,
  input: Object.fromEntries(names.map((name) => [name, sourceOf(name)])),
  external: (id) => isBuiltin(id) || dependencies.some((name) => id === name || id.startsWith(`${name}/`)),
  platform: "node",
  transform: { target: "es2024" },
  onLog(_level, log) {
    throw new Error(log.message);
  },
});
await bundle.write({
  dir: "dist",
  format: "esm",
  sourcemap: true,
  sourcemapExcludeSources: true,
  entryFileNames: "[name].js",
  chunkFileNames: ({ facadeModuleId, name }) =>
    facadeModuleId ? `${relative(sourceOf(""), facadeModuleId).replace(/\.ts$/, "")}.js` : `${name}.js`,
  codeSplitting: { groups: [{ name: "core", test: (id) => id === sourceOf("index") }] },
});
await bundle.close();

function sourceOf(name: string): string {
  return name === "" ? `${root}src` : `${root}src/${name}.ts`;
}
