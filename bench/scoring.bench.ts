// Scoring trees beside the libraries that trained them and ONNX Runtime: the same models, imported and exported, one thread each, in turn.
// usage: npm run bench -- scoring [FOLDER] [REPEATS]   (FOLDER keeps rows and models; PEERS_PYTHON names the Python with the peers)
import { spawnSync } from "node:child_process"
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { matrix } from "../src/core/index.ts"
import { type Ensemble, exportOnnx, importLightgbm, importXgboost, type TreeModel, treeModel } from "../src/models/index.ts"

const ROWS = 100_000
const COLUMNS = 50
const BULK = 1_000_000
const REQUEST = 100
const REQUESTS = 1000

const root = fileURLToPath(new URL("../..", import.meta.url))
const python = process.env.PEERS_PYTHON ?? "python3"
const folder = process.argv[2] ?? mkdtempSync(join(tmpdir(), "trommel-scoring-"))
const repeats = Number(process.argv[3] ?? 3)

interface Timed {
  readonly model: string
  readonly peer: string
  readonly seconds: readonly number[]
  readonly elapsed: readonly number[]
  readonly predictions: readonly number[]
}

function peers(...args: string[]): string | undefined {
  const done = spawnSync(python, [join(root, "bench", "peers", "tree_scoring.py"), ...args], { encoding: "utf8", maxBuffer: 1e9 })
  return done.status === 0 ? done.stdout : undefined
}

const at = (values: readonly number[], share: number) => values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))]!
const median = (values: readonly number[]) => at(values, 0.5)

/** CPU seconds of scoring a million rows. */
function bulk(model: TreeModel, data: Float32Array): number {
  const rows = matrix(BULK, COLUMNS, data)
  const out = new Float32Array(BULK)
  const before = process.cpuUsage()
  model.predict(rows, out)
  const { user, system } = process.cpuUsage(before)
  return (user + system) / 1e6
}

/** Requests of 100 rows: mean CPU seconds, and elapsed seconds of each. */
function requests(model: TreeModel, data: Float32Array, count: number): { readonly cpu: number; readonly elapsed: number[] } {
  const out = new Float32Array(REQUEST)
  const all = Array.from({ length: ROWS / REQUEST }, (_, i) =>
    matrix(REQUEST, COLUMNS, data.slice(i * REQUEST * COLUMNS, (i + 1) * REQUEST * COLUMNS)),
  )
  for (const rows of all.slice(0, 200)) model.predict(rows, out)
  const start = process.cpuUsage()
  const elapsed = Array.from({ length: count }, (_, turn) => {
    const before = performance.now()
    model.predict(all[turn % all.length]!, out)
    return (performance.now() - before) / 1000
  })
  const { user, system } = process.cpuUsage(start)
  return { cpu: (user + system) / 1e6 / count, elapsed }
}

if (!existsSync(join(folder, "lightgbm.txt")) && peers("train", folder) === undefined) {
  console.log(`scoring: skipped, ${python} lacks numpy, xgboost or lightgbm; name one that has them in PEERS_PYTHON`)
  process.exit(0)
}
const ensembles: Record<string, Ensemble> = {
  xgboost: importXgboost(readFileSync(join(folder, "xgboost.ubj"))),
  lightgbm: importLightgbm(readFileSync(join(folder, "lightgbm.txt"), "utf8")),
}
for (const [name, ensemble] of Object.entries(ensembles)) writeFileSync(join(folder, `${name}.onnx`), exportOnnx(ensemble))
const models = Object.fromEntries(Object.entries(ensembles).map(([name, ensemble]) => [name, treeModel(ensemble)]))
const bytes = readFileSync(join(folder, "rows.f32"))
const rows = new Float32Array(bytes.buffer, bytes.byteOffset, ROWS * COLUMNS)
const million = new Float32Array(BULK * COLUMNS)
for (let i = 0; i < BULK / ROWS; i++) million.set(rows, i * rows.length)

interface Figures {
  readonly bulk: number[]
  readonly request: number[]
  readonly elapsed: number[]
}
const none = (): Figures => ({ bulk: [], request: [], elapsed: [] })
const ours: Record<string, Figures> = Object.fromEntries(Object.keys(models).map((name) => [name, none()]))
const theirs = new Map<string, Figures & { readonly model: string; readonly peer: string; readonly difference: number }>()
for (let turn = 0; turn < repeats; turn++) {
  for (const [name, model] of Object.entries(models)) {
    ours[name]!.bulk.push(bulk(model, million))
    const { cpu, elapsed } = requests(model, rows, REQUESTS)
    ours[name]!.request.push(cpu)
    ours[name]!.elapsed.push(...elapsed)
  }
  for (const work of ["bulk", "request"] as const) {
    const found = peers("score", folder, work, work === "bulk" ? "1" : String(REQUESTS))
    if (found === undefined) console.log(`no peers: ${python} lacks numpy; name a Python that has the peers in PEERS_PYTHON`)
    for (const { model, peer, seconds, elapsed, predictions } of JSON.parse(found ?? "[]") as Timed[]) {
      const mine = models[model]!.predict(matrix(1000, COLUMNS, rows.slice(0, 1000 * COLUMNS)))
      const difference = predictions.reduce((most, p, i) => Math.max(most, Math.abs(p - mine[i]!)), 0)
      const entry = theirs.get(`${model} ${peer}`) ?? { ...none(), model, peer, difference }
      entry[work].push(...seconds)
      entry.elapsed.push(...elapsed)
      theirs.set(`${model} ${peer}`, entry)
    }
  }
}

const show = (...cells: readonly string[]) =>
  console.log(cells.map((cell, i) => cell[i === 0 ? "padEnd" : "padStart"](i === 0 ? 34 : 15)).join(""))
for (const [name, ensemble] of Object.entries(ensembles)) {
  const trees = ensemble.output.length
  show(`${trees} trees by ${name}`, "1M rows CPU s", "ns a row, tree", "request CPU", "elapsed p50", "p99", "difference")
  const line = (who: string, { bulk, request, elapsed }: Figures, difference: string) =>
    show(
      who,
      median(bulk).toFixed(2),
      ((median(bulk) * 1e9) / BULK / trees).toFixed(2),
      ...[median(request), median(elapsed), at(elapsed, 0.99)].map((seconds) => `${(seconds * 1e3).toFixed(3)} ms`),
      difference,
    )
  line("trommel", ours[name]!, "")
  const others = [...theirs.values()].filter(({ model }) => model === name)
  for (const other of others) line(other.peer, other, other.difference.toExponential(1))
  const ratio = (work: "bulk" | "request") =>
    (median(ours[name]![work]) / Math.min(...others.map((other) => median(other[work])))).toFixed(2)
  if (others.length > 0) show("trommel to the best of them", ratio("bulk"), "", ratio("request"))
}
if (process.argv[2] === undefined) rmSync(folder, { recursive: true })
