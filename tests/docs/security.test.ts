import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { DOCUMENTS, ROOT } from "./markdown.ts";

const TEXT = DOCUMENTS.find(({ path }) => path === "docs/security.md")?.text ?? "";

/** How many requirements each section of ASVS 5.0.0 has. */
const SECTIONS = {
  ...{ "V6.1": 3, "V6.2": 12, "V6.3": 8, "V6.4": 6, "V6.5": 8, "V6.6": 4, "V6.7": 2, "V6.8": 4 },
  ...{ "V7.1": 3, "V7.2": 4, "V7.3": 2, "V7.4": 5, "V7.5": 3, "V7.6": 2 },
  ...{ "V9.1": 3, "V9.2": 4 },
};
const ANSWERS = ["yes", "in part", "the application's", "not answered"];

/** A test that the document names: its file, and its name where that is said. */
interface Named {
  readonly file: string;
  readonly names: readonly string[];
}

/** Of `path`: "name"; "another name" each path with its names. */
function testsIn(text: string): Named[] {
  return [...text.matchAll(/`((?:src|tests)\/[^`]+)`((?:[:;] "[^"\n]+")*)/g)].map(
    ([, file = "", rest = ""]) => ({
      file,
      names: [...rest.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name),
    }),
  );
}

const requirements = TEXT.split("\n")
  .filter((line) => /^\| V\d/.test(line))
  .map((line) => {
    const [id = "", level = "", asks = "", answer = "", by = "", test = ""] = line.split("|").slice(1, -1);
    return {
      id: id.trim(),
      level: level.trim(),
      asks: asks.trim(),
      answer: answer.trim(),
      by: by.trim(),
      test: test.trim(),
      columns: line.split("|").length - 2,
    };
  });

describe("docs/security.md", () => {
  const named = testsIn(TEXT);
  const files = [...new Set(named.map(({ file }) => file))].sort();

  it("names tests in good number", () => {
    expect(files.length).toBeGreaterThan(30);
    expect(named.filter(({ names }) => names.length === 0)).toEqual([]);
  });

  it.each(files)("names %s, which is there, by names of tests that are in it", (file) => {
    expect(existsSync(ROOT + file), `${file} is not there`).toBe(true);
    expect(file).toMatch(/\.test\.ts$/);
    const source = readFileSync(ROOT + file, "utf8");
    const names = named.filter((other) => other.file === file).flatMap((other) => other.names);
    expect(names.filter((name) => !hasName(source, name))).toEqual([]);
  });

  it("quotes a name after a path alone, so that none escapes this test", () => {
    const inLists = TEXT.split("\n").filter((line) => line.startsWith("- ") || line.startsWith("| V"));
    const quoted = inLists.flatMap((line) => [...line.replaceAll(/`[^`]*`/g, "``").matchAll(/"[^"]+"/g)]);
    expect(named.flatMap(({ names }) => names)).toHaveLength(quoted.length);
  });
});

describe("the table of ASVS 5.0", () => {
  it("has every requirement of V6, V7 and V9 once, in its order, and no other", () => {
    const wanted = Object.entries(SECTIONS).flatMap(([section, count]) =>
      Array.from({ length: count }, (_, index) => `${section}.${index + 1}`),
    );
    expect(requirements.map(({ id }) => id)).toEqual(wanted);
  });

  it.each(requirements.map((row) => [row.id, row] as const))(
    "says of %s its level, what it asks for, and one of four answers",
    (_id, { level, asks, answer, columns }) => {
      expect(level).toMatch(/^[123]$/);
      expect(asks).toMatch(/\w{3}/);
      expect(ANSWERS).toContain(answer);
      expect(columns).toBe(6);
    },
  );

  it("shows a test for what is answered, and claims none for what is not", () => {
    const isAnswered = (answer: string) => answer === "yes" || answer === "in part";
    const wrong = requirements.filter(({ answer, test }) => isAnswered(answer) !== testsIn(test).length > 0);
    expect(wrong.map(({ id }) => id)).toEqual([]);
  });

  it("says what is left where something is answered in part", () => {
    expect(requirements.filter(({ answer, by }) => answer === "in part" && by === "")).toEqual([]);
  });
});

/** Whether a source has a title of a test, as a text of its own or at the start of a longer one. */
function hasName(source: string, name: string): boolean {
  return [`"${name}"`, `\`${name}\``, `\`${name}, \${`].some((text) => source.includes(text));
}
