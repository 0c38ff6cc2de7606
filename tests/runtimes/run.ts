/** `npm run test:runtimes`: the behavioural suite on every runtime beside Node, with its counts. */
import { RUNTIMES, suiteOn } from "./suite-on.ts";

let failed = 0;
for (const runtime of RUNTIMES) {
  const report = await suiteOn(runtime);
  console.log(
    `${runtime}: ${report.passed} passed, ${report.failed.length} failed, ${report.skipped.length} skipped`,
  );
  const lacking = Map.groupBy(report.skipped, ({ why }) => why);
  for (const [why, cases] of lacking) console.log(`  ${cases.length} skipped: ${why}`);
  for (const { name, error } of report.failed)
    console.log(`  FAILED ${name}\n    ${error.replaceAll("\n", "\n    ")}`);
  for (const cases of report.stale) console.log(`  FAILED No case has this lack any more: ${cases}`);
  failed += report.failed.length + report.stale.length;
}
if (failed > 0) process.exitCode = 1;
