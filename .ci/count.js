// Prints "PASSED FAILED" of one Vitest JSON report; skipped and todo tests count as failed. Exits with 1 when no
// test ran or the report is missing. Plain JavaScript without dependencies: it also has to work when `npm ci` failed.
import fs from "node:fs";

const report = JSON.parse(fs.readFileSync(process.argv[2], "utf8"));
const passed = report.numPassedTests;
const failed = report.numFailedTests + report.numPendingTests + report.numTodoTests;
for (const file of report.testResults) {
  if (file.status === "failed" && file.assertionResults.length === 0) console.error(`did not run: ${file.name}`);
  for (const test of file.assertionResults) {
    if (test.status !== "passed") console.error(`${test.status}: ${test.fullName}`);
  }
}
if (passed + failed === 0) process.exit(1);
console.log(`${passed} ${failed}`);
