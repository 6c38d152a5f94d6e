import {
  type BundleReader,
  type BundleWriter,
  type Estimator,
  InvalidArgument,
  type Saveable,
  type SparseMatrix,
} from "../../core/index.ts"
import { columnPlaces } from "./column-map.ts"
import { completeFactors, type FactorConfig, type FactorParts, trainFactors } from "./factor-training.ts"
import { type FamilyName, families } from "./families.ts"
import type { SparseData } from "./sparse-data.ts"

/** A fitted factorization machine: a linear model plus a product of vectors for every pair of entries in a row. */
export interface FactorizationMachine extends Saveable {
  readonly family: FamilyName
  /** Columns a row may have, and numbers in a vector. */
  readonly width: number
  readonly factors: number
  readonly intercept: number
  /** Mean loss of each epoch, every row predicted before it was learned from. */
  readonly losses: Float64Array
  /** What is expected of each row: a probability, value or rate; shape `[n]`. Columns never seen in training add nothing. */
  predict(rows: SparseMatrix, out?: Float32Array): Float32Array
  /** Values before the inverse link, shape `[n]`. */
  scores(rows: SparseMatrix, out?: Float64Array): Float64Array
  /** One row by its columns and values (1 when absent); allocates nothing. */
  predictRow(columns: ArrayLike<number>, values?: ArrayLike<number>): number
  /** What each entry adds to the score, pairs shared evenly between their two: `intercept` plus their sum is the score; shape `[entries]`. */
  contributions(columns: ArrayLike<number>, values?: ArrayLike<number>): Float64Array
}

/**
 * A factorization machine over sparse rows, learned by AdaGrad one row at a time; same seed, same bytes.
 *
 * The score is `b + sum_i w_i x_i + sum_{i<j} (v_i . v_j) x_i x_j`. An epoch costs `2 k` multiplications an entry. Memory: `8 (k + 1)` bytes a
 * column that occurs, and the rows once more.
 * @throws {@link InvalidArgument} on lengths that differ or targets outside the family's range; {@link TooLarge} past `maxBytes`
 * @see Rendle 2010, Factorization machines, doi:10.1109/ICDM.2010.127; Duchi, Hazan & Singer 2011 (AdaGrad)
 */
export function factorizationMachine(config: FactorConfig = {}): Estimator<SparseData, FactorizationMachine> {
  const full = completeFactors("factorizationMachine", config, { factors: 16, l2Factors: 0.03 })
  return {
    config: full,
    fit: async (data, options) => machine(await trainFactors("factorizationMachine", data, full, options)),
  }
}

function machine(parts: FactorParts): FactorizationMachine {
  const { width, factors: k, columns, intercept, weights, vectors, losses } = parts
  const family = families[parts.family]
  const places = columnPlaces(columns, width, 1)
  const sums = new Float64Array(k)
  /** Half the squared length of each vector: what the square of the sum holds too much of. */
  const halves = new Float64Array(weights.length)
  for (let place = 0; place < halves.length; place++) {
    let square = 0
    for (let c = place * k; c < (place + 1) * k; c++) square += vectors[c]! ** 2
    halves[place] = square / 2
  }

  function score(list: ArrayLike<number>, values: ArrayLike<number> | undefined, from: number, to: number): number {
    sums.fill(0)
    let sum = intercept
    for (let at = from; at < to; at++) {
      const place = places[list[at]!]!
      const x = values === undefined ? 1 : values[at]!
      const start = place * k
      sum += x * (weights[place]! - x * halves[place]!)
      for (let c = 0; c < k; c++) sums[c] = sums[c]! + x * vectors[start + c]!
    }
    let square = 0
    for (let c = 0; c < k; c++) square += sums[c]! * sums[c]!
    return sum + square / 2
  }

  function check(cols: number): void {
    if (cols !== width) {
      throw new InvalidArgument("factorizationMachine", `rows of ${width} columns`, `${cols}`, "Pass the columns it was fitted on.")
    }
  }

  return {
    family: parts.family,
    width,
    factors: k,
    intercept,
    losses,
    scores(rows, out = new Float64Array(rows.rows)) {
      check(rows.cols)
      for (let row = 0; row < rows.rows; row++) out[row] = score(rows.indices, rows.values, rows.offsets[row]!, rows.offsets[row + 1]!)
      return out
    },
    predict(rows, out = new Float32Array(rows.rows)) {
      check(rows.cols)
      for (let row = 0; row < rows.rows; row++) {
        out[row] = family.mean(score(rows.indices, rows.values, rows.offsets[row]!, rows.offsets[row + 1]!))
      }
      return out
    },
    predictRow: (list, values) => family.mean(score(list, values, 0, list.length)),
    contributions(list, values) {
      score(list, values, 0, list.length)
      return Float64Array.from(list, (col, i) => {
        const place = places[col]!
        const x = values === undefined ? 1 : values[i]!
        let pairs = 0
        for (let c = 0; c < k; c++) pairs += x * vectors[place * k + c]! * (sums[c]! - x * vectors[place * k + c]!)
        return x * weights[place]! + pairs / 2
      })
    },
    save: (bundle) => saveFactors("factorization-machine", parts, bundle),
  }
}

/** Restores what {@link FactorizationMachine} saved. */
export function loadFactorizationMachine(bundle: BundleReader): FactorizationMachine {
  return machine(loadFactors("factorization-machine", bundle))
}

/** Writes the parts of a plain or field-aware machine. */
export function saveFactors(name: string, parts: FactorParts, bundle: BundleWriter): void {
  const { columns, weights, vectors, losses, ...header } = parts
  bundle.json(name, header)
  for (const [key, values] of Object.entries({ columns, weights, vectors, losses })) bundle.array(key, values)
}

export function loadFactors(name: string, bundle: BundleReader): FactorParts {
  return {
    ...(bundle.json(name) as Omit<FactorParts, "columns" | "weights" | "vectors" | "losses">),
    columns: bundle.array("columns") as Uint32Array,
    weights: bundle.array("weights") as Float32Array,
    vectors: bundle.array("vectors") as Float32Array,
    losses: bundle.array("losses") as Float64Array,
  }
}
