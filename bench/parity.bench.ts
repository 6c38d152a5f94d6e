// Parity at full size: requests answered while events come in, 5 % of them late and out of order, then replayed from the log and compared cell by
// cell, in every feature family. usage: npm run bench -- parity [REQUESTS]
import { compareServed, type RequestRows } from "../src/features/index.ts"
import { everySet, replayWorld, serveWorld } from "../src/features/parity-world.test.helper.ts"

const REQUESTS = Number(process.argv[2] ?? 100_000)

const began = process.cpuUsage()
const { log, served, set, ids, entries } = await serveWorld(REQUESTS)
const serving = process.cpuUsage(began)
console.log(
  `served ${served.length.toLocaleString("en")} requests among ${entries.toLocaleString("en")} records, ${set.lateCount.toLocaleString("en")} writes late, ` +
    `${set.families.length} families, ${set.columns.length} columns: ${((serving.user + serving.system) / 1e6).toFixed(1)} CPU s`,
)
const replayed: RequestRows[] = []
const started = process.cpuUsage()
await replayWorld(log, everySet(ids), ids, (rows) => replayed.push(rows))
const replaying = process.cpuUsage(started)
const report = await compareServed({ columns: set.columns, served, replayed })
console.log(
  `replayed in ${((replaying.user + replaying.system) / 1e6).toFixed(1)} CPU s: ${report.cells.toLocaleString("en")} cells in ` +
    `${report.rows.toLocaleString("en")} rows, ${report.differing} differ, ${report.missing} rows missing`,
)
for (const { feature, rate, explanation, first } of report.mismatches) {
  console.log(
    `  ${feature}: ${(100 * rate).toFixed(3)} % differ, ${explanation}; first in ${first.requestId}, item ${first.id}: ${first.served} for ${first.replayed}`,
  )
}
process.exitCode = report.differing + report.missing === 0 ? 0 : 1
