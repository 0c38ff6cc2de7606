/** The suite as a program of Bun or Deno. The report is a line of its own, the last of its output. */
import { runSuite } from "./suite.ts";

const report = await runSuite("Bun" in globalThis ? "bun" : "deno");
process.stdout.write(`\n${JSON.stringify(report)}\n`, () => process.exit(0));
