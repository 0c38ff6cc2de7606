/**
 * Installs the package as its users get it, in an empty project outside this one: type-checked there by the strictest
 * settings, compiled, and run on every Node that it promises.
 */
import { execFile } from "node:child_process";
import { cp, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

const root = fileURLToPath(new URL("..", import.meta.url));
const project = await mkdtemp(join(tmpdir(), "responder-ts-"));
const run = promisify(execFile);

async function step(command: string, ...args: string[]): Promise<string> {
  try {
    const { stdout } = await run(command, args, { cwd: project, timeout: 300_000 });
    return stdout.trim();
  } catch (error) {
    const { stdout = "", stderr = "" } = error as { stdout?: string; stderr?: string };
    throw new Error(`${command} ${args.join(" ")} failed\n${stdout}${stderr}`, { cause: error });
  }
}

try {
  const { name, version, exports, devDependencies } = JSON.parse(
    await readFile(join(root, "package.json"), "utf8"),
  );
  await writeFile(join(project, "package.json"), JSON.stringify({ private: true, type: "module" }));
  await cp(join(root, "tests/package/consumer"), project, { recursive: true });
  const entries = Object.keys(exports).filter((subpath) => subpath !== "./package.json");
  const importing = (subpaths: readonly string[]) =>
    subpaths
      .map((subpath, index) => `export * as entry${index} from "${name}${subpath.slice(1)}";\n`)
      .join("");
  await writeFile(join(project, "entries.ts"), importing(entries));
  // A token key may be a KeyObject, whose type is Node's.
  const portable = entries.filter((subpath) => subpath !== "./tokens");
  await writeFile(join(project, "portable-entries.ts"), importing(portable));

  const tarball = await step("npm", "pack", root, "--silent", "--ignore-scripts");
  await step(
    "npm",
    "install",
    "--no-audit",
    "--no-fund",
    `./${tarball}`,
    `typescript@${devDependencies.typescript}`,
    `@types/node@${devDependencies["@types/node"]}`,
  );
  console.log(`${tarball} installs`);

  const tsc = join(project, "node_modules/.bin/tsc");
  await step(tsc, "-p", "tsconfig.json");
  console.log("its types hold: nodenext, with the types of Node");
  await step(tsc, "-p", "tsconfig.bundler.json");
  console.log("its types hold, but for those of tokens: bundler, with the types of the DOM alone");

  for (const runtime of ["node", "node24"]) {
    const node = join(root, "node_modules", runtime, "bin/node");
    await step(node, "entries.js");
    const printed = await step(node, "node_modules/.bin/responder", "--version");
    if (printed !== version) throw new Error(`responder --version printed:\n${printed}`);
    const document = await step(node, "node_modules/.bin/responder", "openapi", "api.js");
    if (!document.includes("title: Consumer")) throw new Error(`responder openapi printed:\n${document}`);
    console.log(await step(node, "main.js"));
    console.log(await step(node, "cold.js"));
  }
} finally {
  await rm(project, { recursive: true, force: true });
}
