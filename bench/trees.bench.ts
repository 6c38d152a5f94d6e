// Training boosted trees beside XGBoost, LightGBM and scikit-learn: the same rows, written once to a temporary folder, in turn, one thread and two.
// usage: npm run bench -- trees [binary|wide|ranking|all] [REPEATS] [depth|leaves|both] [THREADS, such as 1,2] [own | PEERS, such as lightgbm,xgboost]
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Matrix, matrix, random } from "../src/core/index.ts"
import { type BoostingConfig, gradientBoosting, type TreesData, treesMemoryBytes } from "../src/models/index.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const wanted = process.argv[2] ?? "all"
const repeats = Number(process.argv[3] ?? 3)
const shapes = process.argv[4] ?? "both"
const threadCounts = (process.argv[5] ?? "1,2").split(",").map(Number)
const chosen = process.argv[6]?.split(",")
const withPeers = chosen?.[0] !== "own"
const python = process.env.PEERS_PYTHON ?? "python3"

interface Sample {
  readonly train: TreesData
  readonly test: TreesData
}

/** Yes-no labels by a sum of steps, waves and products of half the columns; some columns skewed, some with few values, one in 50 values missing. */
function binary(n: number, tests: number, d: number): Sample {
  const draw = random(1)
  const weights = Array.from({ length: d }, () => draw.normal())
  const make = (count: number): TreesData => {
    const rows = matrix(count, d)
    const labels = new Float32Array(count)
    for (let i = 0; i < count; i++) {
      const x = rows.data.subarray(i * d, (i + 1) * d)
      for (let col = 0; col < d; col++) {
        const z = draw.normal()
        x[col] = col % 5 === 0 ? Math.exp(z) : col % 7 === 0 ? Math.round(3 * z) : z
      }
      let logit = 0
      for (let col = 0; col + 1 < d / 2; col++) {
        const w = weights[col]!
        logit += 0.5 * w * (col % 3 === 0 ? Math.sin(2 * x[col]!) : col % 3 === 1 ? x[col]! * x[col + 1]! * 0.5 : x[col]! > 0.5 ? 1 : -0.3)
      }
      labels[i] = draw.next() < 1 / (1 + Math.exp(-logit)) ? 1 : 0
      for (let col = 0; col < d; col++) if (draw.next() < 0.02) x[col] = Number.NaN
    }
    return { rows, labels }
  }
  return { train: make(n), test: make(tests) }
}

/** Queries of 40 to 160 documents with grades 0 to 4, a few of them high. */
function ranking(n: number, tests: number, d: number): Sample {
  const draw = random(2)
  const weights = Array.from({ length: d }, () => draw.normal())
  const make = (count: number): TreesData => {
    const queries: number[] = []
    for (let left = count; left > 0; ) {
      const size = Math.min(left, 40 + draw.integer(121))
      queries.push(size)
      left -= size
    }
    const rows = matrix(count, d)
    const labels = new Float32Array(count)
    let row = 0
    for (const size of queries) {
      const shift = draw.normal() * 0.5
      for (let j = 0; j < size; j++, row++) {
        const x = rows.data.subarray(row * d, (row + 1) * d)
        let score = shift
        for (let col = 0; col < d; col++) {
          x[col] = draw.normal() + (col % 4 === 0 ? shift : 0)
          if (col < 20) score += 0.25 * weights[col]! * (col % 2 === 0 ? Math.sin(x[col]!) : x[col]! * (x[0]! > 0 ? 1 : 0.3))
        }
        const worth = score + draw.normal() * 0.7
        labels[row] = worth > 2.2 ? 4 : worth > 1.6 ? 3 : worth > 1.1 ? 2 : worth > 0.6 ? 1 : 0
      }
    }
    return { rows, labels, queries }
  }
  return { train: make(n), test: make(tests) }
}

function auc(scores: Float32Array, labels: Float32Array): number {
  const order = Uint32Array.from(scores.keys()).sort((a, b) => scores[a]! - scores[b]!)
  let [ranks, ones] = [0, 0]
  for (let i = 0; i < order.length; ) {
    let end = i
    while (end < order.length && scores[order[end]!] === scores[order[i]!]) end++
    for (let j = i; j < end; j++) {
      if (labels[order[j]!] !== 1) continue
      ranks += (i + end + 1) / 2
      ones++
    }
    i = end
  }
  return (ranks - (ones * (ones + 1)) / 2) / (ones * (order.length - ones))
}

function ndcg10(scores: Float32Array, labels: Float32Array, queries: ArrayLike<number>): number {
  let [from, sum, judged] = [0, 0, 0]
  const dcg = (grades: readonly number[]) => grades.slice(0, 10).reduce((total, grade, i) => total + (2 ** grade - 1) / Math.log2(i + 2), 0)
  for (let q = 0; q < queries.length; q++) {
    const places = Array.from({ length: queries[q]! }, (_, i) => from + i)
    const ideal = dcg(places.map((i) => labels[i]!).sort((a, b) => b - a))
    if (ideal > 0) {
      sum += dcg(places.sort((a, b) => scores[b]! - scores[a]! || a - b).map((i) => labels[i]!)) / ideal
      judged++
    }
    from += queries[q]!
  }
  return sum / judged
}

interface Timed {
  readonly cpu: number
  readonly wall: number
  readonly quality: number
}

