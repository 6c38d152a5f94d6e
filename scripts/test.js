// Sets up and runs every test; arguments go to Vitest. Ends with a line "N passed, N failed, N skipped".
import { spawnSync } from "node:child_process"
import { mkdtempSync, readFileSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { ensureBuilt, ensureInstalled, root } from "./setup.js"

ensureInstalled()
ensureBuilt()
const folder = mkdtempSync(join(tmpdir(), "trommel-test-"))
const report = join(folder, "report.json")
const vitest = join(root, "node_modules", "vitest", "vitest.mjs")
const done = spawnSync(
  process.execPath,
  [vitest, "run", "--reporter=default", "--reporter=json", `--outputFile=${report}`, ...process.argv.slice(2)],
  { cwd: root, stdio: "inherit" },
)
let status = done.status ?? 1
try {
  const { numPassedTests, numFailedTests, numPendingTests, numTodoTests, testResults } = JSON.parse(readFileSync(report, "utf8"))
  for (const file of testResults) {
    for (const test of file.assertionResults)
      if (test.status === "pending" || test.status === "skipped") console.log(`skipped: ${test.fullName}`)
  }
  console.log(`${numPassedTests} passed, ${numFailedTests} failed, ${numPendingTests + numTodoTests} skipped`)
  if (numPassedTests === 0) status = status || 1
} catch (error) {
  console.error(`trommel: the test run left no report: ${error.message}`)
  status = status || 1
}
rmSync(folder, { recursive: true, force: true })
process.exit(status)
