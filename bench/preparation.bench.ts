// What each group of preparation steps is worth to a logistic regression on real tables: vehicle insurance (train 1994-95, test 1996) and frappe.
// Every choice (the penalty) is made on train rows alone; test rows are scored once. Intervals: 95 % bootstrap over test rows.
// usage: npm run bench -- preparation [DATA_FOLDER]
import { existsSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gunzipSync } from "node:zlib"
import { columnOf, type Matrix, random, type SparseMatrix, type Table, tableOf, takeRows, wordColumn } from "../src/core/index.ts"
import { amountOf, orderOf } from "../src/data/index.ts"
import * as f from "../src/features/index.ts"
import { auc } from "../src/metrics/index.ts"
import { regressionPath } from "../src/models/index.ts"

const folder = process.argv[2] ?? process.env.TROMMEL_DATA ?? join(fileURLToPath(new URL("../..", import.meta.url)), "..", "shared", "data")
const show = (name: string, cells: readonly string[]) => console.log([name.padEnd(60), ...cells.map((cell) => cell.padStart(26))].join(""))

interface Part {
  readonly table: Table
  readonly labels: Float32Array
}
type Rows = Matrix | SparseMatrix
/** Fits a preparation on training rows and gives those and the others, ready for a model. */
type Preparation = (train: Part, others: readonly Table[]) => Promise<readonly Rows[]>

function readTable(path: string, delimiter: string): { readonly names: string[]; readonly cells: string[][] } {
  const lines = gunzipSync(readFileSync(path)).toString().trim().split(/\r?\n/)
  const [names, ...cells] = lines.map((line) => line.split(delimiter))
  return { names: names!, cells }
}

const places = (n: number, keep: (row: number) => boolean) => Uint32Array.from(Array.from({ length: n }, (_, row) => row).filter(keep))
function partOf(whole: Part, keep: (row: number) => boolean): Part {
  const rows = places(whole.table.rows, keep)
  return { table: takeRows(whole.table, rows), labels: Float32Array.from(rows, (row) => whole.labels[row]!) }
}

const isSparse = (rows: Rows): rows is SparseMatrix => "indices" in rows

/** Scores by a logistic regression for each penalty, strongest first: each fit starts from the one before. */
async function scoredPath(train: Rows, labels: Float32Array, test: Rows, ladder: readonly number[]): Promise<readonly Float32Array[]> {
  const config = { family: "logistic", standardise: !isSparse(train), solver: "newton-cg" } as const
  const models = await regressionPath(
    { rows: train, targets: labels },
    ladder.map((l2) => ({ l2 })),
    config,
    { seed: 1 },
  )
  return models.map((model) => (isSparse(test) ? model.predictSparse(test) : model.predict(test)))
}

/** The penalty with the best mean AUC over folds of train; every fold prepares anew. */
async function pickPenalty(
  train: Part,
  prepare: Preparation,
  folds: readonly ((row: number) => boolean)[],
  ladder: readonly number[],
): Promise<number> {
  const sums = ladder.map(() => 0)
  for (const isHeld of folds) {
    const [rest, held] = [partOf(train, (row) => !isHeld(row)), partOf(train, isHeld)]
    const [fitRows, heldRows] = await prepare(rest, [held.table])
    for (const [i, scores] of (await scoredPath(fitRows!, rest.labels, heldRows!, ladder)).entries()) sums[i]! += auc(held.labels, scores)!
  }
  return ladder[sums.indexOf(Math.max(...sums))]!
}

/** Measures of some scores under weights of the rows, sorted once: a bootstrap draw is then one pass. */
function measures(labels: Float32Array, scores: Float32Array) {
  const order = Uint32Array.from(scores, (_, row) => row).sort((a, b) => scores[b]! - scores[a]! || a - b)
  return (weights: Float64Array): { readonly area: number; readonly precision: number } => {
    let [yes, no, area, precision, i] = [0, 0, 0, 0, 0]
    while (i < order.length) {
      let [moreYes, moreNo, j] = [0, 0, i]
      // Equal scores are one step.
      for (; j < order.length && scores[order[j]!] === scores[order[i]!]; j++) {
        const weight = weights[order[j]!]!
        if (labels[order[j]!]! > 0) moreYes += weight
        else moreNo += weight
      }
      area += moreNo * (yes + moreYes / 2)
      yes += moreYes
      no += moreNo
      if (yes + no > 0) precision += moreYes * (yes / (yes + no))
      i = j
    }
    return { area: area / (yes * no), precision: precision / yes }
  }
}

type Measured = ReturnType<ReturnType<typeof measures>>

/** Bootstrap weights of n rows, the same for every preparation. */
function drawsOf(n: number, draws = 400): readonly Float64Array[] {
  return Array.from({ length: draws }, (_, draw) => {
    const chance = random(9).split(draw)
    const weights = new Float64Array(n)
    for (let i = 0; i < n; i++) weights[chance.integer(n)]! += 1
    return weights
  })
}

