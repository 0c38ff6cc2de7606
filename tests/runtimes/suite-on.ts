import type { Report } from "./cases.ts";
import type { RuntimeName } from "./lacks.ts";
import { start } from "./programs.ts";
import { startWorker } from "./worker.ts";

export const RUNTIMES = ["bun", "deno", "workerd"] as const satisfies readonly RuntimeName[];

/** Runs the behavioural suite on a runtime. @throws Error when it gives no report */
export async function suiteOn(runtime: RuntimeName): Promise<Report> {
  if (runtime === "workerd") {
    const worker = await startWorker("tests/runtimes/main-worker.ts");
    try {
      const response = await worker.dispatchFetch("http://suite.test/");
      return (await response.json()) as Report;
    } finally {
      await worker.dispose();
    }
  }
  const program = await start(runtime, "tests/runtimes/main-process.ts");
  const late = setTimeout(() => void program.stop("SIGKILL"), 120_000);
  const status = await program.exit;
  clearTimeout(late);
  const report = program.output.split("\n").findLast((line) => line.startsWith('{"passed":'));
  if (status !== 0 || report === undefined) {
    throw new Error(`The suite on ${runtime} ended with ${status} and no report: ${program.output}`);
  }
  return JSON.parse(report) as Report;
}
