import { type BundleReader, type BundleWriter, openKernelNow, type Saveable } from "../../core/index.ts"
import type { FactorKernel } from "./factor-kernel.ts"
import { strideOf } from "./factor-model.ts"

/** What is known of items after learning from ratings. */
export interface RatingParts {
  readonly items: number
  readonly factors: number
  /** Ratings lie between these; predictions are cut to them. */
  readonly range: readonly [low: number, high: number]
  readonly mean: number
  /** Shape `[items]`. */
  readonly itemBias: Float32Array
  /** Shape `[items, factors]`. */
  readonly itemFactors: Float32Array
  /** What having rated an item says of a person, shape `[items, factors]`; empty without the implicit term. */
  readonly implicitFactors: Float32Array
  /** Ridge of a person's row, times their ratings. */
  readonly l2: number
}

/** Somebody as their ratings show them; numbers of this process, never of a release. */
export interface RatedPerson {
  readonly bias: number
  /** Shape `[factors]`. */
  readonly vector: Float32Array
}

/** Predicts ratings: `mean + item bias + person bias + q_i . (p_u + n^-1/2 sum of y_j)`. People are folded in from their ratings. */
export interface RatingModel extends RatingParts, Saveable {
  /**
   * The person with these ratings: the exact minimum of the squared error of their own ratings plus ridge, in well under a millisecond.
   *
   * @param items - what they rated, shape `[n]`; unknown items add nothing. @param ratings - shape `[n]`
   */
  foldIn(items: ArrayLike<number>, ratings: ArrayLike<number>): RatedPerson
  /** The rating this person would give, cut to the range; the person's own mean for unknown items. */
  predict(person: RatedPerson, item: number): number
}

/** A model from its parts. */
export function ratingModel(parts: RatingParts): RatingModel {
  const { items, factors, range, mean, itemBias, itemFactors, implicitFactors, l2 } = parts
  let solve: Solve | undefined
  return {
    ...parts,
    foldIn(rated, ratings) {
      solve ??= solver(parts)
      const known = Array.from({ length: rated.length }, (_, at) => at).filter((at) => rated[at]! < items)
      const implicit = implicitSum(
        implicitFactors,
        factors,
        known.map((at) => rated[at]!),
      )
      const left = known.map((at) => ratings[at]! - mean - itemBias[rated[at]!]! - dot(itemFactors, rated[at]! * factors, implicit))
      const found = solve(
        known.map((at) => rated[at]!),
        left,
        l2,
      )
      const vector = Float32Array.from({ length: factors }, (_, f) => found[f]! + implicit[f]!)
      return { bias: found[factors]!, vector }
    },
    predict({ bias, vector }, item) {
      const own = item < items ? itemBias[item]! + dot(itemFactors, item * factors, vector) : 0
      return Math.min(range[1], Math.max(range[0], mean + bias + own))
    },
    save(bundle: BundleWriter) {
      bundle.json("ratings", { items, factors, range, mean, l2 })
      bundle.array("bias", itemBias)
      bundle.array("factors", itemFactors)
      bundle.array("implicit", implicitFactors)
    },
  }
}

/** Restores what a {@link RatingModel} saved. */
export function loadRatingModel(bundle: BundleReader): RatingModel {
  const header = bundle.json("ratings") as Pick<RatingParts, "items" | "factors" | "range" | "mean" | "l2">
  return ratingModel({
    ...header,
    itemBias: bundle.array("bias") as Float32Array,
    itemFactors: bundle.array("factors") as Float32Array,
    implicitFactors: bundle.array("implicit") as Float32Array,
  })
}

/** `n^-1/2` times the sum of what each item says of who has it; zeros without the implicit term. */
export function implicitSum(implicitFactors: Float32Array, factors: number, items: ArrayLike<number>): Float32Array {
  const sum = new Float32Array(factors)
  if (implicitFactors.length === 0 || items.length === 0) return sum
  for (let at = 0; at < items.length; at++) {
    const start = items[at]! * factors
    for (let f = 0; f < factors; f++) sum[f] = sum[f]! + implicitFactors[start + f]!
  }
  const scale = 1 / Math.sqrt(items.length)
  for (let f = 0; f < factors; f++) sum[f] = sum[f]! * scale
  return sum
}

type Solve = (items: readonly number[], left: readonly number[], l2: number) => Float32Array

/** Keeps the system solvable for somebody without ratings. */
const LEAST_RIDGE = 1e-6

/** Solves a person's row with the kernel of the factorization: items' factors with a 1 behind them, for the person's bias. */
function solver({ items, factors, itemFactors }: RatingParts): Solve {
  const n = strideOf(factors + 1)
  const bytes = 4 * (items * (n + 3) + 2 * n * n + 40 * n) + 4096
  const { arena, run } = openKernelNow<FactorKernel>("factors", bytes)
  const y = arena.add("y", "f32", items * n)
  const rows = arena.view("y", "f32")
  for (let item = 0; item < items; item++) {
    rows.set(itemFactors.subarray(item * factors, (item + 1) * factors), item * n)
    rows[item * n + factors] = 1
  }
  const gram = arena.add("gram", "f32", n * n)
  const offsets = arena.add("offsets", "u32", 2)
  const indices = arena.add("indices", "u32", items)
  const entries = arena.add("entries", "f32", 2 * items)
  const ridge = arena.add("ridge", "f32", 1)
  const x = arena.add("x", "f32", n)
  const scratch = arena.add("scratch", "f32", run.scratchLength(n))
  return (rated, left, l2) => {
    const places = arena.view("indices", "u32")
    const values = arena.view("entries", "f32")
    const count = Math.min(rated.length, items)
    for (let at = 0; at < count; at++) {
      places[at] = rated[at]!
      values[2 * at] = 1
      values[2 * at + 1] = left[at]!
    }
    arena.view("offsets", "u32").set([0, count])
    arena.view("ridge", "f32")[0] = LEAST_RIDGE + l2 * count
    run.solveRows(0, 1, offsets, indices, entries, 1, 1, y, n, gram, 0, ridge, x, scratch)
    return arena.view("x", "f32").slice()
  }
}

function dot(rows: Float32Array, start: number, vector: Float32Array): number {
  let sum = 0
  for (let f = 0; f < vector.length; f++) sum += rows[start + f]! * vector[f]!
  return sum
}
