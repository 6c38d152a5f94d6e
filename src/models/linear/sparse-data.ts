import { InvalidArgument, type SparseMatrix } from "../../core/index.ts"
import type { Family } from "./families.ts"

/** Sparse rows and what was observed with each: `n` examples of `d` columns. */
export interface SparseData {
  /** Shape `[n, d]`; finite values, or none when every stored entry is 1. */
  readonly rows: SparseMatrix
  /** Values, labels in [0, 1], or counts of 0 or more, by family; shape `[n]`. */
  readonly targets: Float32Array
  /** How much each row counts, 0 or more; shape `[n]`; 1 when absent. */
  readonly weights?: Float32Array
}

/** Checks lengths and ranges before anything is learned. @throws {@link InvalidArgument} naming the row */
export function checkSparseData(where: string, { rows, targets, weights }: SparseData, family: Family): void {
  const lengths = { targets: targets.length, weights: weights?.length ?? rows.rows }
  for (const [what, length] of Object.entries(lengths)) {
    if (length !== rows.rows) throw new InvalidArgument(where, `${rows.rows} ${what}`, `${length}`, "Give every row one.")
  }
  for (let row = 0; row < rows.rows; row++) {
    checkTarget(where, family, targets[row]!, row)
    const weight = weights === undefined ? 1 : weights[row]!
    if (!(weight >= 0 && Number.isFinite(weight))) {
      throw new InvalidArgument(where, "finite weights of 0 or more", `${weight} in row ${row}`, "Leave the row out.")
    }
  }
  if (rows.values === undefined) return
  for (let at = rows.offsets[0]!; at < rows.offsets[rows.rows]!; at++) {
    if (!Number.isFinite(rows.values[at]!)) {
      throw new InvalidArgument(where, "finite values", `${rows.values[at]} at entry ${at}`, "Leave the entry out.")
    }
  }
}

export function checkTarget(where: string, family: Family, target: number, row: number): void {
  if (!family.accepts(target)) throw new InvalidArgument(where, family.targets, `${target} in row ${row}`, "Leave the row out.")
}

/** Mean loss of predictions that are means, not scores: probabilities and rates are held off 0. */
export function meanLoss(family: Family, means: Float32Array, targets: (place: number) => number, count: number): number {
  let sum = 0
  for (let place = 0; place < count; place++) sum += lossOfMean(family, means[place]!, targets(place))
  return count === 0 ? 0 : sum / count
}

/** The loss of one prediction that is a mean: what `family.loss` gives at its score. */
export function lossOfMean(family: Family, mean: number, target: number): number {
  if (family.name === "squared") return 0.5 * (mean - target) ** 2
  if (family.name === "poisson") return mean - target * Math.log(Math.max(mean, 1e-15))
  return -target * Math.log(Math.max(mean, 1e-15)) - (1 - target) * Math.log(Math.max(1 - mean, 1e-15))
}
