import { InvalidArgument, type Matrix } from "../../core/index.ts"
import type { Checkpoint } from "./checkpoint.ts"
import type { Ensemble } from "./ensemble.ts"
import type { ObjectiveData } from "./objectives/objective.ts"

/** Rows and what is to be predicted: `n` examples of `d` columns. */
export interface LabelledRows {
  /** Shape `[n, d]`, NaN = missing, no infinities. */
  readonly rows: Matrix
  /** Shape `[n]`; what they mean is the objective's matter. */
  readonly labels: Float32Array
  /** How much each row counts, 0 or more; shape `[n]`; 1 when absent. */
  readonly weights?: Float32Array
  /** Ranking: how many rows each query has, in row order; they sum to `n`. */
  readonly queries?: ArrayLike<number>
  /** Unbiased ranking: where each row was shown, 0 first; shape `[n]`. */
  readonly positions?: ArrayLike<number>
}

/** What trees are trained on. */
export interface TreesData extends LabelledRows {
  /** Names of the columns; `x0`, `x1` ... when absent. */
  readonly columns?: readonly string[]
  /** Rows that train nothing: loss or metric on them is reported, and ends training when `patience` is set. */
  readonly validation?: LabelledRows
  /** Warm start: training adds its rounds to these trees, which keep their base score. */
  readonly start?: Ensemble
  /** Goes on where a checkpoint of the same data, config and seed stopped: the model is the same, bit for bit, as without the stop. */
  readonly resume?: Checkpoint
}

/** Names of the data's columns. */
export function columnNames({ rows, columns }: TreesData): readonly string[] {
  return columns ?? Array.from({ length: rows.cols }, (_, col) => `x${col}`)
}

/** Checks lengths and weights. @throws {@link InvalidArgument} naming the one that does not fit */
export function checkData(where: string, data: TreesData): void {
  const { rows, columns, validation, start } = data
  if (rows.rows === 0 || rows.cols === 0) {
    throw new InvalidArgument(where, "rows to learn from", `a ${rows.rows} x ${rows.cols} matrix`, "Pass one row and one column or more.")
  }
  if (rows.rows >= 2 ** 30) throw new InvalidArgument(where, "fewer than 2^30 rows", String(rows.rows), "Take a sample.")
  if (columns !== undefined && columns.length !== rows.cols) {
    throw new InvalidArgument(where, `${rows.cols} column names`, String(columns.length), "Name every column.")
  }
  checkRows(where, data)
  if (validation !== undefined) {
    checkRows(`${where}, validation`, validation)
    if (validation.rows.cols !== rows.cols) {
      throw new InvalidArgument(where, `${rows.cols} columns of validation`, String(validation.rows.cols), "Pass the same columns.")
    }
  }
  if (start !== undefined && start.columns.length !== rows.cols) {
    throw new InvalidArgument(
      where,
      `a start of ${rows.cols} columns`,
      String(start.columns.length),
      "Start from a model of these columns.",
    )
  }
}

function checkRows(where: string, { rows, labels, weights, queries, positions }: LabelledRows): void {
  const lengths = { labels: labels.length, weights: weights?.length, positions: positions?.length }
  for (const [name, length] of Object.entries(lengths)) {
    if (length !== undefined && length !== rows.rows) {
      throw new InvalidArgument(where, `${rows.rows} ${name}`, String(length), "Give every row one.")
    }
  }
  const bad = weights?.findIndex((weight) => !(weight >= 0 && Number.isFinite(weight))) ?? -1
  if (bad >= 0) throw new InvalidArgument(where, "finite weights of 0 or more", `${weights![bad]} in row ${bad}`, "Leave the row out.")
  if (weights?.every((weight) => weight === 0)) throw new InvalidArgument(where, "a weight above 0", "none", "Weigh some rows.")
  if (queries === undefined) return
  let sum = 0
  for (let q = 0; q < queries.length; q++) {
    const size = queries[q]!
    if (!(Number.isInteger(size) && size >= 0)) {
      throw new InvalidArgument(where, "whole numbers of rows a query", `${size} in query ${q}`, "Count the rows of each query.")
    }
    sum += size
  }
  if (sum !== rows.rows) throw new InvalidArgument(where, `queries of ${rows.rows} rows in all`, String(sum), "Count every row once.")
}

/** What an objective is told of these rows. */
export function objectiveData({ rows, labels, weights, queries, positions }: LabelledRows, seed: number): ObjectiveData {
  let queryStarts: Uint32Array | undefined
  if (queries !== undefined) {
    queryStarts = new Uint32Array(queries.length + 1)
    for (let q = 0; q < queries.length; q++) queryStarts[q + 1] = queryStarts[q]! + queries[q]!
  }
  return { rows: rows.rows, labels, weights, queryStarts, positions, seed }
}
