import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The repository's folder, with a slash at its end. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

interface Entry {
  "responder-ts-source": string;
  types: string;
  default: string;
}

/** What `package.json` says, as far as tests ask. */
export interface Manifest {
  name: string;
  license: string;
  type: string;
  sideEffects: boolean;
  engines: Record<string, string>;
  files: string[];
  exports: Record<string, Entry | string>;
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  devDependencies: Record<string, string>;
  scripts: Record<string, string>;
}

export const manifest: Manifest = JSON.parse(readFileSync(`${ROOT}package.json`, "utf8"));

/** What users may import: each subpath and where it is. */
export const entries: readonly (readonly [subpath: string, entry: Entry])[] = Object.entries(
  manifest.exports,
).filter((pair): pair is [string, Entry] => typeof pair[1] === "object");
