import { execFile } from "node:child_process";
import { copyFile, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { notesAPI } from "./notes.ts";

const ROOT = join(import.meta.dirname, "../..");
const run = promisify(execFile);
const TSCONFIG = {
  compilerOptions: {
    strict: true,
    exactOptionalPropertyTypes: true,
    noEmit: true,
    module: "nodenext",
    target: "es2024",
    lib: ["es2024"],
    types: [],
  },
  files: ["client.fixture.ts"],
};
/** openapi-typescript is made of TypeScript 5's compiler interface, which version 7 does not have. */
const WITH_TYPESCRIPT_5 = `import { registerHooks } from "node:module";
registerHooks({ resolve: (name, context, next) => next(name === "typescript" ? "typescript5" : name, context) });
`;

let folder = "";
beforeAll(async () => {
  // Inside the repository, where its packages are found.
  const cache = join(ROOT, "node_modules/.cache");
  await mkdir(cache, { recursive: true });
  folder = await mkdtemp(join(cache, "client-types-"));
  await writeFile(join(folder, "schema.json"), await (await notesAPI().requests.get("/schema.json")).text());
  await writeFile(join(folder, "hook.mjs"), WITH_TYPESCRIPT_5);
  const generator = join(ROOT, "node_modules/openapi-typescript/bin/cli.js");
  const command = ["--import", "./hook.mjs", generator, "schema.json", "-o", "schema.ts"];
  await run(process.execPath, command, { cwd: folder });
  await writeFile(join(folder, "tsconfig.json"), JSON.stringify(TSCONFIG));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** What the compiler says of a client's code against the types that were made of the document. */
async function complaints(): Promise<string> {
  const tsc = join(ROOT, "node_modules/typescript/bin/tsc");
  return run(process.execPath, [tsc, "-p", "."], { cwd: folder }).then(
    ({ stdout }) => stdout,
    (error: { stdout: string }) => error.stdout,
  );
}

describe("the types that openapi-typescript makes of the document", () => {
  it("are those of the handlers", async () => {
    await copyFile(join(import.meta.dirname, "client.fixture.ts"), join(folder, "client.fixture.ts"));
    expect(await complaints()).toBe("");
  });

  it("are looked at: a wrong one is found", async () => {
    const wrong = `import type { operations } from "./schema.ts";
export const query: operations["notesList"]["parameters"]["query"] = { page: "1" };
`;
    await writeFile(join(folder, "client.fixture.ts"), wrong);
    expect(await complaints()).toContain("Type 'string' is not assignable to type 'number'");
  });
});
