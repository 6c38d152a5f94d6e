// Linear models and factorization machines beside scikit-learn and Vowpal Wabbit: rows learned a CPU second, one thread each, in turn, medians.
// usage: npm run bench -- linear [ROWS] [REPEATS]
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { random } from "../src/core/index.ts"
import {
  type FieldData,
  factorizationMachine,
  fieldAwareMachine,
  ftrlOnline,
  openOnline,
  openStream,
  regression,
  sgd,
} from "../src/models/index.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const n = Number(process.argv[2] ?? 500_000)
const repeats = Number(process.argv[3] ?? 5)

/** Rows of `each` columns, one a field, frequent ones first, out of `width`; labels follow hidden weights. */
function rowsOf(count: number, each: number, values: number, width: number): FieldData {
  const draw = random(7)
  const hidden = Float32Array.from({ length: width }, () => (draw.next() - 0.5) * 1.2)
  const indices = new Uint32Array(count * each)
  const targets = new Float32Array(count)
  for (let row = 0; row < count; row++) {
    let logit = -0.5
    for (let field = 0; field < each; field++) {
      const value = Math.floor(draw.next() ** 3 * values)
      indices[row * each + field] = (Math.imul(value * 31 + field, 2654435761) >>> 8) % width
      logit += hidden[indices[row * each + field]!]!
    }
    indices.subarray(row * each, (row + 1) * each).sort()
    targets[row] = draw.next() < 1 / (1 + Math.exp(-logit)) ? 1 : 0
  }
  const offsets = Uint32Array.from({ length: count + 1 }, (_, row) => each * row)
  return { rows: { rows: count, cols: width, offsets, indices }, targets, fields: Uint32Array.from(indices, (_, at) => at % each) }
}

