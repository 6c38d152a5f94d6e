import { InvalidArgument, random, throwIfCancelled } from "../../core/index.ts"

/** Quality at one number of training rows. */
export interface CurvePoint {
  readonly rows: number
  /** Quality, higher is better; the mean over repeats. */
  readonly quality: number
  /** Standard deviation over repeats; 0 with one. */
  readonly deviation: number
}

/** Where more rows stop helping. */
export interface Plateau {
  /** The fewest rows from which no larger number gains `tolerance` or more; `null` when the curve still rises at its end. */
  readonly rows: number | null
  readonly tolerance: number
  /** What the last doubling of rows gained. */
  readonly lastDoubling: number
}

/** What {@link learningCurve} runs. */
export interface LearningCurveOptions {
  /** Rows of the train part to draw from: nested samples, so that each size holds the smaller ones. */
  readonly rows: Uint32Array
  /** Numbers of rows, at least 8; the default is 8 that double up to all. */
  readonly sizes?: readonly number[]
  /** Draws a size, each from another sample; default 1. */
  readonly repeats?: number
  readonly seed: number
  /** Fits on those rows and measures on the validation part; higher is better. */
  readonly measure: (rows: Uint32Array) => Promise<number> | number
  readonly onProgress?: (done: number) => void
  readonly signal?: AbortSignal
}

/**
 * Quality against the number of training rows.
 *
 * @throws {@link InvalidArgument} on fewer than 8 sizes, or more rows than there are
 */
export async function learningCurve(options: LearningCurveOptions): Promise<CurvePoint[]> {
  const { rows, repeats = 1, seed, measure, onProgress, signal } = options
  const sizes = [...new Set(options.sizes ?? doublings(rows.length))].sort((a, b) => a - b)
  if (sizes.length < 8 || sizes[0]! < 1 || sizes.at(-1)! > rows.length || sizes.some((size) => !Number.isInteger(size))) {
    const came = `${sizes.length} from ${sizes[0]} to ${sizes.at(-1)}`
    throw new InvalidArgument("learningCurve", `at least 8 sizes in 1 .. ${rows.length}`, came, "Give more rows, or sizes of your own.")
  }
  const qualities = sizes.map(() => new Float64Array(repeats))
  for (let repeat = 0; repeat < repeats; repeat++) {
    const order = random(seed).split(`learningCurve ${repeat}`).shuffle(rows.slice())
    for (const [i, size] of sizes.entries()) {
      throwIfCancelled(signal, "learningCurve")
      qualities[i]![repeat] = await measure(order.slice(0, size).sort())
      onProgress?.((repeat * sizes.length + i + 1) / (repeats * sizes.length))
    }
  }
  return sizes.map((size, i) => ({ rows: size, ...spread(qualities[i]!) }))
}

/**
 * Reads the plateau off a curve: the first point from which no later one is better by `tolerance` or more.
 *
 * @param tolerance - a gain too small to pay for more rows, in the unit of the quality
 */
export function plateau(curve: readonly CurvePoint[], tolerance: number): Plateau {
  const last = curve.at(-1)
  if (last === undefined) throw new InvalidArgument("plateau", "a curve with points", "none", "Run learningCurve first.")
  let best = Number.NEGATIVE_INFINITY
  let rows: number | null = null
  // From the end: a point is on the plateau as long as the best of those after it gains less than the tolerance.
  for (let i = curve.length - 2; i >= 0; i--) {
    best = Math.max(best, curve[i + 1]!.quality)
    if (best - curve[i]!.quality >= tolerance) break
    rows = curve[i]!.rows
  }
  const half = curve.reduce((near, point) => (Math.abs(point.rows - last.rows / 2) < Math.abs(near.rows - last.rows / 2) ? point : near))
  return { rows, tolerance, lastDoubling: last.quality - half.quality }
}

/** Eight sizes that double up to all rows. */
function doublings(rows: number): number[] {
  return Array.from({ length: 8 }, (_, i) => Math.max(1, Math.round(rows / 2 ** (7 - i))))
}

function spread(values: Float64Array): { quality: number; deviation: number } {
  const quality = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - quality) ** 2, 0)
  return { quality, deviation: values.length === 1 ? 0 : Math.sqrt(squares / (values.length - 1)) }
}
