import type { Matrix } from "../core/index.ts"
import { averagePrecisionScore } from "./auc.ts"
import { checkLengths, confusion, fMeasure } from "./confusion.ts"

/** One row an example, one column a label: 1 = has it, 0 = has not, or its score. A `Matrix` fits; so does the same with other arrays. */
export type LabelTable = Omit<Matrix, "data"> & { readonly data: ArrayLike<number> }

/** Share of all label cells that are wrong, in `[0, 1]`. @throws {@link InvalidArgument} on shapes that differ */
export function hammingLoss(truth: LabelTable, predicted: LabelTable): number {
  checkTables("hammingLoss", truth, predicted)
  let wrong = 0
  for (let i = 0; i < truth.data.length; i++) if (truth.data[i] !== predicted.data[i]) wrong++
  return wrong / truth.data.length
}

/** Share of examples with every label right. */
export function subsetAccuracy(truth: LabelTable, predicted: LabelTable): number {
  checkTables("subsetAccuracy", truth, predicted)
  return meanOverRows(truth, (at, end) => {
    for (let i = at; i < end; i++) if (truth.data[i] !== predicted.data[i]) return 0
    return 1
  })
}

/** Mean over examples of shared labels over all labels of truth and prediction; `0` for a row with neither. */
export function jaccardOverExamples(truth: LabelTable, predicted: LabelTable): number {
  checkTables("jaccardOverExamples", truth, predicted)
  return meanOverRows(truth, (at, end) => {
    let both = 0
    let either = 0
    for (let i = at; i < end; i++) {
      if (truth.data[i]! > 0 && predicted.data[i]! > 0) both++
      if (truth.data[i]! > 0 || predicted.data[i]! > 0) either++
    }
    return either === 0 ? 0 : both / either
  })
}

/** F1 over all cells at once (`micro`) or the mean over labels (`macro`); `0` where a label is neither there nor called. */
export function multilabelF1(truth: LabelTable, predicted: LabelTable, averaging: "micro" | "macro"): number {
  checkTables("multilabelF1", truth, predicted)
  if (averaging === "micro") return fMeasure(confusion(truth.data, predicted.data, 2))
  return meanOverLabels(truth, (c) => fMeasure(confusion(columnOf(truth, c), columnOf(predicted, c), 2)))!
}

/** Mean over labels of {@link averagePrecisionScore}; `null` when a label has no positive. */
export function multilabelAveragePrecision(truth: LabelTable, scores: LabelTable): number | null {
  checkTables("multilabelAveragePrecision", truth, scores)
  return meanOverLabels(truth, (c) => averagePrecisionScore(columnOf(truth, c), columnOf(scores, c)))
}

/** Label ranking average precision: of the labels ranked at or above each true one, the share that are true; `1` for rows with all or none. */
export function labelRankingAveragePrecision(truth: LabelTable, scores: LabelTable): number {
  checkTables("labelRankingAveragePrecision", truth, scores)
  return meanOverRows(truth, (at, end) => {
    let labels = 0
    let sum = 0
    for (let i = at; i < end; i++) {
      if (!(truth.data[i]! > 0)) continue
      labels++
      let above = 0
      let trueAbove = 0
      for (let j = at; j < end; j++) {
        if (scores.data[j]! < scores.data[i]!) continue
        above++
        if (truth.data[j]! > 0) trueAbove++
      }
      sum += trueAbove / above
    }
    return labels === 0 || labels === end - at ? 1 : sum / labels
  })
}

/** How far down the ranked labels one must go to have all true ones; `0` for a row without labels. */
export function coverageError(truth: LabelTable, scores: LabelTable): number {
  checkTables("coverageError", truth, scores)
  return meanOverRows(truth, (at, end) => {
    let lowest = Number.POSITIVE_INFINITY
    for (let i = at; i < end; i++) if (truth.data[i]! > 0) lowest = Math.min(lowest, scores.data[i]!)
    let depth = 0
    for (let i = at; i < end; i++) if (scores.data[i]! >= lowest) depth++
    return depth
  })
}

/** Share of (true, other) label pairs in the wrong order, ties counted as wrong; `0` for rows with all or none. */
export function rankingLoss(truth: LabelTable, scores: LabelTable): number {
  checkTables("rankingLoss", truth, scores)
  return meanOverRows(truth, (at, end) => {
    let pairs = 0
    let wrong = 0
    for (let i = at; i < end; i++) {
      if (!(truth.data[i]! > 0)) continue
      for (let j = at; j < end; j++) {
        if (truth.data[j]! > 0) continue
        pairs++
        if (scores.data[j]! >= scores.data[i]!) wrong++
      }
    }
    return pairs === 0 ? 0 : wrong / pairs
  })
}

function meanOverRows(table: LabelTable, value: (at: number, end: number) => number): number {
  let sum = 0
  for (let i = 0; i < table.rows; i++) sum += value(i * table.cols, (i + 1) * table.cols)
  return sum / table.rows
}

function meanOverLabels(table: LabelTable, value: (label: number) => number | null): number | null {
  let sum = 0
  for (let c = 0; c < table.cols; c++) {
    const one = value(c)
    if (one === null) return null
    sum += one
  }
  return sum / table.cols
}

function columnOf({ data, rows, cols }: LabelTable, c: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * cols + c]!)
}

function checkTables(where: string, truth: LabelTable, other: LabelTable): void {
  checkLengths(where, truth.data, other.data)
}
