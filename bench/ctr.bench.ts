// Click-through rates beside the peers' figures: logistic regression and factorization machines on Frappe, Criteo, Avazu and iPinYou.
// usage: npm run bench -- ctr [DATA_FOLDER]
// Settings are chosen by AUC on held-out rows of train (every tenth; Criteo, Avazu: a fifth of each fold's own training rows), then the test rows
// are scored once.
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import type { Estimator, SparseMatrix } from "../src/core/index.ts"
import { auc, calibrationRatio, logLoss } from "../src/metrics/index.ts"
import {
  collisionReport,
  type FactorConfig,
  type FieldData,
  factorizationMachine,
  fieldAwareMachine,
  fieldHasher,
  ftrl,
  hashRows,
  numberToken,
  priorShift,
  regression,
} from "../src/models/index.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))
const folder = process.argv[2] ?? process.env.TROMMEL_DATA ?? join(root, "..", "shared", "data")

/** A kind of model with the settings to choose from, and how its predictions are read. */
interface Contender {
  readonly name: string
  readonly settings: readonly object[]
  fit(data: FieldData, setting: object): Promise<(data: FieldData) => Float32Array>
}

const lr = (penalties: readonly number[]): Contender => ({
  name: "logistic regression",
  settings: penalties.map((l2) => ({ l2 })),
  async fit(data, setting) {
    const model = await regression({ family: "logistic", ...setting }).fit(data, { seed: 7 })
    return ({ rows }) => model.predictSparse(rows)
  },
})

const stream = (bits: number): Contender => ({
  name: "FTRL, one pass in file order",
  settings: [0.05, 0.1, 0.2, 0.5].map((alpha) => ({ alpha, bits })),
  async fit(data, setting) {
    const model = await ftrl(setting).fit(data, { seed: 7 })
    return ({ rows }) => model.predict(rows)
  },
})

function machine(name: string, settings: readonly FactorConfig[]): Contender {
  return {
    name,
    settings,
    async fit(data, setting) {
      if (name.startsWith("field")) {
        const model = await fieldAwareMachine(setting).fit(data, { seed: 7 })
        return (held) => model.predict(held)
      }
      const plain: Estimator<FieldData, { predict(rows: SparseMatrix): Float32Array }> = factorizationMachine(setting)
      const model = await plain.fit(data, { seed: 7 })
      return ({ rows }) => model.predict(rows)
    },
  }
}

/** Settings that vary one list at a time, all combined. */
const grid = (axes: Readonly<Record<string, readonly number[]>>): FactorConfig[] =>
  Object.entries(axes).reduce<FactorConfig[]>(
    (all, [key, values]) => all.flatMap((one) => values.map((value) => ({ ...one, [key]: value }))),
    [{}],
  )

function lines(path: string): string[] {
  return gunzipSync(readFileSync(join(folder, path)))
    .toString()
    .trim()
    .split("\n")
    .slice(1)
}

/** The rows for which `isIn` holds. */
function pick(data: FieldData, isIn: (row: number) => boolean): FieldData {
  const { rows, targets, fields } = data
  const kept = Array.from({ length: rows.rows }, (_, row) => row).filter(isIn)
  const spans = kept.map((row) => [rows.offsets[row]!, rows.offsets[row + 1]!] as const)
  const gather = (values: Uint32Array) => Uint32Array.from(spans.flatMap(([from, to]) => [...values.subarray(from, to)]))
  const offsets = new Uint32Array(kept.length + 1)
  spans.forEach(([from, to], i) => {
    offsets[i + 1] = offsets[i]! + to - from
  })
  return {
    rows: { rows: kept.length, cols: rows.cols, offsets, indices: gather(rows.indices) },
    targets: Float32Array.from(kept, (row) => targets[row]!),
    fields: gather(fields),
  }
}

async function choose(contender: Contender, train: FieldData, held: FieldData): Promise<object> {
  let best: { setting: object; area: number } | undefined
  for (const setting of contender.settings) {
    const area = auc(held.targets, (await contender.fit(train, setting))(held))!
    if (best === undefined || area > best.area) best = { setting, area }
  }
  return best!.setting
}

