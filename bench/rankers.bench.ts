// What each ranker of recommendation is worth: the same log trained once a ranker, the whole funnel judged on the test part, paired by person.
// usage: npm run bench -- rankers [DATA_FOLDER] [RANKER ...]   (rec-ml-1m-implicit; all rankers unless named)
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { ndcgAtK, pairedBootstrap, readTrecRun } from "../src/metrics/index.ts"

const K = 20
const root = fileURLToPath(new URL("../..", import.meta.url))
const cli = join(root, "dist", "src", "cli", "main.js")
const folder = process.argv[2] ?? join(process.env.TROMMEL_DATA ?? join(root, "..", "shared", "data"), "rec-ml-1m-implicit")
const kinds = process.argv.length > 3 ? process.argv.slice(3) : ["logistic", "trees", "blend"]
const work = mkdtempSync(join(tmpdir(), "trommel-rankers-"))

if (!existsSync(join(folder, "test.txt.gz"))) {
  console.log("rankers: skipped, no folder with test.txt.gz; name one as the first argument")
  process.exit(0)
}

function trommel(...args: string[]): string {
  const { stdout, stderr, status } = spawnSync(process.execPath, [cli, ...args, "--store", join(work, "store")], { encoding: "utf8" })
  if (status !== 0) throw new Error(`trommel ${args[0]} ended with ${status}: ${stderr.slice(-500)}`)
  return stdout
}

/** Items of each person's test part. */
const truth = new Map(
  gunzipSync(readFileSync(join(folder, "test.txt.gz")))
    .toString()
    .trim()
    .split("\n")
    .map((line) => line.trim().split(/\s+/))
    .filter((words) => words.length > 1)
    .map(([user, ...items]) => [user!, new Set(items)] as const),
)

/** NDCG@20 of each person, 0 for one without a list. */
async function quality(file: string): Promise<Float64Array> {
  const run = await readTrecRun(readFileSync(file, "utf8"))
  return Float64Array.from(truth, ([user, items]) => {
    const grades = (run.get(user) ?? []).slice(0, K).map(({ id }) => (items.has(id) ? 1 : 0))
    return ndcgAtK(grades, new Uint8Array(items.size).fill(1), K)
  })
}

trommel("import", "recommendation", folder)
const found = new Map<string, Float64Array>()
for (const kind of kinds) {
  const config = join(work, `${kind}.config.mjs`)
  writeFileSync(
    config,
    `import { recommendation } from "trommel"\nexport default [recommendation({ name: "recommendation", ranker: ${JSON.stringify(kind)} })]\n`,
  )
  const trained = JSON.parse(trommel("train", "recommendation", "--config", config, "--json").trim().split("\n").at(-1)!) as {
    readonly release: string
    readonly cpuSeconds: number
    readonly notes: readonly string[]
  }
  const file = join(work, `${kind}.run`)
  trommel("evaluate", "recommendation", "--config", config, "--release", trained.release, "--data", folder, "--run", file, "--json")
  const each = await quality(file)
  found.set(kind, each)
  const mean = each.reduce((sum, value) => sum + value, 0) / each.length
  console.log(
    `${kind.padEnd(10)} NDCG@${K} ${mean.toFixed(4)} over ${each.length} people, trained in ${trained.cpuSeconds.toFixed(0)} CPU s`,
  )
  for (const note of trained.notes) console.log(`           ${note}`)
  const first = found.get(kinds[0]!)!
  if (first === each) continue
  const { mean: gain, low, high } = pairedBootstrap(each, first, { seed: 1 })
  console.log(`           ${kind} less ${kinds[0]}: ${gain.toFixed(4)} [${low.toFixed(4)}, ${high.toFixed(4)}]`)
}
rmSync(work, { recursive: true })