function interval(values: readonly number[]): string {
  const sorted = values.toSorted((a, b) => a - b)
  const at = (share: number) => sorted[Math.floor(share * sorted.length)]!
  return `[${at(0.025).toFixed(4)}, ${at(0.975).toFixed(4)}]`
}

async function ablation(
  title: string,
  train: Part,
  test: Part,
  preparations: Readonly<Record<string, Preparation>>,
  folds: readonly ((row: number) => boolean)[],
  ladder: readonly number[],
): Promise<void> {
  show(title, ["columns, l2", "AUC", "against the line before", "average precision"])
  const ones = new Float64Array(test.labels.length).fill(1)
  const draws = drawsOf(test.labels.length)
  let before: { readonly now: Measured; readonly drawn: readonly Measured[] } | undefined
  for (const [name, prepare] of Object.entries(preparations)) {
    const l2 = await pickPenalty(train, prepare, folds, ladder)
    const [fitRows, testRows] = await prepare(train, [test.table])
    const scores = (await scoredPath(fitRows!, train.labels, testRows!, [l2]))[0]!
    const of = measures(test.labels, scores)
    const now = of(ones)
    const drawn = draws.map(of)
    const previous = before
    const gain = previous && now.area - previous.now.area
    show(name, [
      `${fitRows!.cols}, ${l2}`,
      `${now.area.toFixed(4)} ${interval(drawn.map(({ area }) => area))}`,
      previous === undefined
        ? ""
        : `${gain! >= 0 ? "+" : ""}${gain!.toFixed(4)} ${interval(drawn.map(({ area }, i) => area - previous.drawn[i]!.area))}`,
      `${now.precision.toFixed(4)} ${interval(drawn.map(({ precision }) => precision))}`,
    ])
    before = { now, drawn }
  }
  console.log("")
}

const dense =
  (groups: readonly f.ColumnGroup[]): Preparation =>
  async (train, others) => {
    const { fitted, rows } = await f.columnTransformer(groups).fitTransform(train, { seed: 1 })
    return [rows, ...others.map((table) => fitted.transform(table))]
  }

// ---- vehicle insurance

const vehicleFile = join(folder, "fraud-vehicle-insurance", "fraud_oracle.csv.gz")
if (existsSync(vehicleFile)) {
  const { names, cells } = readTable(vehicleFile, ",")
  const label = names.indexOf("FraudFound_P")
  const skipped = new Set(["FraudFound_P", "PolicyNumber", "Year"])
  const kept = names.filter((name) => !skipped.has(name))
  const table = tableOf(Object.fromEntries(kept.map((name) => [name, wordColumn(cells.map((row) => row[names.indexOf(name)] || null))])))
  const whole: Part = { table, labels: Float32Array.from(cells, (row) => Number(row[label])) }
  const year = cells.map((row) => Number(row[names.indexOf("Year")]))
  const [train, test] = [partOf(whole, (row) => year[row]! < 1996), partOf(whole, (row) => year[row] === 1996)]
  const wordsOf = (name: string) => {
    const column = columnOf(train.table, name)
    return column.kind === "word" ? column.words : []
  }
  // Judged on train rows alone: amounts and scales that people put in order, and many-valued names.
  const ordered = kept.filter(
    (name) => wordsOf(name).every((word) => Number.isFinite(Number(word))) || orderOf(wordsOf(name)) !== undefined,
  )
  const amounts = (from: Table): Table =>
    tableOf({
      ...from.columns,
      ...Object.fromEntries(
        ordered.map((name) => {
          const column = columnOf(from, name)
          if (column.kind !== "word") return [name, column]
          const order = orderOf(wordsOf(name))
          const values = column.words.map((word) =>
            Number.isFinite(Number(word)) ? Number(word) : (amountOf(word) ?? order?.indexOf(word) ?? Number.NaN),
          )
          return [
            `${name} amount`,
            { kind: "number", values: Float64Array.from(column.codes, (code) => (code < 0 ? Number.NaN : values[code]!)) },
          ]
        }),
      ),
    })
  const withAmounts =
    (groups: readonly f.ColumnGroup[]): Preparation =>
    async (of, others) =>
      dense(groups)({ ...of, table: amounts(of.table) }, others.map(amounts))
  const amountNames = ordered.map((name) => `${name} amount`)
  const hot: f.ColumnGroup = { of: kept, steps: [f.oneHot()] }
  const rare: f.ColumnGroup = { of: kept, read: f.vocabulary({ atLeast: 30 }), steps: [f.oneHot()] }
  const numeric: f.ColumnGroup = { of: amountNames, steps: [f.impute(), f.zScore()] }
  const bucketed: f.ColumnGroup = { of: amountNames, steps: [f.impute(), f.buckets({ buckets: 5 }), f.oneHot()] }
  const rates: f.ColumnGroup = { of: kept, read: f.vocabulary({ atLeast: 10 }), steps: [f.targetEncode({ smoothing: 30 })] }
  const crossed = (groups: readonly f.ColumnGroup[]): Preparation => {
    const pairs = [
      ["Fault", "BasePolicy"],
      ["Fault", "VehicleCategory"],
      ["BasePolicy", "VehicleCategory"],
      ["Fault", "AddressChange_Claim"],
    ] as const
    const add = (from: Table): Table =>
      tableOf({
        ...from.columns,
        ...Object.fromEntries(
          pairs.map(([a, b]) => {
            const [left, right] = [columnOf(from, a), columnOf(from, b)]
            if (left.kind !== "word" || right.kind !== "word") throw new Error("words expected")
            return [
              `${a} x ${b}`,
              wordColumn(Array.from(left.codes, (code, row) => `${left.words[code]} ${right.words[right.codes[row]!]}`)),
            ]
          }),
        ),
      })
    const cross: f.ColumnGroup = { of: pairs.map(([a, b]) => `${a} x ${b}`), read: f.vocabulary({ atLeast: 30 }), steps: [f.oneHot()] }
    return async (of, others) => dense([...groups, cross])({ ...of, table: add(of.table) }, others.map(add))
  }
  const folds = Array.from({ length: 3 }, (_, fold) => (row: number) => row % 3 === fold)
  await ablation(
    "vehicle insurance, 11,337 rows, test 4,083",
    train,
    test,
    {
      "codes as numbers": dense([{ of: kept, read: f.vocabulary() }]),
      "ranges and amounts as numbers, names as codes": withAmounts([
        { of: kept.filter((name) => !ordered.includes(name)), read: f.vocabulary() },
        numeric,
      ]),
      "one-hot": dense([hot]),
      "one-hot, rare ones to other": dense([rare]),
      "the same and amounts as numbers": withAmounts([rare, numeric]),
      "the same and amounts in buckets": withAmounts([rare, numeric, bucketed]),
      "one-hot, rare ones to other, crosses of a few": crossed([rare]),
      "target rates out of fold, alone": dense([rates]),
      "one-hot, rare ones to other, and target rates": dense([rare, rates]),
      "one-hot, selected by mutual information (1 % false)": dense([
        { of: kept, read: f.vocabulary({ atLeast: 30 }), steps: [f.oneHot(), f.select()] },
      ]),
    },
    folds,
    [1000, 100, 10],
  )
} else console.log(`preparation: no vehicle insurance data in ${folder}`)

