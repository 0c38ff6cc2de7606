import { loadavg } from "node:os";
import { parseArgs } from "node:util";
import { type Contestant, contestantsOn, type Runtime } from "./contestants.ts";
import { setting } from "./processes.ts";

/**
 * The options of the command line, by their defaults: a text for one that takes a value, false for a switch. `--help`
 * prints the help and ends the process; so does an option that there is not.
 */
export function readOptions<Options extends Record<string, string | boolean>>(
  help: string,
  defaults: Options,
): { [Name in keyof Options]: Options[Name] extends boolean ? boolean : string } {
  const options = Object.fromEntries(
    Object.entries({ ...defaults, help: false }).map(([name, value]) =>
      typeof value === "boolean"
        ? ([name, { type: "boolean", default: value }] as const)
        : ([name, { type: "string", default: value }] as const),
    ),
  );
  try {
    const values: Record<string, unknown> = parseArgs({ options }).values;
    if (values["help"] !== true) return values as ReturnType<typeof readOptions<Options>>;
  } catch (error) {
    fail(error instanceof Error ? error.message : String(error), help);
  }
  console.log(help);
  process.exit(0);
}

/** Ends the process with what is wrong and how it is done right. */
export function fail(message: string, help: string): never {
  console.error(`${message}\n\n${help}`);
  process.exit(1);
}

/** The number that an option takes: over 0, and whole where it counts something. */
export function positive(option: string, text: string, help: string, whole = true): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value) && (!whole || Number.isInteger(value))) return value;
  fail(`--${option} takes ${whole ? "a whole number from 1" : "a number over 0"}`, help);
}

/** The contestants that a list names, or those that run by default, or all. */
export function chosenContestants(
  names: readonly string[],
  all: boolean,
  runtime: Runtime = "node",
): readonly Contestant[] {
  const there = contestantsOn(runtime);
  const named = there.filter(({ name }) => names.includes(name));
  return named.length > 0 ? named : there.filter(({ byDefault }) => all || byDefault);
}

/** How the run was made, for below its table. */
export function caption(runtime: Runtime = "node"): string {
  const load = loadavg().map((value) => value.toFixed(2));
  return `${setting(runtime)}; load average ${load.join(", ")}`;
}

/** One line on the terminal, overwritten by the next. */
export function progress(text: string): void {
  if (process.stderr.isTTY) process.stderr.write(`\r${text.padEnd(70)}${text === "" ? "\r" : ""}`);
}