const show = (...cells: readonly (string | number)[]) =>
  console.log(
    cells.map((cell, i) => (i === 0 ? String(cell).padEnd(46) : (typeof cell === "number" ? cell.toFixed(4) : cell).padStart(11))).join(""),
  )

function report(name: string, setting: object, labels: Float32Array, probabilities: Float32Array | Float64Array, seconds: number): void {
  show(
    name,
    auc(labels, probabilities)!,
    logLoss(labels, probabilities),
    calibrationRatio(labels, probabilities)!,
    seconds.toFixed(2),
    `  ${JSON.stringify(setting)}`,
  )
}

async function cpu<T>(work: () => Promise<T>): Promise<{ value: T; seconds: number }> {
  const before = process.cpuUsage()
  const value = await work()
  const { user, system } = process.cpuUsage(before)
  return { value, seconds: (user + system) / 1e6 }
}

/** One active id a field: label, then ids. */
function indexed(paths: readonly string[], width: number): FieldData {
  const cells = paths.flatMap((path) => lines(path).map((line) => line.split("\t").map(Number)))
  const each = cells[0]!.length - 1
  return {
    targets: Float32Array.from(cells, ([label]) => label!),
    rows: {
      rows: cells.length,
      cols: width,
      offsets: Uint32Array.from({ length: cells.length + 1 }, (_, row) => each * row),
      indices: Uint32Array.from(cells.flatMap(([, ...ids]) => ids)),
    },
    fields: Uint32Array.from({ length: cells.length * each }, (_, at) => at % each),
  }
}

async function fixedSplit(name: string, train: FieldData, test: FieldData, contenders: readonly Contender[]) {
  show(
    `${name}: ${train.rows.rows} train, ${test.rows.rows} test`,
    "AUC",
    "log loss",
    "calibration",
    "CPU s",
    "  chosen on every tenth train row",
  )
  const [inner, held] = [pick(train, (row) => row % 10 !== 3), pick(train, (row) => row % 10 === 3)]
  const found: Record<string, Float32Array> = {}
  for (const contender of contenders) {
    const setting = await choose(contender, inner, held)
    const { value, seconds } = await cpu(async () => (await contender.fit(train, setting))(test))
    report(contender.name, setting, test.targets, value, seconds)
    found[contender.name] = value
  }
  return found
}

/** Hashes a table of text columns; `isNumber` says which become number tokens. */
function hashed(
  paths: readonly string[],
  separator: string,
  label: number,
  skipped: readonly string[],
  isNumber: (name: string) => boolean,
) {
  const header = gunzipSync(readFileSync(join(folder, paths[0]!)))
    .toString()
    .split("\n", 1)[0]!
    .split(separator)
  const columns = header.flatMap((name, at) => (at === label || skipped.includes(name) ? [] : [{ name, at }]))
  const cells = paths.flatMap((path) => lines(path).map((line) => line.split(separator)))
  const hasher = fieldHasher(
    columns.map(({ name }) => name),
    { bits: 18 },
  )
  const cell = (row: number, field: number) => {
    const { name, at } = columns[field]!
    const text = cells[row]![at] ?? ""
    return isNumber(name) ? numberToken(text === "" ? Number.NaN : Number(text)) : text
  }
  const report = collisionReport(hasher, cells.length, cell)
  const data: FieldData = { ...hashRows(hasher, cells.length, cell), targets: Float32Array.from(cells, (one) => Number(one[label])) }
  return { data, report }
}

/** Five folds by row index over all rows, predictions pooled; each fold chooses its settings on a fifth of its own training rows. */
async function crossValidated(name: string, { data, report: collisions }: ReturnType<typeof hashed>, contenders: readonly Contender[]) {
  const share = `${(100 * collisions.sharingShare).toFixed(1)} % of ${collisions.pairs} values share a slot; settings of the first fold`
  show(`${name}: five folds of ${data.rows.rows} rows`, "AUC", "log loss", "calibration", "CPU s", `  ${share}`)
  for (const contender of contenders) {
    const pooled = new Float32Array(data.rows.rows)
    let first: object = {}
    let all = 0
    for (let fold = 0; fold < 5; fold++) {
      const train = pick(data, (row) => row % 5 !== fold)
      const setting = await choose(
        contender,
        pick(train, (row) => row % 5 !== 2),
        pick(train, (row) => row % 5 === 2),
      )
      if (fold === 0) first = setting
      const { value, seconds } = await cpu(async () => (await contender.fit(train, setting))(pick(data, (row) => row % 5 === fold)))
      value.forEach((p, i) => {
        pooled[5 * i + fold] = p
      })
      all += seconds
    }
    report(contender.name, first, data.targets, pooled, all)
  }
}

