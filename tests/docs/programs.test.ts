import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { DOCUMENTS } from "./markdown.ts";
import { isServer, type Program, programsOf, runProgram, twoAtATime } from "./programs.ts";
import { Sandbox } from "./sandbox.ts";
import { isExecutable } from "./shell.ts";

const LANGUAGES = ["ts", "sh", "text", "json", "nginx", "dockerfile"];

/** In milliseconds: all run from the start on, beside the type check, and the first ones wait for it. */
const PATIENCE = 90_000;

const programs = DOCUMENTS.flatMap(programsOf);
const sandbox = new Sandbox();
let complaints: Promise<string>;
let runs: Map<Program, Promise<void>>;

beforeAll(() => {
  for (const { path, code } of programs) sandbox.write(path, code);
  complaints = sandbox.typeCheck("tsconfig.json", ["README", "docs"]);
  runs = twoAtATime(programs, (program) => runProgram(sandbox, program));
});

afterAll(async () => {
  await Promise.allSettled([complaints, ...runs.values()]);
  sandbox.remove();
});

describe("the documentation's programs", () => {
  it("are in README.md and in the guide", () => {
    const documents = new Set(programs.map(({ name }) => name.replace(/:.*/, "")));
    expect([...documents]).toEqual(expect.arrayContaining(["README.md", "docs/authentication.md"]));
  });

  it(
    "compile as strictly as the package itself",
    async () => {
      expect(await complaints).toBe("");
    },
    PATIENCE,
  );

  it.each(programs.map((program) => [program.name, program] as const))(
    "%s runs, and does what its document says",
    async (_name, program) => {
      await runs.get(program);
    },
    PATIENCE,
  );
});

describe("the documentation's blocks", () => {
  it.each(DOCUMENTS.map((document) => [document.path, document] as const))(
    "%s names the language of each, so that none escapes the tests",
    (_path, { blocks }) => {
      const unknown = blocks.filter(({ language }) => !LANGUAGES.includes(language));
      expect(unknown.map(({ line, language }) => `line ${line}: ${language || "none"}`)).toEqual([]);
    },
  );

  it.each(DOCUMENTS.map((document) => [document.path, document] as const))(
    "%s shows curl only after a program that answers it",
    (_path, document) => {
      const answered = programsOf(document)
        .filter(isServer)
        .flatMap(({ followers }) => followers);
      const stray = document.blocks.filter(
        (block) => block.language === "sh" && isExecutable(block.code) && !answered.includes(block),
      );
      expect(stray.map(({ line }) => `line ${line}`)).toEqual([]);
    },
  );
});
