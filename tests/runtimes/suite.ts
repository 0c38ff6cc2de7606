import { suites } from "virtual:suites";
import { Group, type Report, runAll, within } from "./cases.ts";
import { LACKS, type RuntimeName } from "./lacks.ts";

/** Loads every file of the behavioural suite, and runs its cases. */
export async function runSuite(runtime: RuntimeName): Promise<Report> {
  const files: Group[] = [];
  for (const [name, load] of suites) {
    const file = new Group(name);
    files.push(file);
    await within(file, load);
  }
  return runAll(files, LACKS[runtime]);
}
