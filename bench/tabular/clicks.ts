import { type SparseMatrix, sparseMatrix } from "../../src/core/index.ts"
import { auc, logLoss } from "../../src/metrics/index.ts"
import { type BoostingConfig, regression } from "../../src/models/index.ts"
import { probabilities, scored } from "./boost.ts"
import { type Columns, numbersOf, pick, split, targetMeans } from "./encode.ts"
import { cells } from "./read.ts"
import type { Row } from "./report.ts"

export function criteo(): Promise<Row[]> {
  const rows = ["train", "dev", "test"].flatMap((part) => cells("ctr-criteo-sample", `${part}.tsv.gz`, "\t").slice(1))
  const column = (col: number) => rows.map((row) => row[col] ?? "")
  const numbers = Array.from({ length: 13 }, (_, i) => ({ name: `I${i + 1}`, values: numbersOf(column(1 + i)) }))
  const texts = Array.from({ length: 26 }, (_, i) => ({ name: `C${i + 1}`, values: column(14 + i) }))
  return folds({ labels: Float32Array.from(rows, (row) => Number(row[0])), numbers, texts }, 0.1, ["0.749", "0.452", "0.750"])
}

export function avazu(): Promise<Row[]> {
  const parts = ["train", "dev", "test"].map((part) => cells("ctr-avazu-sample", `${part}.csv.gz`, ","))
  const head = parts[0]![0]!
  const rows = parts.flatMap((part) => part.slice(1))
  const texts = head
    .map((name, col) => ({ name, values: rows.map((row) => row[col] ?? "") }))
    .filter(({ name }) => !["id", "click", "hour"].includes(name))
  return folds({ labels: Float32Array.from(rows, (row) => Number(row[head.indexOf("click")])), numbers: [], texts }, 0.3, [
    "0.714",
    "0.418",
    "0.717",
  ])
}

/** The settings of the peers, set once and not swept. */
const PEERS: BoostingConfig = { rounds: 250, maxDepth: 4, learningRate: 0.03, minHessian: 10 }
/** Draws of the parts that target means are counted out of: the mean over them is less a matter of luck. */
const DRAWS = [1, 2, 3, 4, 5]

/** Five folds by row index mod 5, predictions pooled: trees by the peers' settings, logistic regression on tokens, and their mean log-odds. */
async function folds(table: Columns, c: number, peers: readonly [auc: string, loss: string, blend: string]): Promise<Row[]> {
  const { labels } = table
  const trees = new Float64Array(labels.length)
  const linear = new Float64Array(labels.length)
  const rows = tokens(table)
  for (let fold = 0; fold < 5; fold++) {
    const { train, test } = split(labels.length, (row) => row % 5 === fold)
    const targets = pick(labels, train)
    for (const draw of DRAWS) {
      const raw = await scored({ ...targetMeans(table, train, test, draw), labels: targets }, [PEERS])
      for (const [i, row] of test.entries()) trees[row]! += raw[i]! / DRAWS.length
    }
    const fit = await regression({ family: "logistic", l2: 1 / c, standardise: false }).fit({ rows: rows(train), targets }, { seed: 1 })
    for (const [i, logit] of fit.scoresSparse(rows(test)).entries()) linear[test[i]!] = logit
  }
  const blend = trees.map((logit, row) => (logit + linear[row]!) / 2)
  return [
    { what: `trees: AUC, five folds pooled, ${labels.length} rows`, value: auc(labels, trees)!, peer: `XGBoost ${peers[0]}` },
    { what: "trees: log loss", value: logLoss(labels, probabilities(trees)), peer: `XGBoost ${peers[1]}` },
    { what: "mean log-odds of trees and logistic regression: AUC", value: auc(labels, blend)!, peer: `blend ${peers[2]}` },
  ]
}

/** Rows of tokens, sparse: each text as itself; a number as missing, itself up to 2, or the whole part of its squared logarithm. */
function tokens({ numbers, texts, labels }: Columns): (rows: readonly number[]) => SparseMatrix {
  const places = new Map<string, number>()
  const place = (token: string) => {
    if (!places.has(token)) places.set(token, places.size)
    return places.get(token)!
  }
  const bucket = (x: number) => (Number.isNaN(x) ? "nan" : x <= 2 ? `m${x}` : `l${Math.floor(Math.log(x) ** 2)}`)
  const all = Array.from(labels, (_, row) => [
    ...numbers.map(({ name, values }) => place(`${name}=${bucket(values[row]!)}`)),
    ...texts.map(({ name, values }) => place(`${name}=${values[row]}`)),
  ])
  return (rows) => {
    const pairs = rows.flatMap((row, i) => all[row]!.map((token) => [i, token] as const))
    const shape = { rows: rows.length, cols: places.size }
    return sparseMatrix(
      shape,
      pairs.map(([row]) => row),
      pairs.map(([, col]) => col),
    )
  }
}

/** Columns of Frappe's ten ids, in order; pairs of them that have a target mean of their own: who, what, and what with each circumstance. */
const FRAPPE = ["user", "item", "daytime", "weekday", "isweekend", "homework", "cost", "weather", "country", "city"]
const PAIRS = [0, 2, 3, 4, 5, 6, 7, 8, 9].map((other) => [1, other]).concat([2, 3, 6, 9].map((other) => [0, other]))

/** The official test part. Pairs and settings were chosen on every tenth train row: AUC 0.928 without pairs, 0.971 with them and the ids. */
export async function frappe(): Promise<Row[]> {
  const parts = ["train-57k.tsv.gz", "test.tsv.gz"].map((file) => cells("ctr-frappe", file, "\t").slice(1))
  const rows = parts.flat()
  const labels = Float32Array.from(rows, (row) => (Number(row[0]) > 0 ? 1 : 0))
  const { train, test } = split(rows.length, (row) => row >= parts[0]!.length)
  const ids = FRAPPE.map((name, i) => ({ name, values: rows.map((row) => row[i + 1]!) }))
  const pairs = PAIRS.map(([a, b]) => ({
    name: `${FRAPPE[a!]} ${FRAPPE[b!]}`,
    values: rows.map((row) => `${row[a! + 1]} ${row[b! + 1]}`),
  }))
  const numbers = ids.map(({ name, values }) => ({ name, values: Float64Array.from(values, Number) }))
  const encode = (from: readonly number[], to: readonly number[]) =>
    targetMeans({ numbers, texts: [...ids, ...pairs], labels }, from, to, 7)
  const raw = await scored({ ...encode(train, test), labels: pick(labels, train) }, [{ rounds: 300, maxDepth: 6 }])
  const truth = pick(labels, test)
  return [
    { what: "AUC, official test", value: auc(truth, raw)!, peer: "LightGBM 0.947" },
    { what: "log loss", value: logLoss(truth, probabilities(raw)), peer: "LightGBM 0.236" },
  ]
}
