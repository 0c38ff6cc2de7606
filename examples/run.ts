/**
 * Runs an example: `npm run example -- api-keys`, or `guide/api-keys` with its folder. Node runs the TypeScript as it
 * stands; the condition makes `responder-ts` the source beside it.
 */
import { spawn } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";

const DEFAULT_FOLDER = "guide";
/** Folders in which each file is an application. */
const FOLDERS = [DEFAULT_FOLDER, "guards"];

const examples = new Map(FOLDERS.flatMap(examplesIn));
const [name = "", ...rest] = process.argv.slice(2);
const file = examples.get(name.includes("/") ? name : `${DEFAULT_FOLDER}/${name}`);

if (file === undefined || rest.length > 0) {
  const usage = "Usage: npm run example -- NAME, with one of these for NAME:";
  const list = [...examples.keys()].map((path) => `  ${path.replace(`${DEFAULT_FOLDER}/`, "")}`);
  const fault = file === undefined && name !== "" ? [`There is no example ${JSON.stringify(name)}.`] : [];
  console.error([...fault, usage, ...list].join("\n"));
  process.exitCode = 1;
} else {
  run(file);
}

function examplesIn(folder: string): [path: string, file: string][] {
  const directory = join(import.meta.dirname, folder);
  if (!existsSync(directory)) return [];
  return readdirSync(directory)
    .filter((entry) => entry.endsWith(".ts"))
    .sort()
    .map((entry) => [`${folder}/${entry.slice(0, -".ts".length)}`, join(directory, entry)]);
}

function run(example: string): void {
  const command = [process.execPath, "--conditions=responder-ts-source", example] as const;
  // The example takes this process's place, so that Ctrl-C and every other signal meet it directly, and once.
  process.execve?.(command[0], command);
  // Windows has no such thing; its console tells Ctrl-C to both processes.
  process.on("SIGINT", () => {});
  spawn(command[0], command.slice(1), { stdio: "inherit" }).on("exit", (code) => {
    process.exitCode = code ?? 1;
  });
}
