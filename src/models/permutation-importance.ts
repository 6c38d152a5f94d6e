import { InvalidArgument, type Matrix, type Predictor, random } from "../core/index.ts"

/** How much worse a model scores when one column is shuffled. */
export interface PermutationImportance {
  /** Mean drop of the score, shape `[d]`: 0 or below for a column that does not help. */
  readonly mean: Float64Array
  /** Standard deviation of the drop over the repeats, shape `[d]`. */
  readonly deviation: Float64Array
  /** The score with nothing shuffled. */
  readonly score: number
}

/**
 * Shuffles one column at a time and scores the predictions again; the rows must not have trained the model.
 *
 * @param score - of predictions for `rows` in their order, larger is better: such as a metric closed over the labels
 * @param options - `repeats` shuffles a column, 5 unless said otherwise
 * @see Breiman 2001, Random Forests, section 10; Fisher, Rudin & Dominici 2019
 */
export function permutationImportance(
  model: Pick<Predictor, "predict">,
  rows: Matrix,
  score: (predictions: Float32Array) => number,
  options: { readonly seed: number; readonly repeats?: number },
): PermutationImportance {
  const { seed, repeats = 5 } = options
  if (!(Number.isInteger(repeats) && repeats >= 1)) {
    throw new InvalidArgument("permutationImportance", "1 repeat or more", String(repeats), "Pass 5 or so.")
  }
  const before = score(model.predict(rows))
  const shuffled = { ...rows, data: rows.data.slice() }
  const mean = new Float64Array(rows.cols)
  const deviation = new Float64Array(rows.cols)
  const order = Uint32Array.from({ length: rows.rows }, (_, i) => i)
  const draw = random(seed)
  for (let col = 0; col < rows.cols; col++) {
    const drops: number[] = []
    for (let repeat = 0; repeat < repeats; repeat++) {
      draw.shuffle(order)
      for (let i = 0; i < rows.rows; i++) shuffled.data[i * rows.cols + col] = rows.data[order[i]! * rows.cols + col]!
      drops.push(before - score(model.predict(shuffled)))
    }
    for (let i = 0; i < rows.rows; i++) shuffled.data[i * rows.cols + col] = rows.data[i * rows.cols + col]!
    mean[col] = drops.reduce((sum, drop) => sum + drop, 0) / repeats
    deviation[col] = Math.sqrt(drops.reduce((sum, drop) => sum + (drop - mean[col]!) ** 2, 0) / repeats)
  }
  return { mean, deviation, score: before }
}
