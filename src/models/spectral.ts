import {
  type BundleReader,
  type BundleWriter,
  breathe,
  type Estimator,
  type FitOptions,
  InvalidArgument,
  random,
  type Saveable,
  type SparseMatrix,
  throwIfCancelled,
} from "../core/index.ts"
import { orthonormalise } from "./orthonormalise.ts"

/** How {@link spectral} learns. */
export interface SpectralConfig {
  /** Directions of taste kept; default 64, never more than there are items. */
  readonly factors?: number
  /** Rounds of subspace iteration, each of which brings the directions nearer to the strongest; default 8. */
  readonly rounds?: number
}

/** A low-rank view of who takes up what: the strongest directions of taste, shared by many items. */
export interface SpectralModel extends Saveable {
  /** Orthonormal columns, row-major, shape `[items, factors]`. */
  readonly basis: Float32Array
  readonly factors: number
  /** People each item was taken up by, shape `[items]`. */
  readonly counts: Float32Array
}

/**
 * The strongest common directions of a binary interaction matrix `[users, items]`, scaled so that neither people with long histories nor popular
 * items decide them: the leading right singular subspace of `D_u^-1/2 X D_i^-1/2`, with `D` the counts of each row and column.
 *
 * By subspace iteration from a seeded start; `4 nnz factors` additions a round, memory `24 items factors` bytes. Where an item-to-item model
 * sees pairs, this one sees patterns: the two together order better than either.
 * @throws {@link InvalidArgument} when factors or rounds are not whole numbers above 0
 * @see Shen et al. 2021, doi:10.1145/3459637.3482264 (the ideal low-pass filter)
 */
export function spectral(config: SpectralConfig = {}): Estimator<SparseMatrix, SpectralModel> {
  const full = { factors: config.factors ?? 64, rounds: config.rounds ?? 8 }
  for (const [name, value] of Object.entries(full)) {
    if (!(Number.isInteger(value) && value >= 1)) {
      throw new InvalidArgument("spectral", `${name} of at least 1`, String(value), "Pass a whole number, or leave it out.")
    }
  }
  return { config: full, fit: (data, options) => fitBasis(data, full, options) }
}

/** Restores what {@link SpectralModel} saved. */
export function loadSpectral(bundle: BundleReader): SpectralModel {
  const { factors } = bundle.json("spectral") as { factors: number }
  return model(bundle.array("basis") as Float32Array, factors, bundle.array("counts") as Float32Array)
}

/**
 * Writes how much the directions of a history point to each item: `sum_i n_i^-1/4 basis_i . basis_j n_j^1/4`, with `n` the counts. The exponent
 * lies between popular items counting fully (0) and hardly (1/2) in a history.
 *
 * @param history - items, shape `[h]`; unknown ones add nothing
 * @param out - score of every item, shape `[items]`, overwritten
 */
export function spectralScores(model: Pick<SpectralModel, "basis" | "factors" | "counts">, history: Uint32Array, out: Float32Array): void {
  const { basis, factors, counts } = model
  const taste = spectralTaste(model, history)
  for (let item = 0; item < counts.length; item++) out[item] = along(taste, basis, item * factors) * Math.sqrt(Math.sqrt(counts[item]!))
}

/** The direction of a history, `sum_i n_i^-1/4 basis_i`, shape `[factors]`: an item's score is its product with `basis_j`, times `n_j^1/4`. */
export function spectralTaste(
  { basis, factors, counts }: Pick<SpectralModel, "basis" | "factors" | "counts">,
  history: Uint32Array,
): Float64Array {
  const taste = new Float64Array(factors)
  for (const item of history) {
    if (!(counts[item]! > 0)) continue
    const weight = 1 / Math.sqrt(Math.sqrt(counts[item]!))
    for (let f = 0, at = item * factors; f < factors; f++, at++) taste[f] = taste[f]! + weight * basis[at]!
  }
  return taste
}

/** Product with one row; four sums at a time, as one alone would wait for its own last addition. */
function along(taste: Float64Array, basis: Float32Array, start: number): number {
  const last = taste.length - 3
  let a = 0
  let b = 0
  let c = 0
  let d = 0
  let f = 0
  for (; f < last; f += 4) {
    a += taste[f]! * basis[start + f]!
    b += taste[f + 1]! * basis[start + f + 1]!
    c += taste[f + 2]! * basis[start + f + 2]!
    d += taste[f + 3]! * basis[start + f + 3]!
  }
  for (; f < taste.length; f++) a += taste[f]! * basis[start + f]!
  return a + b + (c + d)
}

/** Multiplications between two turns of the event loop: some tens of milliseconds. */
const BREATH = 3e7

async function fitBasis(data: SparseMatrix, config: Required<SpectralConfig>, options: FitOptions): Promise<SpectralModel> {
  throwIfCancelled(options.signal, "spectral")
  const { rows, cols, offsets, indices } = data
  const factors = Math.max(1, Math.min(config.factors, cols))
  const counts = new Float32Array(cols)
  for (const item of indices) counts[item]!++
  const scale = Float64Array.from(counts, (count) => (count > 0 ? 1 / Math.sqrt(count) : 0))
  const chance = random(options.seed).split("spectral")
  let basis = Float64Array.from({ length: cols * factors }, (_, at) => (counts[Math.floor(at / factors)]! > 0 ? chance.normal() : 0))
  orthonormalise(basis, cols, factors)
  const sum = new Float64Array(factors)
  for (let round = 0; round < config.rounds; round++) {
    const next = new Float64Array(cols * factors)
    for (let from = 0; from < rows; ) {
      const to = blockEnd(offsets, from, BREATH / (2 * factors))
      addUsers(data, from, to, scale, basis, next, sum)
      from = to
      await breathe(options.signal, "spectral")
      options.onProgress?.((round + from / rows) / (config.rounds + 1))
    }
    orthonormalise(next, cols, factors)
    basis = next
  }
  options.onProgress?.(1)
  return model(Float32Array.from(basis), factors, counts)
}

/** The row after the last of a block that begins at `from` and has about so many entries. */
function blockEnd(offsets: Uint32Array, from: number, entries: number): number {
  let to = from + 1
  while (to < offsets.length - 1 && offsets[to]! - offsets[from]! < entries) to++
  return to
}

/** Some rows of the product of the scaled matrix's transpose, the matrix and the basis. Kept apart from the asynchronous loop, which engines optimise badly. */
function addUsers(
  { offsets, indices: items }: SparseMatrix,
  first: number,
  end: number,
  scale: Float64Array,
  basis: Float64Array,
  next: Float64Array,
  sum: Float64Array,
): void {
  const factors = sum.length
  for (let user = first; user < end; user++) {
    const from = offsets[user]!
    const to = offsets[user + 1]!
    sum.fill(0)
    for (let at = from; at < to; at++) {
      const weight = scale[items[at]!]! / (to - from)
      for (let f = 0, place = items[at]! * factors; f < factors; f++, place++) sum[f] = sum[f]! + weight * basis[place]!
    }
    for (let at = from; at < to; at++) {
      const weight = scale[items[at]!]!
      for (let f = 0, place = items[at]! * factors; f < factors; f++, place++) next[place] = next[place]! + weight * sum[f]!
    }
  }
}

function model(basis: Float32Array, factors: number, counts: Float32Array): SpectralModel {
  return {
    basis,
    factors,
    counts,
    save(bundle: BundleWriter) {
      bundle.json("spectral", { factors })
      bundle.array("basis", basis)
      bundle.array("counts", counts)
    },
  }
}
