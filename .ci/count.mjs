// Prints "N passed, N failed" from vitest's JSON report and exits as the test command did. Runs on the host's own Node.
import { readFileSync } from "node:fs";

const [reportFile, commandStatus] = process.argv.slice(2);
const files = readReport(reportFile);
const tests = files.flatMap(({ assertionResults }) => assertionResults);
const passed = tests.filter(({ status }) => status === "passed").length;
const failed = tests.filter(({ status }) => status === "failed").length + files.filter(isBroken).length;

// Format, types or build: no test says so, the command does.
const unsaid = failed === 0 && (commandStatus !== "0" || passed === 0) ? 1 : 0;
console.log(`${passed} passed, ${failed + unsaid} failed`);
process.exit(failed + unsaid === 0 ? 0 : 1);

/** It did not load, or a hook failed: its tests did not fail, they did not run. */
function isBroken({ status, assertionResults }) {
  return status === "failed" && assertionResults.every((test) => test.status !== "failed");
}

function readReport(file) {
  try {
    return JSON.parse(readFileSync(file, "utf8")).testResults;
  } catch {
    return []; // the command ended before the tests began
  }
}
