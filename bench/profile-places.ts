/** Where profiled functions are written. */
import { existsSync, readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import { relative, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import type { CallFrame, Frame } from "./profile-frames.ts";

const ROOT = fileURLToPath(new URL("..", import.meta.url));
const maps = new Map<string, SourceMap | undefined>();

/** File and line from the repository's root; of a built file, those of its source. */
export function placeOf({ url, lineNumber, columnNumber }: CallFrame): string {
  if (url === "") return "";
  if (!url.startsWith("file:") && !url.startsWith("/")) return `${url}:${lineNumber + 1}`;
  const file = url.startsWith("file:") ? fileURLToPath(url) : url;
  const entry = mapOf(file)?.findEntry(lineNumber, columnNumber);
  if (entry === undefined || !("originalSource" in entry)) return `${relative(ROOT, file)}:${lineNumber + 1}`;
  return `${relative(ROOT, resolve(file, "..", entry.originalSource))}:${entry.originalLine + 1}`;
}

/** Whose a function is: ours, a package's, the application's, the runtime's, or the engine's own. */
export function ownerOf({ name, place }: Frame): string {
  if (place === "") return name.startsWith("(") && name !== "(anonymous)" ? name : "native code";
  if (/^(node|bun|internal):/.test(place)) return "the runtime's JavaScript";
  const [, dependency] = /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(place) ?? [];
  return dependency ?? (place.startsWith("src/") ? "responder-ts" : "the application");
}

function mapOf(file: string): SourceMap | undefined {
  if (!maps.has(file)) {
    const path = `${file}.map`;
    const isBuilt = relative(ROOT, file).startsWith("dist");
    maps.set(
      file,
      isBuilt && existsSync(path) ? new SourceMap(JSON.parse(readFileSync(path, "utf8"))) : undefined,
    );
  }
  return maps.get(file);
}
