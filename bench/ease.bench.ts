// EASE beside numpy on the implicit MovieLens 1M split: CPU seconds of training in turn, then quality on the test part.
// usage: npm run bench -- ease [DATA_FOLDER] [L2] [REPEATS]
import { spawnSync } from "node:child_process"
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { random, type SparseMatrix, scoreHistory, selectTopK, sparseMatrix, sparseRow } from "../src/core/index.ts"
import { type EaseModel, ease, easeMemoryBytes, prepareEase } from "../src/models/index.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = process.argv[2] ?? join(process.env.TROMMEL_DATA ?? join(root, "..", "shared", "data"), "rec-ml-1m-implicit")
const l2 = Number(process.argv[3] ?? 1000)
const repeats = Number(process.argv[4] ?? 5)

function pairs(name: string): { users: number[]; items: number[] } {
  const users: number[] = []
  const items: number[] = []
  for (const line of gunzipSync(readFileSync(join(folder, name)))
    .toString()
    .split("\n")) {
    const [user, ...list] = line.trim().split(/\s+/).map(Number)
    for (const item of list) {
      users.push(user!)
      items.push(item)
    }
  }
  return { users, items }
}

async function trained(train: SparseMatrix): Promise<{ model: EaseModel; cpuSeconds: number }> {
  const before = process.cpuUsage()
  const model = await ease({ l2 }).fit({ interactions: train }, { seed: 1 })
  const { user, system } = process.cpuUsage(before)
  return { model, cpuSeconds: (user + system) / 1e6 }
}

/** NDCG@20 and Recall@20 over every item outside the user's train list; mean over the users with a test item. */
function quality(model: EaseModel, train: SparseMatrix, test: SparseMatrix, k = 20) {
  const scores = new Float32Array(train.cols)
  const ranked = new Float64Array(train.cols)
  const places = new Uint32Array(k)
  const best = new Float64Array(k)
  let [ndcg, recall, users] = [0, 0, 0]
  for (let user = 0; user < test.rows; user++) {
    const held = new Set(sparseRow(test, user))
    if (held.size === 0) continue
    scores.fill(0)
    const history = sparseRow(train, user)
    scoreHistory(model.table, history, undefined, scores)
    ranked.set(scores)
    for (const item of history) ranked[item] = Number.NEGATIVE_INFINITY
    selectTopK(ranked, k, places, best, { length: ranked.length })
    let [gain, ideal, hits] = [0, 0, 0]
    for (let rank = 0; rank < k; rank++) {
      const discount = 1 / Math.log2(rank + 2)
      if (rank < held.size) ideal += discount
      if (!held.has(places[rank]!)) continue
      gain += discount
      hits++
    }
    ndcg += gain / ideal
    recall += hits / held.size
    users++
  }
  return { ndcg: ndcg / users, recall: recall / users }
}

function peer(count: number) {
  const args = [join(root, "bench", "peers", "ease.py"), folder, String(l2), String(count)]
  const done = spawnSync(process.env.PEERS_PYTHON ?? "python3", args, {
    encoding: "utf8",
    env: { ...process.env, OPENBLAS_CORETYPE: "SKYLAKEX" },
  })
  if (done.status !== 0) return undefined
  return JSON.parse(done.stdout) as { cpuSeconds: number[]; gram: string; ndcg: number; recall: number; numpy: string }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const show = (name: string, ...cells: readonly string[]) =>
  console.log([name.padEnd(44), ...cells.map((cell) => cell.padStart(12))].join(""))

async function compare(): Promise<void> {
  const [train, test] = ["train.txt.gz", "test.txt.gz"].map(pairs) as [ReturnType<typeof pairs>, ReturnType<typeof pairs>]
  const most = (side: "users" | "items") => [train, test].reduce((top, part) => part[side].reduce((a, b) => Math.max(a, b), top), 0) + 1
  const shape = { rows: most("users"), cols: most("items") }
  const [trainMatrix, testMatrix] = [train, test].map((part) => sparseMatrix(shape, part.users, part.items)) as [SparseMatrix, SparseMatrix]
  const ours: number[] = []
  const theirs: number[] = []
  let last = await trained(trainMatrix)
  let other = peer(1)
  for (let turn = 0; turn < repeats; turn++) {
    last = await trained(trainMatrix)
    ours.push(last.cpuSeconds)
    other = other && peer(1)
    if (other) theirs.push(...other.cpuSeconds)
  }
  const found = quality(last.model, trainMatrix, testMatrix)
  show(`EASE, ${shape.rows} users x ${shape.cols} items, l2 ${l2}`, "CPU s", "NDCG@20", "Recall@20")
  show("trommel, 200 weights a row", median(ours).toFixed(2), found.ndcg.toFixed(4), found.recall.toFixed(4))
  if (other)
    show(`numpy ${other.numpy}, one thread, all weights`, median(theirs).toFixed(2), other.ndcg.toFixed(4), other.recall.toFixed(4))
  if (other) show("ratio of medians", (median(ours) / median(theirs)).toFixed(2))
  else console.log("numpy and scipy are missing: install python3-numpy and python3-scipy for the peer's line")
  const before = process.cpuUsage()
  const prepared = await prepareEase(trainMatrix)
  for (const ridge of [250, 500, 1000, 2000]) await prepared.fit(ridge, { seed: 1 })
  show("trommel, four ridges over one count", (process.cpuUsage(before).user / 1e6).toFixed(2))
}

/** Fewer users than items: the system is solved on the users' side. */
async function wide(users: number, items: number, each: number): Promise<void> {
  const draw = random(7)
  const [rows, cols]: [number[], number[]] = [[], []]
  for (let user = 0; user < users; user++) {
    for (let n = 0; n < each; n++) {
      rows.push(user)
      cols.push(Math.floor(items * draw.next() ** 3))
    }
  }
  const data = sparseMatrix({ rows: users, cols: items }, rows, cols)
  const before = process.cpuUsage()
  await ease({ l2 }).fit({ interactions: data }, { seed: 1 })
  const cpu = (process.cpuUsage(before).user / 1e6).toFixed(2)
  const formula = `${(easeMemoryBytes(users, items, data.indices.length) / 1e6).toFixed(0)} MB`
  show(
    `${users} users x ${items} items, ${data.indices.length} pairs`,
    cpu,
    formula,
    `${(process.resourceUsage().maxRSS / 1e3).toFixed(0)} MB max`,
  )
}

if (existsSync(folder)) await compare()
else console.log(`ease: no data in ${folder}; name the folder of rec-ml-1m-implicit for the comparison`)
await wide(2000, 20_000, 100)
