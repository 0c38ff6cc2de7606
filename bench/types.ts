/**
 * What guards cost the type checker: 200 guarded routes beside the same routes without guards, checked by `tsc` as a
 * user's project would be. Exit 1 where the guarded ones take over 2 seconds, or over 3 times as long.
 */
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { caption } from "./options.ts";
import { markdown, median, spread } from "./table.ts";
import { ROUTES, type Variety, varieties } from "./types-source.ts";

const ROUNDS = 5;
const MOST_SECONDS = 2;
const MOST_TIMES = 3;
const ROOT = fileURLToPath(new URL("..", import.meta.url));
const TSC = join(ROOT, "node_modules/typescript/bin/tsc");

const folder = mkdtempSync(join(tmpdir(), "bench-types-"));
const times: Record<Variety, number[]> = { imports: [], unguarded: [], guarded: [] };
const names = Object.keys(times) as Variety[];
try {
  for (const name of names) writeProject(name);
  for (let round = 1; round <= ROUNDS; round++) for (const name of names) times[name].push(check(name));
} finally {
  rmSync(folder, { recursive: true, force: true });
}

const ratios = times.guarded.map((seconds, round) => seconds / (times.unguarded[round] as number));
const rows = names.map((name) => [
  name === "imports" ? "the imports alone" : `${ROUTES} ${name} routes`,
  `${median(times[name]).toFixed(2)} s (${Math.min(...times[name]).toFixed(2)}–${Math.max(...times[name]).toFixed(2)})`,
  name === "guarded" ? spread(ratios) : "",
]);
console.log(`${markdown(["Project", "tsc --noEmit", "Ratio to unguarded"], rows, 1)}\n`);
console.log(
  `Median of ${ROUNDS} interleaved runs (lowest–highest), the compiler's start included; ${caption()}.`,
);

if (median(times.guarded) > MOST_SECONDS || median(ratios) > MOST_TIMES) {
  console.error(
    `Guarded routes may take ${MOST_SECONDS} s and ${MOST_TIMES} times as long as unguarded ones.`,
  );
  process.exit(1);
}

/** A project as a user has it: the package and its schema library in node_modules, the package's built types. */
function writeProject(name: Variety): void {
  const modules = join(folder, name, "node_modules");
  mkdirSync(join(modules, "@types"), { recursive: true });
  symlinkSync(ROOT, join(modules, "responder-ts"));
  for (const library of ["zod", "@types/node"]) {
    symlinkSync(join(ROOT, "node_modules", library), join(modules, library));
  }
  const compilerOptions = {
    target: "es2024",
    module: "nodenext",
    types: ["node"],
    strict: true,
    noEmit: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    skipLibCheck: true,
  };
  const write = (file: string, text: string) => writeFileSync(join(folder, name, file), text);
  write("package.json", '{ "type": "module" }');
  write("tsconfig.json", JSON.stringify({ compilerOptions, include: ["app.ts"] }));
  write("app.ts", varieties[name]());
}

/** @throws Error where the project has a fault: what does not check is not measured */
function check(name: Variety): number {
  const began = performance.now();
  const result = spawnSync(process.execPath, [TSC, "-p", join(folder, name)], { encoding: "utf8" });
  const seconds = (performance.now() - began) / 1000;
  if (result.status !== 0) throw new Error(`${name} does not check:\n${result.stdout}${result.stderr}`);
  return seconds;
}
