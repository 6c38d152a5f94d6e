import type { Matrix } from "../core/index.ts"
import { auc } from "./auc.ts"
import { checkLengths } from "./confusion.ts"

const EPSILON = 2 ** -52

/** Class probabilities of examples: row-major, shape `[n, classes]`. A `Matrix` fits; so does the same with 64-bit numbers. */
export type ClassProbabilities = Omit<Matrix, "data"> & { readonly data: ArrayLike<number> }

/**
 * Mean negative log-probability of the true class in nats; rows are scaled to sum 1 after clipping to `[2^-52, 1 - 2^-52]`.
 *
 * @param truth - class numbers from 0; shape `[n]`
 * @throws {@link InvalidArgument} on lengths that differ or no example
 */
export function multiclassLogLoss(truth: ArrayLike<number>, probabilities: ClassProbabilities): number {
  checkRows("multiclassLogLoss", truth, probabilities)
  const { data, cols } = probabilities
  let sum = 0
  for (let i = 0; i < truth.length; i++) {
    let rowSum = 0
    for (let c = 0; c < cols; c++) rowSum += clip(data[i * cols + c]!)
    sum -= Math.log(clip(data[i * cols + truth[i]!]!) / rowSum)
  }
  return sum / truth.length
}

/** Sum over classes of the squared distance of probability and truth, averaged, in `[0, 2]`. @see Brier 1950 */
export function multiclassBrier(truth: ArrayLike<number>, probabilities: ClassProbabilities): number {
  checkRows("multiclassBrier", truth, probabilities)
  const { data, cols } = probabilities
  let sum = 0
  for (let i = 0; i < truth.length; i++) {
    for (let c = 0; c < cols; c++) sum += (data[i * cols + c]! - (truth[i] === c ? 1 : 0)) ** 2
  }
  return sum / truth.length
}

/** Share of examples whose true class is among the `k` most probable; of equal probabilities the higher class number goes first. */
export function topKAccuracy(truth: ArrayLike<number>, probabilities: ClassProbabilities, k: number): number {
  checkRows("topKAccuracy", truth, probabilities)
  const { data, cols } = probabilities
  let hits = 0
  for (let i = 0; i < truth.length; i++) {
    const own = data[i * cols + truth[i]!]!
    let ahead = 0
    for (let c = 0; c < cols; c++) {
      const other = data[i * cols + c]!
      if (other > own || (other === own && c > truth[i]!)) ahead++
    }
    if (ahead < k) hits++
  }
  return hits / truth.length
}

/** AUC of each class against the rest, averaged plainly or by class size; `null` when a class has no example or every one. */
export function aucOneVsRest(truth: ArrayLike<number>, probabilities: ClassProbabilities, averaging: "macro" | "weighted"): number | null {
  checkRows("aucOneVsRest", truth, probabilities)
  let sum = 0
  let weights = 0
  for (let c = 0; c < probabilities.cols; c++) {
    const labels = Array.from(truth, (label) => (label === c ? 1 : 0))
    const value = auc(labels, column(probabilities, c))
    if (value === null) return null
    const weight = averaging === "macro" ? 1 : labels.filter((label) => label === 1).length
    sum += weight * value
    weights += weight
  }
  return sum / weights
}

/**
 * Mean AUC over all pairs of classes, each pair seen from both sides; `null` when a class has no example.
 *
 * @see Hand & Till 2001, doi:10.1023/A:1010920819831
 */
export function aucOneVsOne(truth: ArrayLike<number>, probabilities: ClassProbabilities): number | null {
  checkRows("aucOneVsOne", truth, probabilities)
  const columns = Array.from({ length: probabilities.cols }, (_, c) => column(probabilities, c))
  let sum = 0
  let pairs = 0
  for (let a = 0; a < columns.length; a++) {
    for (let b = 0; b < a; b++) {
      const places = Array.from(truth, (_, i) => i).filter((i) => truth[i] === a || truth[i] === b)
      const seenFrom = (own: number) =>
        places.length === 0
          ? null
          : auc(
              places.map((i) => (truth[i] === own ? 1 : 0)),
              places.map((i) => columns[own]![i]!),
            )
      const fromA = seenFrom(a)
      const fromB = seenFrom(b)
      if (fromA === null || fromB === null) return null
      sum += (fromA + fromB) / 2
      pairs++
    }
  }
  return pairs === 0 ? null : sum / pairs
}

const clip = (probability: number) => Math.min(1 - EPSILON, Math.max(EPSILON, probability))

function column({ data, rows, cols }: ClassProbabilities, c: number): Float64Array {
  return Float64Array.from({ length: rows }, (_, i) => data[i * cols + c]!)
}

function checkRows(where: string, truth: ArrayLike<number>, probabilities: ClassProbabilities): void {
  checkLengths(where, truth, { length: probabilities.rows })
}