async function cpuSeconds(work: () => unknown): Promise<number> {
  const before = process.cpuUsage()
  await work()
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const show = (name: string, ...cells: readonly string[]) =>
  console.log([name.padEnd(52), ...cells.map((cell) => cell.padStart(16))].join(""))
const rate = (rows: number, seconds: number) => `${Math.round(rows / seconds / 1000)}k rows/s`

const stream = rowsOf(n, 30, 30_000, 2 ** 20)
const fields = rowsOf(Math.min(n, 100_000), 10, 3000, 2 ** 18)
const folder = mkdtempSync(join(tmpdir(), "trommel-linear-"))
const meta = { stream: { each: 30, width: 2 ** 20 }, fields: { each: 10, width: 2 ** 18 } }
for (const [name, { rows, targets }] of Object.entries({ stream, fields })) {
  writeFileSync(join(folder, `${name}-indices.u32`), rows.indices)
  writeFileSync(join(folder, `${name}-labels.f32`), targets)
}
writeFileSync(join(folder, "meta.json"), JSON.stringify(meta))

type Answer = Record<string, string | { readonly cpuSeconds?: number; readonly value?: number; readonly missing?: string }>
let told = false
function peer(...works: readonly string[]): Answer {
  const args = [join(root, "bench", "peers", "linear.py"), folder, ...works]
  const done = spawnSync(process.env.PEERS_PYTHON ?? "python3", args, { encoding: "utf8" })
  if (done.status === 0) return JSON.parse(done.stdout) as Answer
  if (!told) console.log("linear: no peers: scikit-learn (and vowpalwabbit) are missing; name a Python that has them in PEERS_PYTHON")
  told = true
  return {}
}

const config = { bits: 20, alpha: 0.1, beta: 1, l1: 0.5, l2: 0.1 }
const learner = await openStream(config)
const empty = learner.snapshot()
const fit = { l2: 1, family: "logistic" as const }
let reached = 0
const ours: Readonly<Record<string, { readonly rows: number; run(): unknown }>> = {
  "FTRL-proximal, 30 of 2^20 columns": { rows: n, run: () => learner.update(stream.rows, stream.targets) },
  "FTRL-proximal, row by row": {
    rows: 50_000,
    run() {
      for (let row = 0; row < 50_000; row++) learner.updateRow(stream.rows.indices.subarray(row * 30, row * 30 + 30), stream.targets[row]!)
    },
  },
  "FTRL-proximal, predicting": { rows: n, run: () => learner.predict(stream.rows) },
  "stochastic gradients (AdaGrad), one pass": {
    rows: n,
    run: () => sgd({ epochs: 1, standardise: false }).fit(stream, { seed: 1 }),
  },
  "factorization machine, 10 fields x 8 factors": {
    rows: fields.rows.rows,
    run: () => factorizationMachine({ factors: 8, epochs: 1 }).fit(fields, { seed: 1 }),
  },
  "factorization machine, 10 fields x 64 factors": {
    rows: fields.rows.rows,
    run: () => factorizationMachine({ factors: 64, epochs: 1 }).fit(fields, { seed: 1 }),
  },
  "field-aware machine, 10 fields x 8 factors": {
    rows: fields.rows.rows,
    run: () => fieldAwareMachine({ factors: 8, epochs: 1 }).fit(fields, { seed: 1 }),
  },
  "logistic regression to the optimum, 10 fields": {
    rows: fields.rows.rows,
    async run() {
      reached = (await regression(fit).fit(fields, { seed: 1 })).losses.at(-1)!
    },
  },
}
const theirs: Readonly<Record<string, { readonly label: string; readonly rows: number }>> = {
  sgd: { label: "scikit-learn SGDClassifier.fit, one pass", rows: n },
  "sgd-partial": { label: "scikit-learn SGDClassifier.partial_fit", rows: n },
  "vw-ftrl": { label: "Vowpal Wabbit --ftrl, from its cache", rows: n },
  "vw-lrq": { label: "Vowpal Wabbit --lrq, 45 pairs x 8, from its cache", rows: 20_000 },
  batch: { label: "scikit-learn LogisticRegression, tol 1e-4", rows: fields.rows.rows },
  "batch-tight": { label: "scikit-learn LogisticRegression, tol 1e-9", rows: fields.rows.rows },
}
const times = new Map<string, number[]>()
const add = (name: string, seconds: number) => times.set(name, [...(times.get(name) ?? []), seconds])
let answer: Answer = {}
for (let turn = 0; turn < repeats; turn++) {
  for (const [name, { run }] of Object.entries(ours)) {
    learner.restore(empty)
    if (turn === 0) await run()
    add(name, await cpuSeconds(run))
  }
  console.log(`turn ${turn + 1} of ${repeats}`)
  answer = peer(...Object.keys(theirs))
  for (const work of Object.keys(theirs)) {
    const found = answer[work]
    if (typeof found === "object" && found.cpuSeconds !== undefined) add(work, found.cpuSeconds)
  }
}
show(`${n} rows x 30, ${fields.rows.rows} rows x 10`, "CPU s", "rate")
for (const [name, { rows }] of Object.entries(ours)) show(name, median(times.get(name)!).toFixed(3), rate(rows, median(times.get(name)!)))
for (const [work, { label, rows }] of Object.entries(theirs)) {
  const found = times.get(work)
  if (found !== undefined) show(label, median(found).toFixed(3), rate(rows, median(found)))
}
const tight = answer["batch-tight"]
if (typeof tight === "object") show("objective reached: ours, scikit-learn's tight", reached.toFixed(6), String(tight.value?.toFixed(6)))
console.log(`scikit-learn ${answer.sklearn ?? "missing"}, Vowpal Wabbit ${answer.vowpalwabbit ?? "missing"}`)

const online = openOnline(ftrlOnline(await openStream({ ...config, bits: 22 })), { every: 1000, judgeAfter: 1000 })
const thousand = {
  rows: { ...stream.rows, rows: 1000, offsets: stream.rows.offsets.subarray(0, 1001) },
  targets: stream.targets.subarray(0, 1000),
}
for (let i = 0; i < 3; i++) online.update(thousand)
const start = performance.now()
online.rollback()
show("roll-back of 4M weights, learner included", `${(performance.now() - start).toFixed(1)} ms`)
rmSync(folder, { recursive: true })
