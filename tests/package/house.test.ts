import { describe, expect, it } from "vitest";
import { allFiles, bareCode, importsOf, shippedFiles, textOf } from "./source.ts";

/**
 * The floors of the house, the lowest first. What stands on one floor may import what is below, and itself, but no
 * neighbour. Each name is a folder of `src/`, or a file that stands apart.
 */
const FLOORS: readonly (readonly string[])[] = [
  ["options", "bounded-cache", "sha256"],
  ["http"],
  ["media", "routing", "stores"],
  ["sessions"],
  ["exchange"],
  ["auth"],
  ["keys", "passwords", "registration", "tokens"],
  ["pipeline", "openapi"],
  ["runtimes"],
  ["testing/client", "lifecycle", "inspection", "api-options"],
  ["api-context"],
  ["api"],
  ["testing", "index", "cli"],
];

const MOST_LINES = 300;

/** What the core loads when it is imported, beyond its own files: small, and needed by nearly every request. */
const CORE_LOADS = ["cookie", "ipaddr.js", "leven", "node:buffer", "node:crypto", "secure-json-parse"];

/** `http` of `http/errors.ts`, `api` of `api.ts`, and a file's own name where it has a floor apart from its folder's. */
function partOf(file: string): string {
  const own = file.replace(/\.ts$/, "");
  return floorOf(own) === -1 ? (own.split("/")[0] as string) : own;
}

function floorOf(part: string): number {
  return FLOORS.findIndex((floor) => floor.includes(part));
}

function isOurs(target: string): boolean {
  return allFiles.includes(target);
}

describe("the house", () => {
  it("gives every part of src/ a floor", () => {
    const homeless = new Set(shippedFiles.map(partOf).filter((part) => floorOf(part) === -1));
    expect([...homeless], "add it to FLOORS, as low as its imports allow").toEqual([]);
  });

  it("has no floor without a part", () => {
    const parts = new Set(shippedFiles.map(partOf));
    expect(FLOORS.flat().filter((part) => !parts.has(part))).toEqual([]);
  });

  it("depends downwards only", () => {
    const upwards = shippedFiles.flatMap((file) =>
      importsOf(file)
        .filter(({ target }) => isOurs(target))
        .filter(({ target }) => {
          const [from, to] = [partOf(file), partOf(target)];
          return from !== to && floorOf(to) >= floorOf(from);
        })
        .map(({ target }) => `${file} imports ${target}`),
    );
    expect(upwards).toEqual([]);
  });

  it("imports no file that is not there, and no test", () => {
    const strays = shippedFiles.flatMap((file) =>
      importsOf(file)
        .filter(({ target }) => target.endsWith(".ts") && !shippedFiles.includes(target))
        .map(({ target }) => `${file} imports ${target}`),
    );
    expect(strays).toEqual([]);
  });

  it("reads the imports that there are", () => {
    expect(importsOf("index.ts")).toContainEqual({ target: "api.ts", kind: "static" });
    expect(importsOf("runtimes/node-send.ts")).toContainEqual({ target: "node:http", kind: "type" });
    expect(importsOf("media/yaml.ts")).toContainEqual({ target: "yaml", kind: "dynamic" });
  });
});

describe("the core", () => {
  const loaded = new Set<string>();
  const visit = (file: string) => {
    if (loaded.has(file)) return;
    loaded.add(file);
    if (!isOurs(file)) return;
    for (const { target, kind } of importsOf(file)) if (kind === "static") visit(target);
  };
  visit("index.ts");

  it("loads no heavy library before it is needed", () => {
    expect([...loaded].filter((target) => !isOurs(target)).sort()).toEqual(CORE_LOADS);
  });

  it("loads what makes the OpenAPI document when somebody asks for it, and nothing of the command line", () => {
    const found = [...loaded].filter((file) => file.startsWith("openapi/") || file.startsWith("cli/")).sort();
    expect(found).toEqual(["check", "options", "routes", "source"].map((name) => `openapi/${name}.ts`));
  });
});

describe("every file of src/", () => {
  it(`has at most ${MOST_LINES} lines`, () => {
    const long = allFiles
      .map((file) => ({ file, lines: textOf(file).trimEnd().split("\n").length }))
      .filter(({ lines }) => lines > MOST_LINES);
    expect(long).toEqual([]);
  });

  it("has no `any` in its code", () => {
    const found = allFiles.filter((file) => /(?<!\bexpect\.)\bany\b/.test(bareCode(textOf(file))));
    expect(found).toEqual([]);
  });

  it("silences neither the compiler nor the linter", () => {
    const silencer = new RegExp(["@ts-ignore", "@ts-nocheck", "biome-ignore", "eslint-disable"].join("|"));
    expect(allFiles.filter((file) => silencer.test(textOf(file)))).toEqual([]);
    const expectsError = shippedFiles.filter((file) => textOf(file).includes("@ts-expect-error"));
    expect(expectsError, "only tests expect errors").toEqual([]);
  });
});
