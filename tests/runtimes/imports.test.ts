import { join } from "node:path";
import { build, type OutputChunk } from "rolldown";
import { esmExternalRequirePlugin } from "rolldown/plugins";
import { describe, expect, it } from "vitest";
import { manifest } from "../package/manifest.ts";
import { ROOT } from "./bundle.ts";

/** What every runtime has, Workers with `nodejs_compat` included. */
const EVERYWHERE = ["node:async_hooks", "node:buffer", "node:crypto"];

async function chunksOf(entry: string, options: { external: string[]; oneFile: boolean }) {
  const { output } = await build({
    input: join(ROOT, entry),
    platform: "neutral",
    write: false,
    logLevel: "silent",
    external: options.external,
    resolve: {
      conditionNames: ["responder-ts-source", "import", "module", "default"],
      mainFields: ["module", "main"],
    },
    plugins: [esmExternalRequirePlugin({ external: [/^node:/] })],
    output: { format: "esm", codeSplitting: !options.oneFile },
  });
  return output.filter((piece): piece is OutputChunk => piece.type === "chunk");
}

/** What is loaded with the entry, before anything is asked for. */
function loadedAtOnce(chunks: readonly OutputChunk[]): string[] {
  const outside = new Set<string>();
  const visited = new Set<string>();
  const visit = (name: string): void => {
    if (visited.has(name)) return;
    visited.add(name);
    const chunk = chunks.find(({ fileName }) => fileName === name);
    if (chunk === undefined) outside.add(name);
    else for (const imported of chunk.imports) visit(imported);
  };
  visit(chunks.find(({ isEntry }) => isEntry)?.fileName as string);
  return [...outside].filter((name) => name.startsWith("node:")).sort();
}

const entries = ["src/index.ts", "src/auth/index.ts"];
const packages = Object.keys(manifest.dependencies);

describe.each(entries)("%s", (entry) => {
  it("loads nothing of Node at once but what every runtime has, our packages included", async () => {
    const loaded = loadedAtOnce(await chunksOf(entry, { external: [], oneFile: false }));
    expect(loaded.filter((name) => !EVERYWHERE.includes(name))).toEqual([]);
    expect(loaded).toContain("node:crypto");
  });

  it("puts into a bundle of one file no import of Node's but those, wherever it stands in the code", async () => {
    const loaded = loadedAtOnce(await chunksOf(entry, { external: packages, oneFile: true }));
    expect(loaded.filter((name) => !EVERYWHERE.includes(name))).toEqual([]);
  });
});
