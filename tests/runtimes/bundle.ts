import { globSync } from "node:fs";
import { basename, join, resolve } from "node:path";
import { build, type Plugin } from "rolldown";
import { esmExternalRequirePlugin } from "rolldown/plugins";

export const ROOT = join(import.meta.dirname, "../..");

/** Lists the behavioural suite for the program that runs it. */
function suites(): Plugin {
  const id = "virtual:suites";
  return {
    name: id,
    resolveId: (source) => (source === id ? `\0${id}` : null),
    load(loaded) {
      if (loaded !== `\0${id}`) return null;
      const files = globSync("tests/behaviour/*.test.ts", { cwd: ROOT }).sort();
      const entries = files.map(
        (file) => `[${JSON.stringify(basename(file))}, () => import(${JSON.stringify(join(ROOT, file))})]`,
      );
      return `export const suites = [${entries.join(",\n")}];`;
    },
  };
}

/**
 * One file of a program and all that it imports, but what a runtime itself brings.
 *
 * @param entry its path from the repository's root, or a whole one
 * @param conditions of the runtime, for the packages that differ by it
 * @returns its code
 */
export async function bundle(entry: string, conditions: readonly string[] = []): Promise<string> {
  const { output } = await build({
    input: resolve(ROOT, entry),
    cwd: ROOT,
    platform: "neutral",
    write: false,
    logLevel: "silent",
    resolve: {
      alias: {
        vitest: join(ROOT, "tests/runtimes/vitest-shim.ts"),
        // For a program that stands outside of the repository.
        "responder-ts": join(ROOT, "src/index.ts"),
      },
      conditionNames: ["responder-ts-source", ...conditions, "import", "module", "default"],
      mainFields: ["module", "main"],
    },
    plugins: [suites(), esmExternalRequirePlugin({ external: [/^node:/] })],
    output: { format: "esm", codeSplitting: false },
  });
  return output[0].code;
}
