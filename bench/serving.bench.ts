// Recommendation over HTTP on MovieLens 1M: import, train, serve in a process of its own, open-loop load beside it, then events in batches.
// usage: npm run bench -- serving [DATA_FOLDER] [STORE]   (a STORE that is there already is used as it is, and grows by the events sent)
// BENCH_UNDER="chrt -f 10" runs server and generator under that command.
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { open } from "../src/engine/index.ts"
import { recommendation } from "../src/systems/index.ts"
import { cpuOf, root, served, trommel } from "./server.ts"

const folder = process.argv[2] ?? join(process.env.TROMMEL_DATA ?? join(root, "..", "shared", "data"), "rec-ml-1m-implicit")
const work = mkdtempSync(join(tmpdir(), "trommel-serving-"))
const store = process.argv[3] ?? join(work, "store")

if (!existsSync(join(folder, "train.txt.gz"))) {
  console.log("serving: skipped, no folder with train.txt.gz; name one as the first argument")
  process.exit(0)
}
if (!existsSync(store)) {
  trommel("import", "recommendation", folder, "--store", store)
  const { seconds, cpuSeconds, peakBytes } = JSON.parse(trommel("train", "recommendation", "--json", "--store", store)) as Record<
    string,
    number
  >
  console.log(`trained in ${seconds} s (${cpuSeconds} CPU s), ${Math.round(peakBytes! / 1e6)} MB at most`)
}
const users = gunzipSync(readFileSync(join(folder, "train.txt.gz")))
  .toString()
  .trim()
  .split("\n")
  .map((line) => line.split(/\s/, 1)[0]!)
const usersFile = join(work, "users.txt")
writeFileSync(usersFile, users.join("\n"))

const engine = await open({ store, systems: [recommendation()], mode: "read" })
console.log(await cpuOf(3000, (n) => engine.rank("recommendation", { user: users[(n * 7919) % users.length]!, limit: 20, log: false })))
await engine.close()

const load = ["--system", "recommendation", "--users", usersFile, "--qps", "500", "--seconds", "30", "--warm-up", "10"]
const phases: readonly (readonly [string, readonly string[]])[] = [
  ["500 QPS", []],
  ["500 QPS with 2,000 events/s", ["--events-per-second", "2000"]],
  ["500 QPS, each answer logged", ["--log"]],
]
// A server a phase, so that what one left behind is not counted into the next.
for (const [name, flags] of phases) {
  console.log(`== ${name}`)
  await served(["--store", store], 4655, (url) => console.log(trommel("bench", "load", "--url", url, ...load, ...flags)))
}
console.log("== events alone")
await served(["--store", store], 4655, (url) =>
  console.log(trommel("bench", "events", "--url", url, "--system", "recommendation", "--users", usersFile, "--seconds", "15")),
)
rmSync(work, { recursive: true })
