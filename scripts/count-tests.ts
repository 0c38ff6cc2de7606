/** Sums what Vitest's JSON reporter wrote, run by run, in one line. Fails where nothing ran or something failed. */
import { readFile } from "node:fs/promises";

let passed = 0;
let failed = 0;
let skipped = 0;
for (const file of process.argv.slice(2)) {
  const report = JSON.parse(await readFile(file, "utf8"));
  passed += report.numPassedTests;
  // A file that cannot be loaded has no tests that could fail: it counts as one.
  failed += Math.max(report.numFailedTests, report.success ? 0 : 1);
  skipped += report.numPendingTests + report.numTodoTests;
}
console.log(`tests: ${passed} passed, ${failed} failed, ${skipped} skipped`);
if (passed === 0 || failed > 0) process.exitCode = 1;
