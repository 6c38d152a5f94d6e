// CPU seconds of each transform and selection statistic beside scikit-learn on the same tables, in turn, medians.
// usage: npm run bench -- transforms [ROWS] [COLUMNS] [REPEATS] [NAMES, comma-separated]
// The peer's interpreter is PEERS_PYTHON, else python3; what it lacks is left out and said.
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { type Matrix, matrix, random } from "../src/core/index.ts"
import * as f from "../src/features/index.ts"

const rows = Number(process.argv[2] ?? 1_000_000)
const cols = Number(process.argv[3] ?? 50)
const repeats = Number(process.argv[4] ?? 3)
const wanted = process.argv[5]?.split(",")
const script = join(fileURLToPath(new URL("../..", import.meta.url)), "bench", "peers", "transforms.py")

/** Which table a case runs on: numbers, numbers with 5 % gaps, codes of a dozen values; a share of the rows, so many columns. */
interface Case {
  readonly name: string
  readonly table: "numbers" | "gaps" | "codes"
  readonly step?: () => f.TransformStep
  readonly score?: (rows: Matrix, labels: Uint8Array) => unknown
  readonly share?: number
  readonly columns?: number
}

const cases: readonly Case[] = [
  { name: "minMax", table: "numbers", step: () => f.minMax() },
  { name: "zScore", table: "numbers", step: () => f.zScore() },
  { name: "maxAbs", table: "numbers", step: () => f.maxAbs() },
  { name: "robust", table: "numbers", step: () => f.robust() },
  { name: "log1p", table: "numbers", step: () => f.log1p({ negative: "missing" }) },
  { name: "quantile", table: "numbers", step: () => f.quantile() },
  { name: "quantile to normal", table: "numbers", step: () => f.quantile({ to: "normal" }) },
  { name: "buckets", table: "numbers", step: () => f.buckets() },
  { name: "cap", table: "numbers", step: () => f.cap() },
  { name: "power", table: "numbers", step: () => f.power(), share: 0.1 },
  { name: "impute mean", table: "gaps", step: () => f.impute({ by: "mean" }) },
  { name: "impute median", table: "gaps", step: () => f.impute() },
  { name: "impute mode", table: "codes", step: () => f.impute({ by: "mode" }), share: 0.1 },
  { name: "missing indicator", table: "gaps", step: () => f.missingIndicator() },
  { name: "impute by model", table: "gaps", step: () => f.imputeModel(), share: 0.1 },
  { name: "label", table: "codes", step: () => f.labelEncode() },
  { name: "one-hot", table: "codes", step: () => f.oneHot(), columns: 10 },
  { name: "target", table: "codes", step: () => f.targetEncode() },
  { name: "anova", table: "numbers", score: f.anova },
  { name: "correlation", table: "numbers", score: f.correlation },
  { name: "chi-square", table: "codes", score: f.chiSquareCounts },
  { name: "mutual information", table: "codes", score: f.mutualInformation },
  { name: "variance", table: "numbers", score: f.variances },
]

function tableOf(kind: Case["table"], n: number, d: number): Matrix {
  const chance = random(kind === "numbers" ? 1 : kind === "gaps" ? 2 : 3)
  const out = matrix(n, d)
  for (let at = 0; at < out.data.length; at++) {
    // Half of the columns are log-normal, half normal; a cheap sum of uniforms is near enough.
    const z = chance.next() + chance.next() + chance.next() - 1.5
    if (kind === "codes") out.data[at] = chance.integer(12)
    else out.data[at] = kind === "gaps" && chance.next() < 0.05 ? Number.NaN : at % 2 === 0 ? Math.exp(2 * z) : 2 * z + 4
  }
  return out
}

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[values.length >> 1]!
const show = (name: string, cells: readonly string[]) => console.log([name.padEnd(28), ...cells.map((cell) => cell.padStart(13))].join(""))

async function cpuOf<T>(work: () => T | Promise<T>): Promise<{ readonly seconds: number; readonly result: T }> {
  ;(globalThis as { gc?: () => void }).gc?.()
  const before = process.cpuUsage()
  const result = await work()
  const { user, system } = process.cpuUsage(before)
  return { seconds: (user + system) / 1e6, result }
}

async function ours({ step, score }: Case, table: Matrix, labels: Uint8Array) {
  if (score !== undefined) return { fit: (await cpuOf(() => score(table, labels))).seconds, transform: 0 }
  const fit = await cpuOf(() => step!().fit({ rows: table, labels }, { seed: 1 }))
  return { fit: fit.seconds, transform: (await cpuOf(() => fit.result.transform(table))).seconds }
}

let missing: string | undefined
function peer(name: string, file: string, n: number, d: number, labels: string) {
  const done = spawnSync(process.env.PEERS_PYTHON ?? "python3", [script, name, file, String(n), String(d), labels], { encoding: "utf8" })
  if (done.status === 0) return JSON.parse(done.stdout) as { fit: number; transform: number; sklearn: string; numpy: string }
  missing = done.stderr.trim().split("\n").at(-1) ?? String(done.error)
  return undefined
}

const folder = mkdtempSync(join(tmpdir(), "trommel-transforms-"))
try {
  show(`${rows} rows x ${cols}, CPU s`, ["fit", "transform", "peer fit", "peer transf.", "ratio", "M cells/s"])
  let held: { readonly key: string; readonly table: Matrix } | undefined
  const versions = new Set<string>()
  for (const one of cases) {
    if (wanted !== undefined && !wanted.includes(one.name)) continue
    const [n, d] = [Math.round(rows * (one.share ?? 1)), Math.min(cols, one.columns ?? cols)]
    const key = `${one.table} ${n} ${d}`
    if (held?.key !== key) held = { key, table: tableOf(one.table, n, d) }
    const { table } = held
    const labels = Uint8Array.from({ length: n }, (_, row) => (table.data[row * d]! > table.data[row * d + 1]! ? 1 : 0))
    const [file, labelFile] = [join(folder, "table.f32"), join(folder, "labels.u8")]
    writeFileSync(file, new Uint8Array(table.data.buffer))
    writeFileSync(labelFile, labels)
    const mine: { fit: number; transform: number }[] = []
    const theirs: { fit: number; transform: number }[] = []
    for (let turn = 0; turn < repeats; turn++) {
      mine.push(await ours(one, table, labels))
      const other = peer(one.name, file, n, d, labelFile)
      if (other === undefined) continue
      versions.add(`scikit-learn ${other.sklearn}, numpy ${other.numpy}`)
      theirs.push(other)
    }
    const total = (runs: typeof mine) => median(runs.map(({ fit, transform }) => fit + transform))
    const of = (runs: typeof mine, part: "fit" | "transform") => (runs.length === 0 ? "-" : median(runs.map((run) => run[part])).toFixed(3))
    const ratio = theirs.length === 0 ? "-" : (total(mine) / total(theirs)).toFixed(2)
    const cells = ((n * d) / 1e6 / total(mine)).toFixed(0)
    const size = n === rows && d === cols ? "" : `, ${n} x ${d}`
    show(`${one.name}${size}`, [of(mine, "fit"), of(mine, "transform"), of(theirs, "fit"), of(theirs, "transform"), ratio, cells])
  }
  for (const version of versions) console.log(`peer: ${version}, one thread`)
  if (missing !== undefined) console.log(`some of the peer's lines are missing: ${missing}`)
} finally {
  rmSync(folder, { recursive: true, force: true })
}