// ---- frappe

const frappe = (name: string) => join(folder, "ctr-frappe", name)
if (existsSync(frappe("train-57k.tsv.gz"))) {
  const read = (name: string): Part => {
    const { names, cells } = readTable(frappe(name), "\t")
    const columns = names.slice(1).map((column, i) => [column, wordColumn(cells.map((row) => row[i + 1]!))] as const)
    return { table: tableOf(Object.fromEntries(columns)), labels: Float32Array.from(cells, (row) => (Number(row[0]) > 0 ? 1 : 0)) }
  }
  const [train, test] = [read("train-57k.tsv.gz"), read("test.tsv.gz")]
  const names = Object.keys(train.table.columns)
  const many = ["user", "item", "country", "city"]
  const few = names.filter((name) => !many.includes(name))
  const hot: f.ColumnGroup = { of: few, steps: [f.oneHot()] }
  const hashed =
    (size: number): Preparation =>
    async (of, others) =>
      [of.table, ...others].map((table) => f.sparseHash(table, names, size))
  const sparse =
    (atLeast: number): Preparation =>
    async (of, others) => {
      const encoder = f.sparseOneHot(of.table, names, { atLeast })
      return [of.table, ...others].map((table) => encoder.transform(table))
    }
  const tenth = (row: number) => row % 10 === 3
  await ablation(
    "frappe, 57,722 rows, test 28,860",
    train,
    test,
    {
      "codes as numbers": dense([{ of: names, read: f.vocabulary() }]),
      "few-valued columns one-hot, many-valued left out": dense([hot]),
      "and target rates of the many-valued, out of fold": dense([hot, { of: many, steps: [f.targetEncode({ smoothing: 20 })] }]),
      "and embeddings of user and item (8 numbers each)": dense([
        hot,
        { of: many, steps: [f.targetEncode({ smoothing: 20 })] },
        { of: ["user", "item", "country"], steps: [f.embedding({ labels: true })] },
      ]),
      "all hashed into 2^8": hashed(2 ** 8),
      "all hashed into 2^10": hashed(2 ** 10),
      "all hashed into 2^12": hashed(2 ** 12),
      "all hashed into 2^14": hashed(2 ** 14),
      "all hashed into 2^16": hashed(2 ** 16),
      "all one-hot, sparse": sparse(1),
      "all one-hot, sparse, rare ones (below 3 rows) to other": sparse(3),
    },
    [tenth],
    [3, 1, 0.3],
  )
  const values = names.flatMap((name) => {
    const column = columnOf(train.table, name)
    return column.kind === "word" ? column.words.map((word) => `${name}=${word}`) : []
  })
  for (const bits of [8, 10, 12, 14, 16]) {
    const { rate, expected } = f.hashCollisions(values, 2 ** bits)
    show(`collisions of ${values.length} values in 2^${bits}`, [`${(100 * rate).toFixed(1)} %`, `chance ${(100 * expected).toFixed(1)} %`])
  }
} else console.log(`preparation: no frappe data in ${folder}`)
