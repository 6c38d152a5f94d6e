import { InvalidArgument, type Matrix, matrix, random, throwIfCancelled } from "../../core/index.ts"

export interface PermutationOptions {
  readonly seed: number
  /** Shuffles of each column. Default 5. */
  readonly repeats?: number
  readonly signal?: AbortSignal
}

/** What a model loses when a column is shuffled, over the repeats. Shapes `[cols]`. */
export interface PermutationImportance {
  /** The measure with the rows as they are. */
  readonly base: number
  readonly mean: Float64Array
  readonly deviation: Float64Array
}

/**
 * Permutation importance: how much worse a fitted model's measure gets when one column's numbers go to other rows. Take rows that were not
 * trained on. Columns that say the same share their importance, as each stands in for the other.
 *
 * @param measure - predicts from the rows and measures against their labels, greater is better
 * @see Breiman 2001, doi:10.1023/A:1010933404324; Fisher, Rudin & Dominici 2019, https://jmlr.org/papers/v20/18-760.html
 */
export function permutationImportance(
  rows: Matrix,
  measure: (rows: Matrix) => number,
  { seed, repeats = 5, signal }: PermutationOptions,
): PermutationImportance {
  if (!(Number.isInteger(repeats) && repeats >= 1))
    throw new InvalidArgument("permutationImportance", "1 repeat or more", `${repeats}`, "Use 5.")
  const base = measure(rows)
  const mean = new Float64Array(rows.cols)
  const deviation = new Float64Array(rows.cols)
  const shuffled = matrix(rows.rows, rows.cols, rows.data.slice())
  const order = new Uint32Array(rows.rows)
  for (let col = 0; col < rows.cols; col++) {
    const chance = random(seed).split(`permutation ${col}`)
    const losses: number[] = []
    for (let repeat = 0; repeat < repeats; repeat++) {
      throwIfCancelled(signal, "permutationImportance")
      for (let row = 0; row < rows.rows; row++) order[row] = row
      chance.shuffle(order)
      for (let row = 0; row < rows.rows; row++) shuffled.data[row * rows.cols + col] = rows.data[order[row]! * rows.cols + col]!
      losses.push(base - measure(shuffled))
    }
    for (let row = 0; row < rows.rows; row++) shuffled.data[row * rows.cols + col] = rows.data[row * rows.cols + col]!
    mean[col] = losses.reduce((sum, loss) => sum + loss, 0) / repeats
    deviation[col] = Math.sqrt(losses.reduce((sum, loss) => sum + (loss - mean[col]!) ** 2, 0) / repeats)
  }
  return { base, mean, deviation }
}
