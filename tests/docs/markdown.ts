import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";

/** The folder that README.md stands in. */
export const ROOT = fileURLToPath(new URL("../..", import.meta.url));

/** A fenced block of a document. */
export interface Block {
  /** The first word after the fence: `ts`, `sh`, `text`, `json`, … */
  readonly language: string;
  /** The second: the file that the block is, for later blocks to import. */
  readonly file: string | undefined;
  readonly code: string;
  /** The line of the opening fence, from 1. */
  readonly line: number;
}

/** One Markdown file. */
export interface Document {
  /** Its path from the root, with "/". */
  readonly path: string;
  readonly text: string;
  readonly blocks: readonly Block[];
  /** The text outside of fenced blocks and code spans. */
  readonly prose: string;
  /** What a link can name after "#". */
  readonly anchors: ReadonlySet<string>;
}

/** README.md and all of docs/. */
export const DOCUMENTS: readonly Document[] = [
  "README.md",
  ...readdirSync(`${ROOT}docs`, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name.replaceAll("\\", "/")}`)
    .sort(),
].map((path) => parseDocument(path, readFileSync(ROOT + path, "utf8")));

/** @throws Error for a fence that is not closed */
export function parseDocument(path: string, text: string): Document {
  const blocks: Block[] = [];
  const prose: string[] = [];
  const lines = text.split("\n");
  for (let index = 0; index < lines.length; index++) {
    const fence = /^(`{3,})\s*(.*)$/.exec(lines[index] as string);
    if (!fence) {
      prose.push(lines[index] as string);
      continue;
    }
    const end = lines.indexOf(fence[1] as string, index + 1);
    if (end === -1) throw new Error(`${path}:${index + 1} opens a block that is not closed`);
    const [language = "", file] = (fence[2] as string).split(/\s+/);
    blocks.push({ language, file, code: lines.slice(index + 1, end).join("\n"), line: index + 1 });
    index = end;
  }
  return {
    path,
    text,
    blocks,
    prose: prose.join("\n").replace(/`[^`\n]*`/g, ""),
    anchors: new Set(prose.filter((line) => line.startsWith("#")).map(anchorOf)),
  };
}

/** What GitHub makes of a heading. */
function anchorOf(heading: string): string {
  return heading
    .replace(/^#+\s*/, "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s_-]/gu, "")
    .trim()
    .replaceAll(" ", "-");
}