function has(name: string): boolean {
  if (existsSync(join(folder, name))) return true
  console.log(`ctr: no ${name} in the data folder; name the folder that holds it as the first argument`)
  return false
}

if (has("ctr-frappe")) {
  const [train, test] = ["train-57k.tsv.gz", "test.tsv.gz"].map((file) => indexed([`ctr-frappe/${file}`], 5382)) as [FieldData, FieldData]
  await fixedSplit("Frappe", train, test, [
    lr([0.3, 1, 3]),
    stream(13),
    machine(
      "factorization machine, 64 factors",
      grid({ factors: [64], epochs: [10, 20], l2: [0.0003, 0.001], l2Factors: [0.02, 0.03], initialScale: [0.1] }),
    ),
    machine("field-aware machine, 16 factors", grid({ factors: [16], epochs: [6, 12], l2: [0.001], l2Factors: [0.01, 0.02] })),
  ])
}
if (has("ctr-criteo-sample")) {
  const data = hashed(
    ["train", "dev", "test"].map((part) => `ctr-criteo-sample/${part}.tsv.gz`),
    "\t",
    0,
    [],
    (name) => name.startsWith("I"),
  )
  await crossValidated("Criteo sample", data, [
    lr([5, 10, 20, 40]),
    stream(18),
    machine(
      "factorization machine, 8 factors",
      grid({ factors: [8], epochs: [2, 4], learningRate: [0.02, 0.05], l2: [0.03], l2Factors: [0.03, 0.1], initialScale: [0.01] }),
    ),
    machine(
      "field-aware machine, 4 factors",
      grid({ factors: [4], epochs: [2, 4], learningRate: [0.02, 0.05], l2: [0.03], l2Factors: [0.03, 0.1], initialScale: [0.01] }),
    ),
  ])
}
if (has("ctr-avazu-sample")) {
  const data = hashed(
    ["train", "dev", "test"].map((part) => `ctr-avazu-sample/${part}.csv.gz`),
    ",",
    1,
    ["id", "hour"],
    () => false,
  )
  await crossValidated("Avazu sample", data, [
    lr([1.5, 3, 6, 12]),
    stream(18),
    machine(
      "factorization machine, 8 factors",
      grid({ factors: [8], epochs: [2, 4], learningRate: [0.02, 0.05], l2: [0.03], l2Factors: [0.03, 0.1], initialScale: [0.01] }),
    ),
    machine(
      "field-aware machine, 4 factors",
      grid({ factors: [4], epochs: [2, 4], learningRate: [0.02, 0.05], l2: [0.03], l2Factors: [0.03, 0.1], initialScale: [0.01] }),
    ),
  ])
}
if (has("ads-ipinyou-features")) {
  const [train, test] = ["train.tsv.gz", "test.tsv.gz"].map((file) => indexed([`ads-ipinyou-features/${file}`], 133_470)) as [
    FieldData,
    FieldData,
  ]
  const found = await fixedSplit("iPinYou", train, test, [lr([1, 3, 10, 30])])
  // Negatives were sampled in train and not in test: even test rows say by how much, odd ones are scored.
  const logits = Float64Array.from(found["logistic regression"]!, (p) => Math.log(p / (1 - p)))
  const half = (parity: number, values: Float64Array | Float32Array) => Float64Array.from(values.filter((_, row) => row % 2 === parity))
  const shift = await priorShift().fit({ scores: half(0, logits), labels: half(0, test.targets) }, { seed: 7 })
  const [odd, labels] = [half(1, logits), Float32Array.from(half(1, test.targets))]
  report(
    "odd test rows as they are",
    {},
    labels,
    odd.map((z) => 1 / (1 + Math.exp(-z))),
    0,
  )
  report("odd test rows, prior shifted by the even ones", shift.parts, labels, shift.calibrate(odd), 0)
}
