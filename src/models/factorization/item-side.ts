import type { BundleReader, BundleWriter, SparseMatrix } from "../../core/index.ts"
import { solveSymmetric } from "../linear/cholesky.ts"
import type { FoldInRule } from "./factor-model.ts"

/** People that sums over all of them are estimated from, at most. */
const MOST_PEOPLE = 20_000

/** What a factorization keeps of its people to solve an item again without them: sums over all of them, and how often each item was taken up. */
export interface ItemSide {
  readonly rule: FoldInRule
  /** Sum of `u u'` over all people; shape `[stride, stride]`. */
  readonly gram: Float32Array
  /** Mean of `u u'` over all observed pairs, so that it counts active people more; shape `[stride, stride]`. */
  readonly perPair: Float32Array
  /** Pairs of each item; shape `[items]`. */
  readonly counts: Uint32Array
  /** People with a pair. */
  readonly people: number
}

/** Reads the sums off a fitted side of people, at most 20,000 of them, evenly spaced. @param factors - of the people, shape `[users, stride]` */
export function itemSideOf(matrix: SparseMatrix, factors: Float32Array, stride: number, rule: FoldInRule): ItemSide {
  const { rows, cols, offsets, indices } = matrix
  const step = Math.max(1, Math.ceil(rows / MOST_PEOPLE))
  const all = new Float64Array(stride * stride)
  const byPair = new Float64Array(stride * stride)
  let [looked, pairs] = [0, 0]
  const counted = Array.from({ length: rows }, (_, user) => offsets[user + 1]! - offsets[user]!).filter((own) => own > 0).length
  for (let user = 0; user < rows; user += step) {
    const own = offsets[user + 1]! - offsets[user]!
    looked++
    pairs += own
    addOuter(all, factors.subarray(user * stride, (user + 1) * stride), 1)
    if (own > 0) addOuter(byPair, factors.subarray(user * stride, (user + 1) * stride), own)
  }
  const counts = new Uint32Array(cols)
  for (const item of indices) counts[item]!++
  const scaled = (sum: Float64Array, by: number) => Float32Array.from(sum, (value) => value * by)
  return { rule, gram: scaled(all, rows / Math.max(1, looked)), perPair: scaled(byPair, 1 / Math.max(1, pairs)), counts, people: counted }
}

/** What happened to an item since the training. */
export interface SinceTraining {
  /** Pairs of the item in the training. */
  readonly count: number
  /** Folded-in vectors of people who took the item up since, shape `[m, stride]`: all of them, or the newest. */
  readonly takers: readonly Float32Array[]
  /** How many took it up since; `m` without. */
  readonly taken?: number
  /** People who came since, as a share of those of the training: who did not come had no chance to pass the item over. */
  readonly cameShare: number
}

/** How far a refreshed vector may lie from the one of the release. */
export interface RefreshOptions {
  /** The longest step of an item that the training knew, as a multiple of the longer of its own vector and the median one; default 0.5. */
  readonly maxDrift?: number
  /** Lengths of the trained vectors: the median, and the longest, which no new item passes. */
  readonly norms: VectorNorms
}

/** Lengths of item vectors. */
export interface VectorNorms {
  readonly median: number
  readonly longest: number
}

/** Lengths of the vectors of items that have one; 1 where none has. @param rows - shape `[items, stride]` */
export function vectorNorms(rows: Float32Array, stride: number): VectorNorms {
  const norms = Float64Array.from({ length: rows.length / stride }, (_, row) =>
    Math.hypot(...rows.subarray(row * stride, (row + 1) * stride)),
  )
    .filter((norm) => norm > 0)
    .sort()
  return { median: norms[norms.length >> 1] ?? 1, longest: norms.at(-1) ?? 1 }
}

/**
 * An item's vector with what was taken up since the training: the minimum of the training loss for its row, in which the pairs of the training are
 * held as a quadratic around the vector that they gave. A new item gets exactly what a training on the people who came since would give it; an item
 * that thousands had before hardly moves. The step is cut to the bound, so what lies between two trainings can never carry a vector away.
 *
 * @param trained - the vector of the release, shape `[stride]`; zeros for an item that came after it
 * @returns shape `[stride]`; `trained` itself where nobody took it up
 * @see the row update of Hu, Koren & Volinsky 2008, doi:10.1109/ICDM.2008.22, with a Laplace approximation of the old pairs
 */
export function refreshedItem(
  { rule, gram, perPair }: Pick<ItemSide, "rule" | "gram" | "perPair">,
  trained: Float32Array,
  { count, takers, taken = takers.length, cameShare }: SinceTraining,
  { maxDrift = 0.5, norms }: RefreshOptions,
): Float32Array {
  if (takers.length === 0) return trained
  const n = trained.length
  const hessian = new Float64Array(n * n)
  const right = new Float64Array(n)
  if (count > 0) {
    for (let at = 0; at < hessian.length; at++) hessian[at] = rule.share * gram[at]! + rule.weight * count * perPair[at]!
    for (let d = 0; d < n; d++) hessian[d * n + d]! += rule.ridge.base + rule.ridge.perPair * count
    for (let i = 0; i < n; i++) for (let j = 0; j < n; j++) right[i]! += hessian[i * n + j]! * trained[j]!
  }
  for (let at = 0; at < hessian.length; at++) hessian[at]! += cameShare * rule.share * gram[at]!
  const each = taken / takers.length
  for (const taker of takers) {
    addOuter(hessian, taker, each * rule.weight)
    for (let d = 0; d < n; d++) right[d]! += each * rule.pull * taker[d]!
  }
  const ridge = cameShare * rule.ridge.base + rule.ridge.perPair * taken
  for (let d = 0; d < n; d++) hessian[d * n + d]! += Math.max(ridge, 1e-9)
  if (!solveSymmetric(hessian, right)) return trained
  const step = right.map((value, d) => value - trained[d]!)
  const own = Math.hypot(...trained)
  const most = own > 0 ? maxDrift * Math.max(own, norms.median) : norms.longest
  const length = Math.hypot(...step)
  const share = length > most ? most / length : 1
  return Float32Array.from(trained, (value, d) => value + share * step[d]!)
}

export function saveItemSide({ rule, gram, perPair, counts, people }: ItemSide, bundle: BundleWriter): void {
  bundle.json("item-side", { rule, people })
  bundle.array("gram", gram)
  bundle.array("per-pair", perPair)
  bundle.array("counts", counts)
}

/** Restores what {@link saveItemSide} wrote. */
export function loadItemSide(bundle: BundleReader): ItemSide {
  const { rule, people } = bundle.json("item-side") as { rule: FoldInRule; people: number }
  const array = (name: string) => bundle.array(name) as Float32Array
  return { rule, gram: array("gram"), perPair: array("per-pair"), counts: bundle.array("counts") as Uint32Array, people }
}

function addOuter(sum: Float64Array, vector: Float32Array, weight: number): void {
  const n = vector.length
  for (let i = 0; i < n; i++) {
    const scaled = weight * vector[i]!
    if (scaled === 0) continue
    for (let j = 0; j < n; j++) sum[i * n + j]! += scaled * vector[j]!
  }
}
