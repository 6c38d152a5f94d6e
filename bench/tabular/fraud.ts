import { auc, averagePrecisionScore } from "../../src/metrics/index.ts"
import type { BoostingConfig } from "../../src/models/index.ts"
import { chosen, crossed, scored } from "./boost.ts"
import { type Columns, numbersOf, oneHot, pick, split } from "./encode.ts"
import { cells } from "./read.ts"
import type { Row } from "./report.ts"

/** Every legitimate row stands for so many: 284,315 of them, 14,032 drawn. */
const LEGITIMATE = 284315 / 14032
const weighted = (labels: Float32Array, raw: Float64Array) =>
  averagePrecisionScore(
    labels,
    raw,
    labels.map((label) => (label === 1 ? 1 : LEGITIMATE)),
  )!
const averagePrecision = (labels: Float32Array, raw: Float64Array) => averagePrecisionScore(labels, raw)!

/** The settings of the peers, set once and not swept. */
const PEERS: Readonly<Record<"creditcard" | "vehicle" | "mammography", BoostingConfig>> = {
  creditcard: { rounds: 300, growth: "leaf", leaves: 31, learningRate: 0.05, minRows: 20 },
  vehicle: { rounds: 150, maxDepth: 3, learningRate: 0.05, minHessian: 1 },
  mammography: { rounds: 300, maxDepth: 5, learningRate: 0.05, minHessian: 1 },
}

/** The first seven tenths of the rows train; settings are chosen on three parts of them, each scored by the other two. */
export async function creditcard(): Promise<Row[]> {
  const [head, ...rows] = cells("fraud-creditcard-subset", "creditcard.csv.gz", ",")
  const column = (name: string) => numbersOf(rows.map((row) => row[head!.indexOf(name)]!))
  const labels = Float32Array.from(column("Class"))
  const numbers = [
    ...Array.from({ length: 28 }, (_, i) => ({ name: `V${i + 1}`, values: column(`V${i + 1}`) })),
    { name: "logAmount", values: column("Amount").map(Math.log1p) },
    { name: "hour", values: column("Time").map((seconds) => Math.floor(seconds / 3600) % 24) },
  ]
  const cut = Math.floor(0.7 * rows.length)
  const { train, test } = split(rows.length, (row) => row >= cut)
  const encode = (from: readonly number[], to: readonly number[]) => oneHot({ numbers, texts: [], labels }, from, to)
  const configs = await chosen({ labels, parts: crossed(train, 3), encode, metric: weighted })
  const fold = { ...encode(train, test), labels: pick(labels, train) }
  const truth = pick(labels, test)
  const lines = (name: string, raw: Float64Array): Row[] => [
    { what: `${name}: PR-AUC weighted, time split`, value: weighted(truth, raw), peer: "LightGBM 0.809" },
    { what: `${name}: ROC-AUC`, value: auc(truth, raw)!, peer: "LightGBM 0.979" },
  ]
  return [
    ...lines("peers' settings", await scored(fold, [PEERS.creditcard])),
    ...lines("chosen on train", await scored(fold, configs, [1, 2, 3])),
  ]
}

/** Years 1994 and 1995 train, 1996 tests; texts that are ranges are their first number, every other text a column a value. */
export async function vehicle(): Promise<Row[]> {
  const [head, ...rows] = cells("fraud-vehicle-insurance", "fraud_oracle.csv.gz", ",")
  const values = (name: string) => rows.map((row) => row[head!.indexOf(name)]!)
  const labels = Float32Array.from(values("FraudFound_P"), Number)
  const used = head!.filter((name) => !["FraudFound_P", "PolicyNumber", "Year"].includes(name))
  const isOrdered = (name: string) => new Set(values(name).filter((text) => /\d/.test(text))).size >= 3
  const table: Columns = {
    numbers: used.filter(isOrdered).map((name) => ({ name, values: Float64Array.from(values(name), firstNumber) })),
    texts: used.filter((name) => !isOrdered(name)).map((name) => ({ name, values: values(name) })),
    labels,
  }
  const years = values("Year")
  const { train, test } = split(rows.length, (row) => years[row] === "1996")
  const encode = (from: readonly number[], to: readonly number[]) => oneHot(table, from, to)
  const configs = await chosen({ labels, parts: crossed(train, 3), encode, metric: averagePrecision })
  const truth = pick(labels, test)
  const fold = { ...encode(train, test), labels: pick(labels, train) }
  const plain = { numbers: [], texts: used.map((name) => ({ name, values: values(name) })), labels }
  const oneHotFold = { ...oneHot(plain, train, test), labels: pick(labels, train) }
  const lines = (name: string, raw: Float64Array): Row[] => [
    { what: `${name}: PR-AUC, 1994-95 to 1996`, value: averagePrecision(truth, raw), peer: "XGBoost 0.142" },
    { what: `${name}: ROC-AUC`, value: auc(truth, raw)!, peer: "XGBoost 0.767" },
  ]
  return [
    ...lines("peers' settings, one-hot", await scored(oneHotFold, [PEERS.vehicle])),
    ...lines("chosen on train, ordered", await scored(fold, configs, [1, 2])),
  ]
}

/** The number a range of numbers begins with: `3 years` 3, `more than 30` 31, `none` and `new` 0. */
function firstNumber(text: string): number {
  const number = /\d+/.exec(text)?.[0]
  if (number === undefined) return 0
  return Number(number) + (text.startsWith("more") ? 1 : 0) - (text.startsWith("less") ? 1 : 0)
}

/** Five folds by row index mod 5; settings are chosen anew in each, on three parts of its train rows. */
export async function mammography(): Promise<Row[]> {
  const [head, ...rows] = cells("fraud-mammography", "mammography.csv.gz", ",")
  const labels = Float32Array.from(rows, (row) => Number(row.at(-1)))
  const numbers = head!.slice(0, -1).map((name, col) => ({ name, values: numbersOf(rows.map((row) => row[col]!)) }))
  const encode = (from: readonly number[], to: readonly number[]) => oneHot({ numbers, texts: [], labels }, from, to)
  const sums = { peers: { pr: 0, roc: 0 }, chosen: { pr: 0, roc: 0 } }
  for (let fold = 0; fold < 5; fold++) {
    const { train, test } = split(rows.length, (row) => row % 5 === fold)
    const configs = await chosen({ labels, parts: crossed(train, 3), encode, metric: averagePrecision })
    const rowsOf = { ...encode(train, test), labels: pick(labels, train) }
    const truth = pick(labels, test)
    const scores = { peers: await scored(rowsOf, [PEERS.mammography]), chosen: await scored(rowsOf, configs, [1, 2]) }
    for (const which of ["peers", "chosen"] as const) {
      sums[which].pr += averagePrecision(truth, scores[which]) / 5
      sums[which].roc += auc(truth, scores[which])! / 5
    }
  }
  return (["peers", "chosen"] as const).flatMap((which) => {
    const name = which === "peers" ? "peers' settings" : "chosen on train"
    return [
      { what: `${name}: PR-AUC, five folds`, value: sums[which].pr, peer: "XGBoost 0.764" },
      { what: `${name}: ROC-AUC`, value: sums[which].roc, peer: "XGBoost 0.955" },
    ]
  })
}
