/** The suite as a program of Bun or Deno. Its last line is the report. */
import { runSuite } from "./suite.ts";

const report = await runSuite("Bun" in globalThis ? "bun" : "deno");
// Away from what the suite itself may still print to standard error.
process.stdout.write(`\n${JSON.stringify(report)}\n`, () => process.exit(0));
