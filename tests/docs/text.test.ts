import { existsSync, readFileSync } from "node:fs";
import { dirname, join, relative } from "node:path";
import { describe, expect, it } from "vitest";
import { DOCUMENTS, type Document, ROOT } from "./markdown.ts";

const cases = DOCUMENTS.map((document) => [document.path, document] as const);
const { scripts }: { scripts: Record<string, string> } = JSON.parse(
  readFileSync(`${ROOT}package.json`, "utf8"),
);

describe.each(cases)("%s", (_path, document) => {
  it("has no relative link that leads nowhere", () => {
    expect(linksOf(document).filter((link) => !leadsSomewhere(document, link))).toEqual([]);
  });

  it("has no path of anybody's machine", () => {
    const paths = document.text.match(/(?<![\w.])\/(?:home|root|tmp|work|Users|mnt)\/\S*|\b[A-Z]:\\\S*/g);
    expect(paths ?? []).toEqual([]);
  });

  it("names only npm scripts that there are", () => {
    const code = [...document.text.matchAll(/`([^`\n]+)`|^```sh\n([\s\S]*?)^```/gm)].map(
      ([, span, block]) => span ?? block ?? "",
    );
    const named = code.flatMap((text) =>
      [...text.matchAll(/\bnpm (?:run (?:--?\S+ )*)?([a-z][\w:]*)/g)].map(([, script = ""]) => script),
    );
    const own = ["ci", "install", "run"];
    expect(named.filter((name) => !own.includes(name) && scripts[name] === undefined)).toEqual([]);
  });

  it("names only files and folders that there are", () => {
    const named = [...document.text.matchAll(/`((?:src|tests|docs|examples|bench)\/[\w./-]*)`/g)].map(
      ([, path = ""]) => path,
    );
    expect(named.filter((path) => !existsSync(ROOT + path))).toEqual([]);
  });
});

function linksOf({ prose }: Document): string[] {
  return [...prose.matchAll(/\]\(([^)\s]+)\)/g)]
    .map(([, link = ""]) => link)
    .filter((link) => !/^[a-z]+:/.test(link));
}

function leadsSomewhere(document: Document, link: string): boolean {
  const [path = "", anchor] = link.split("#");
  const target = path === "" ? document.path : relative(ROOT, join(ROOT, dirname(document.path), path));
  if (!existsSync(ROOT + target)) return false;
  if (anchor === undefined) return true;
  return DOCUMENTS.find((other) => other.path === target)?.anchors.has(anchor) ?? false;
}
