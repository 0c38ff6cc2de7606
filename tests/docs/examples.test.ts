import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { collectExamples, type Example, moduleOf } from "./examples.ts";
import { preludeOf } from "./preludes.ts";
import { type Program, runProgram, twoAtATime } from "./programs.ts";
import { Sandbox } from "./sandbox.ts";

/** Examples import more than they use, and their own file from where it is. */
const OPTIONS = { noUnusedLocals: false, noUnusedParameters: false, rewriteRelativeImportExtensions: false };

const examples = collectExamples();
const sandbox = new Sandbox();
let complaints: Promise<string>;
let complete: Promise<Map<Example, Promise<void>>>;

const fileOf = (example: Example) => `${example.name.replaceAll(/\W/g, "-")}.ts`;

beforeAll(() => {
  for (const example of examples) {
    sandbox.write(`fragments/${fileOf(example)}`, moduleOf(example, preludeOf(example.source)));
    sandbox.write(`complete/${fileOf(example)}`, moduleOf(example, ""));
  }
  complaints = sandbox.typeCheck("fragments.json", ["fragments"], OPTIONS);
  complete = complaints
    .then(() => sandbox.typeCheck("complete.json", ["complete"], OPTIONS))
    .then((missing) => examples.filter((example) => !missing.includes(`complete/${fileOf(example)}`)))
    .then((runnable) => twoAtATime(runnable, run));
});

afterAll(async () => {
  await Promise.allSettled([complaints, ...(await complete).values()]);
  sandbox.remove();
});

async function run(example: Example): Promise<void> {
  const path = `complete/${fileOf(example)}`;
  const program: Program = { name: example.name, path, code: example.code, followers: [] };
  if (!example.code.startsWith("throw ")) return runProgram(sandbox, program);
  const { exitCode, stderr } = await sandbox.start(path).ended();
  const [, thrown = ""] = /^throw new (\w+)/.exec(example.code) ?? [];
  if (exitCode === 0 || !stderr.includes(thrown)) throw new Error(`It did not throw ${thrown}:\n${stderr}`);
}

describe("the examples in the doc comments", () => {
  it("are found", () => {
    expect(examples.length).toBeGreaterThan(20);
  });

  it("compile as strictly as the package itself", async () => {
    expect(await complaints).toBe("");
  });

  it("are complete programs in good part", async () => {
    expect((await complete).size).toBeGreaterThan(8);
  });

  it.each(examples.map((example) => [example.name, example] as const))(
    "%s gives what it says it gives, where it is complete",
    async (_name, example) => {
      await (await complete).get(example);
    },
  );
});
