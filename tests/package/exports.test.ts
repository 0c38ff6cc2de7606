import { describe, expect, it } from "vitest";
import { entries, manifest, ROOT } from "./manifest.ts";
import { textOf, withoutComments } from "./source.ts";

const EXPORT = /^export\s+(type\s+)?\{([^}]*)\}/gm;

/** What an entry file exports: it is written as lists of names, so that nothing gets out by accident. */
function exportsOf(file: string): { values: string[]; types: string[] } {
  const values: string[] = [];
  const types: string[] = [];
  for (const [, allTypes, list = ""] of withoutComments(textOf(file)).matchAll(EXPORT)) {
    for (const item of list.split(",").map((name) => name.trim())) {
      if (item === "") continue;
      const name = item
        .replace(/^type\s+/, "")
        .split(/\s+as\s+/)
        .at(-1) as string;
      (allTypes || item.startsWith("type ") ? types : values).push(name);
    }
  }
  return { values: values.sort(), types: types.sort() };
}

describe.each(entries)("the entry %s", (subpath, entry) => {
  const file = entry["responder-ts-source"].replace("./src/", "");

  it("exports these names and no others", async () => {
    const { values, types } = exportsOf(file);
    const lines = [...values, ...types.map((name) => `type ${name}`)];
    const snapshot = subpath === "." ? "index" : subpath.slice(2).replaceAll("/", "-");
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot(`./exports/${snapshot}.txt`);
  });

  it("exports when it runs what its source lists", async () => {
    const module: object = await import(`${manifest.name}${subpath.slice(1)}`);
    expect(Object.keys(module).sort()).toEqual(exportsOf(file).values);
  });

  it("lists every name: no star, no default", () => {
    expect(withoutComments(textOf(file))).not.toMatch(/^export\s+(\*|default|const|let|function|class)/m);
  });

  it("comes with types, and in the order in which conditions are tried", () => {
    expect(Object.keys(entry)).toEqual(["responder-ts-source", "types", "default"]);
    const built = entry["responder-ts-source"].replace("./src/", "./dist/");
    expect(entry.types).toBe(built.replace(/\.ts$/, ".d.ts"));
    expect(entry.default).toBe(built.replace(/\.ts$/, ".js"));
  });
});

it("resolves the package's own name to its source here", () => {
  expect(import.meta.resolve(manifest.name)).toBe(`file://${ROOT}src/index.ts`);
});