/** Fit alone is timed: binning, boosting and the model's arrays. */
async function ours({ train, test }: Sample, config: BoostingConfig): Promise<Timed> {
  const before = process.cpuUsage()
  const start = performance.now()
  const model = await gradientBoosting(config).fit(train, { seed: 1 })
  const wall = (performance.now() - start) / 1000
  const { user, system } = process.cpuUsage(before)
  const scores = model.predict(test.rows)
  const quality = test.queries === undefined ? auc(scores, test.labels) : ndcg10(scores, test.labels, test.queries)
  return { cpu: (user + system) / 1e6, wall, quality }
}

function peer(name: string, folder: string, task: string, threads: number): (Timed & { version: string }) | string {
  const args = [join(root, "bench", "peers", "trees.py"), name, folder, task, String(threads)]
  const env = { ...process.env, OMP_NUM_THREADS: String(threads), OPENBLAS_NUM_THREADS: "1" }
  const done = spawnSync(python, args, { encoding: "utf8", env })
  if (done.status !== 0) return done.error?.message ?? done.stderr.trim().split("\n").at(-1) ?? "failed"
  return JSON.parse(done.stdout.trim().split("\n").at(-1)!) as Timed & { version: string }
}

function write(folder: string, { train, test }: Sample): void {
  const put = (name: string, values: Float32Array | Int32Array) => writeFileSync(join(folder, name), values)
  for (const [part, of] of [
    ["train", train],
    ["test", test],
  ] as const) {
    put(`${part}_x.f32`, (of.rows as Matrix).data)
    put(`${part}_y.f32`, of.labels)
    if (of.queries !== undefined) put(`${part}_q.i32`, Int32Array.from(of.queries))
  }
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const show = (...cells: readonly string[]) => console.log(cells.map((cell, i) => (i === 0 ? cell.padEnd(46) : cell.padStart(11))).join(""))

async function compare(
  title: string,
  sample: Sample,
  tasks: Readonly<Record<string, BoostingConfig>>,
  peers: readonly string[],
): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), "trommel-trees-"))
  try {
    if (withPeers) write(folder, sample)
    const first = Object.values(tasks)[0]!
    console.log(`\n${title}: ${(treesMemoryBytes(first, sample.train) / 1e6).toFixed(0)} MB at most beside the rows`)
    show("", "CPU s", "wall s", sample.test.queries === undefined ? "AUC" : "NDCG@10")
    for (const [task, config] of Object.entries(tasks)) {
      if (shapes !== "both" && !task.includes(shapes)) continue
      for (const threads of threadCounts) {
        const all = new Map<string, Timed[]>()
        for (let turn = 0; turn < repeats; turn++) {
          const add = (name: string, timed: Timed | string) => {
            if (typeof timed === "string") {
              if (turn === 0) console.log(`${name}: left out (${timed})`)
            } else all.set(name, [...(all.get(name) ?? []), timed])
          }
          add("trommel", await ours(sample, { ...config, threads }))
          for (const name of withPeers ? peers.filter((peer) => chosen?.includes(peer) ?? true) : []) {
            const timed = peer(name, folder, task, threads)
            add(typeof timed === "string" ? name : `${name} ${timed.version}`, timed)
          }
        }
        for (const [name, runs] of all) {
          const of = (key: keyof Timed) => median(runs.map((run) => run[key]))
          show(`${task}, ${threads} thread(s), ${name}`, of("cpu").toFixed(2), of("wall").toFixed(2), of("quality").toFixed(4))
        }
        const [own, ...others] = [...all.values()].map((runs) => median(runs.map((run) => run.cpu)))
        if (others.length > 0) show(`${task}, ${threads} thread(s), ratio to the best peer`, (own! / Math.min(...others)).toFixed(2))
      }
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

// The peers' settings of these names are in bench/peers/trees.py.
const depth: BoostingConfig = { growth: "depth", maxDepth: 6, rounds: 100, learningRate: 0.1, minRows: 0, minHessian: 1, l2: 1 }
const leaf: BoostingConfig = { growth: "leaf", leaves: 63, rounds: 100, learningRate: 0.1, minRows: 20, minHessian: 1e-3, l2: 1 }

if (["binary", "all"].includes(wanted)) {
  const logistic = { objective: "logistic" } as const
  const tasks = { "depth 6": { ...depth, ...logistic }, "63 leaves": { ...leaf, ...logistic } }
  await compare("binary 500k x 50, 100 trees", binary(500_000, 100_000, 50), tasks, ["xgboost", "lightgbm", "sklearn"])
}
if (["wide", "all"].includes(wanted)) {
  const tasks = { "depth 6": { ...depth, objective: "logistic" } as const }
  await compare("binary 1M x 100, 100 trees", binary(1_000_000, 100_000, 100), tasks, ["xgboost", "lightgbm"])
}
if (["ranking", "all"].includes(wanted)) {
  const objective = { name: "lambdaMart", truncation: 30 } as const
  const tasks = { "ranking, 63 leaves": { ...leaf, objective }, "ranking, depth 6": { ...depth, minHessian: 1e-3, objective } }
  await compare("LambdaMART 200k x 100, 100 trees", ranking(200_000, 200_000, 100), tasks, ["lightgbm", "xgboost"])
}
