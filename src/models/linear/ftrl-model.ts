import { type BundleReader, type BundleWriter, InvalidArgument, type Saveable, type SparseMatrix } from "../../core/index.ts"
import { type FamilyName, families } from "./families.ts"

/** A linear model over `slots` columns as FTRL-proximal left it, with the state to learn on from. Immutable. */
export interface FtrlModel extends Saveable {
  readonly family: FamilyName
  /** Columns a row may have: `2^bits`. */
  readonly slots: number
  readonly intercept: number
  /** Shape `[slots]`. */
  readonly weights: Float32Array
  /** How many weights are not 0. */
  readonly nonZero: number
  /** Rows learned from. */
  readonly rowsSeen: number
  /** What the learner goes on from; see {@link FtrlLearner.restore}. */
  readonly parts: FtrlParts
  /** What is expected of each row: a probability, value or rate; shape `[n]`. */
  predict(rows: SparseMatrix, out?: Float32Array): Float32Array
  /** Values before the inverse link, shape `[n]`. */
  scores(rows: SparseMatrix, out?: Float64Array): Float64Array
  /** One row by its columns and values (1 when absent); allocates nothing. */
  predictRow(columns: ArrayLike<number>, values?: ArrayLike<number>): number
  /** What each entry adds to the score: `intercept` plus their sum is the score; shape `[entries]`. */
  contributions(columns: ArrayLike<number>, values?: ArrayLike<number>): Float64Array
}

/** What FTRL-proximal has learned, and the four numbers that turn it into weights. */
export interface FtrlParts {
  readonly family: FamilyName
  readonly alpha: number
  readonly beta: number
  readonly l1: number
  readonly l2: number
  readonly rowsSeen: number
  /** `[z, r]` of each slot: summed gradients less what was spent, and the root of the summed squares; shape `[slots, 2]`. */
  readonly state: Float32Array
  /** The same of the intercept, which `l1` leaves alone. */
  readonly bias: Float32Array
  /** Mean loss of each epoch or window, every row predicted before it was learned from. */
  readonly losses: Float64Array
}

/** The model of these parts; keeps them, so pass arrays that nobody writes to. */
export function ftrlModel(parts: FtrlParts): FtrlModel {
  const { alpha, beta, l1, l2, state, bias } = parts
  const family = families[parts.family]
  const slots = state.length / 2
  const weights = new Float32Array(slots)
  let nonZero = 0
  for (let slot = 0; slot < slots; slot++) {
    const z = state[2 * slot]!
    const size = Math.abs(z) - l1
    if (size <= 0) continue
    weights[slot] = (-Math.sign(z) * size) / ((beta + state[2 * slot + 1]!) / alpha + l2)
    nonZero++
  }
  const intercept = Math.fround(-bias[0]! / ((beta + bias[1]!) / alpha + l2)) || 0

  function score(list: ArrayLike<number>, values: ArrayLike<number> | undefined, from: number, to: number): number {
    let sum = intercept
    if (values === undefined) for (let at = from; at < to; at++) sum += weights[list[at]!]!
    else for (let at = from; at < to; at++) sum += weights[list[at]!]! * values[at]!
    return sum
  }

  function check(cols: number): void {
    if (cols > slots) throw new InvalidArgument("ftrl", `rows of at most ${slots} columns`, `${cols}`, "Hash them into fewer bits.")
  }

  return {
    family: parts.family,
    slots,
    intercept,
    weights,
    nonZero,
    rowsSeen: parts.rowsSeen,
    parts,
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
    contributions: (list, values) => Float64Array.from(list, (col, i) => weights[col]! * (values === undefined ? 1 : values[i]!)),
    save(bundle: BundleWriter) {
      const { state: _state, bias: _bias, losses, ...header } = parts
      bundle.json("ftrl", header)
      bundle.array("state", state)
      bundle.array("bias", bias)
      bundle.array("losses", losses)
    },
  }
}

/** Restores what {@link FtrlModel} saved. */
export function loadFtrl(bundle: BundleReader): FtrlModel {
  return ftrlModel({
    ...(bundle.json("ftrl") as Omit<FtrlParts, "state" | "bias" | "losses">),
    state: bundle.array("state") as Float32Array,
    bias: bundle.array("bias") as Float32Array,
    losses: bundle.array("losses") as Float64Array,
  })
}
