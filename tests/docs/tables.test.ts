import { readdirSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { API_OPTIONS } from "../../src/api-options.ts";
import { ERROR_CODES } from "../../src/http/errors.ts";
import { CONVERTER_NAMES } from "../../src/routing/converters.ts";
import { SESSION_OPTIONS } from "../../src/sessions/options.ts";
import { TOKEN_ERROR_CODES } from "../../src/tokens/errors.ts";
import { TOKENS_OPTIONS } from "../../src/tokens/options.ts";
import { REMOTE_OPTIONS } from "../../src/tokens/remote-keys.ts";
import { DOCUMENTS, ROOT } from "./markdown.ts";

/** The table rows of a document whose first cell begins with code: that code, and the other cells. */
function rowsOf(path: string): { name: string; cells: string[] }[] {
  const text = DOCUMENTS.find((document) => document.path === path)?.text ?? "";
  return [...text.matchAll(/^\| `([^`]+)`(.*) \|$/gm)].map(([, name = "", rest = ""]) => ({
    name,
    cells: rest.split(" | ").slice(1),
  }));
}

describe("docs/errors.md", () => {
  const rows = rowsOf("docs/errors.md");

  it("has every code of the framework once, with its status, and no other", () => {
    expect(rows).toHaveLength(Object.keys(ERROR_CODES).length);
    expect(Object.fromEntries(rows.map(({ name, cells }) => [name, Number(cells[0])]))).toEqual(ERROR_CODES);
  });

  it.each(rows.map(({ name, cells }) => [name, cells]))(
    "says of %s what it means and what to do",
    (_name, cells) => {
      expect(cells.slice(1)).toEqual([expect.stringMatching(/\w/), expect.stringMatching(/\w/)]);
    },
  );
});

describe("the tables of options", () => {
  const documented = ["docs/deployment.md", "docs/sessions.md", "docs/media.md", "docs/openapi.md"]
    .flatMap(rowsOf)
    .map(({ name }) => name);
  // This one has a section of its own.
  const elsewhere = ["trustedProxies"];

  it("have every option of new API()", () => {
    const missing = API_OPTIONS.filter(
      (name) => ![...documented, ...elsewhere].some((other) => other.split(".")[0] === name),
    );
    expect(missing).toEqual([]);
  });

  it("have every option of sessions", () => {
    expect(SESSION_OPTIONS.filter((name) => !documented.includes(`sessions.${name}`))).toEqual([]);
  });
});

describe("docs/tokens.md", () => {
  const names = rowsOf("docs/tokens.md").map(({ name }) => name);

  it("has every option of tokens, one's own and others'", () => {
    const documented = names.map((name) => name.split(".")[0]);
    expect([...TOKENS_OPTIONS, ...REMOTE_OPTIONS].filter((name) => !documented.includes(name))).toEqual([]);
  });

  it("has every code of a refused token, and no other", () => {
    const codes = names.filter((name) => /^[a-z]+(?:_[a-z]+)+$/.test(name));
    expect(codes.sort()).toEqual([...TOKEN_ERROR_CODES].sort());
  });
});

it("docs/routing.md has every converter", () => {
  const documented = rowsOf("docs/routing.md").map(({ name }) => name);
  expect(CONVERTER_NAMES.filter((name) => !documented.includes(name))).toEqual([]);
});

it("docs/architecture.md has every part of src/, and no other", () => {
  const parts = readdirSync(`${ROOT}src`, { withFileTypes: true })
    .filter(({ name }) => !/\.test(-d)?\.ts$/.test(name))
    .map((entry) => (entry.isDirectory() ? `${entry.name}/` : entry.name));
  const documented = rowsOf("docs/architecture.md")
    .map(({ name }) => name)
    .filter((name) => !/^(src|tests)\//.test(name));
  expect(documented.sort()).toEqual(parts.sort());
});
