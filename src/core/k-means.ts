import { breathe } from "./breathe.ts"
import type { FitOptions } from "./contracts.ts"
import { InvalidArgument } from "./errors.ts"
import type { Arena } from "./kernel-arena.ts"
import { openKernel } from "./kernels.ts"
import { type Matrix, matrix, row } from "./matrix.ts"
import { type Random, random } from "./random.ts"

/** How {@link kMeans} works; every key has a default. */
export interface KMeansConfig {
  readonly k: number
  /** Rounds at most; default 12. It stops earlier when no row changes its cluster. */
  readonly iterations?: number
  /** Rows that are looked at, drawn at random; default 64 a cluster, at least 4,096. */
  readonly sampleRows?: number
}

/** How rows are laid out to have their nearest centres looked up; {@link nearestCentre} is the one of this thread. */
export type NearestCentre = (rows: Matrix) => Promise<(centres: Matrix, signal?: AbortSignal) => Promise<Int32Array>>

/** What {@link kMeans} may be told besides its data. */
export interface KMeansOptions extends FitOptions {
  /** Looks up nearest centres, such as on several threads; {@link nearestCentre} when absent. */
  readonly nearest?: NearestCentre
}

/** Clusters that {@link kMeans} found. */
export interface KMeans {
  /** Shape `[k, d]`; fewer rows than asked for when the data has fewer. */
  readonly centres: Matrix
  /** Mean squared distance of the sample to its centres after each round; never rises but where an empty cluster was refilled. */
  readonly inertia: readonly number[]
}

interface MeansKernel {
  packCentres(centres: number, ld: number, k: number, depth: number, panels: number): void
  nearestCentres(...numbers: readonly number[]): void
  lowerSquares(rows: number, n: number, depth: number, centre: number, squares: number): number
}

const capBytes = 2 ** 32
/** Rows looked up between two turns of the event loop, as multiply-adds: some milliseconds. */
const blockWork = 2e7
/** Rows laid out at once: the data may be larger than a kernel's memory. */
const mostRows = 4096

/**
 * k-means by Lloyd's rounds over a sample, started by k-means++ and seeded: same rows, config and seed, same bytes.
 *
 * An empty cluster takes half of the largest one. Distances are f32, sums of the centres f64.
 * @param rows - shape `[n, d]`, finite
 * @throws {@link InvalidArgument} when `k` is not a whole number above 0, or there are no rows
 * @see Arthur & Vassilvitskii 2007 (k-means++)
 */
export async function kMeans(rows: Matrix, config: KMeansConfig, options: KMeansOptions): Promise<KMeans> {
  const { k, iterations = 12 } = config
  if (!(Number.isInteger(k) && k > 0 && rows.rows > 0)) {
    throw new InvalidArgument("kMeans", "k above 0 and at least one row", `k ${k} and ${rows.rows} rows`, "Pass whole numbers above 0.")
  }
  const { seed, signal, onProgress } = options
  const draw = random(seed)
  const sample = sampled(rows, Math.max(k, config.sampleRows ?? Math.max(4096, 64 * k)), draw.split("sample"))
  const centres = await seeded(sample, Math.min(k, sample.rows), draw.split("seeds"), signal)
  const nearest = await (options.nearest ?? nearestCentre)(sample)
  const inertia: number[] = []
  let before: Int32Array | undefined
  for (let round = 0; round < iterations; round++) {
    const found = await nearest(centres, signal)
    inertia.push(meanSquare(sample, centres, found))
    onProgress?.((round + 1) / iterations)
    if (before !== undefined && found.every((place, at) => place === before![at])) break
    moveCentres(sample, centres, found)
    before = found
  }
  onProgress?.(1)
  return { centres, inertia }
}

/**
 * Looks up the nearest centre of every row, ties to the lower one. The rows may change between calls: they are read anew.
 *
 * @returns a function of the centres, shape `[k, d]`, that gives the place of the nearest centre of each row, shape `[n]`
 */
export async function nearestCentre(rows: Matrix): Promise<(centres: Matrix, signal?: AbortSignal) => Promise<Int32Array>> {
  const { run, arena } = await openKernel<MeansKernel>("means", capBytes)
  const depth = rows.cols
  const room = Math.min(rows.rows, mostRows)
  const at = {
    rows: arena.add("rows", "f32", room * depth),
    places: arena.add("places", "i32", room),
    values: arena.add("values", "f32", room),
    left: arena.add("left", "f32", 8 * depth),
    scratch: arena.add("scratch", "f32", 32),
  }
  return async (centres, signal) => {
    const { k, panels, half } = layOut(run, arena, centres)
    const found = new Int32Array(rows.rows)
    const block = Math.min(mostRows, Math.max(8, Math.floor(blockWork / (k * depth) / 8) * 8))
    for (let begin = 0; begin < rows.rows; begin += block) {
      const count = Math.min(block, rows.rows - begin)
      arena.view("rows", "f32").set(rows.data.subarray(begin * depth, (begin + count) * depth))
      run.nearestCentres(at.rows, depth, 0, count, depth, panels, k, half, at.left, at.scratch, at.places, at.values)
      found.set(arena.view("places", "i32").subarray(0, count), begin)
      await breathe(signal, "k-means")
    }
    return found
  }
}

/** Centres in panels of 8, and half of their squares; what another call laid out for as many is used again. */
function layOut(run: MeansKernel, arena: Arena, { data, rows: k, cols: depth }: Matrix): { k: number; panels: number; half: number } {
  const padded = Math.ceil(k / 8) * 8
  const room = (name: string, length: number) => (arena.has(name) ? arena.address(name) : arena.add(name, "f32", length))
  const [from, panels, half] = [room(`centres ${k}`, k * depth), room(`panels ${k}`, padded * depth), room(`half ${k}`, padded)]
  arena.view(`centres ${k}`, "f32").set(data)
  const halves = arena.view(`half ${k}`, "f32").fill(Number.POSITIVE_INFINITY)
  for (let c = 0; c < k; c++) halves[c] = squareOf(data.subarray(c * depth, (c + 1) * depth)) / 2
  run.packCentres(from, depth, k, depth, panels)
  return { k, panels, half }
}

function sampled(rows: Matrix, most: number, draw: Random): Matrix {
  if (rows.rows <= most) return rows
  const sample = matrix(most, rows.cols)
  // Selection sampling: each row with the chance that is left, in order.
  for (let i = 0, taken = 0; taken < most; i++) {
    if (draw.next() * (rows.rows - i) < most - taken) row(sample, taken++).set(row(rows, i))
  }
  return sample
}

/** k-means++ over a part of the sample: each next centre is drawn by its squared distance to the nearest so far. */
async function seeded(sample: Matrix, k: number, draw: Random, signal: AbortSignal | undefined): Promise<Matrix> {
  const pool = sampled(sample, Math.max(k, 8 * k), draw.split("pool"))
  const centres = matrix(k, pool.cols)
  const { run, arena } = await openKernel<MeansKernel>("means", capBytes)
  const rows = arena.put("rows", "f32", pool.data)
  const centre = arena.add("centre", "f32", pool.cols)
  const squares = arena.add("squares", "f32", pool.rows)
  arena.view("squares", "f32").fill(Number.POSITIVE_INFINITY)
  const step = Math.max(1, Math.floor(blockWork / (pool.rows * pool.cols)))
  let chosen = draw.integer(pool.rows)
  for (let c = 0; c < k; c++) {
    row(centres, c).set(row(pool, chosen))
    arena.view("centre", "f32").set(row(pool, chosen))
    const total = run.lowerSquares(rows, pool.rows, pool.cols, centre, squares)
    chosen = drawn(arena.view("squares", "f32"), total * draw.next())
    if (c % step === 0) await breathe(signal, "k-means")
  }
  return centres
}

/** The place where the running sum passes `until`; the last one with any weight when rounding leaves it short. */
function drawn(weights: Float32Array, until: number): number {
  let sum = 0
  let last = 0
  for (let i = 0; i < weights.length; i++) {
    if (weights[i]! > 0) last = i
    sum += weights[i]!
    if (sum > until) return i
  }
  return last
}

function moveCentres(sample: Matrix, centres: Matrix, found: Int32Array): void {
  const { rows: k, cols: d } = centres
  const sums = new Float64Array(k * d)
  const counts = new Uint32Array(k)
  for (let i = 0; i < sample.rows; i++) {
    const [to, from] = [found[i]! * d, i * d]
    counts[found[i]!]!++
    for (let j = 0; j < d; j++) sums[to + j]! += sample.data[from + j]!
  }
  for (let c = 0; c < k; c++) if (counts[c]! > 0) for (let j = 0; j < d; j++) centres.data[c * d + j] = sums[c * d + j]! / counts[c]!
  for (let c = 0; c < k; c++) if (counts[c] === 0) splitLargest(centres, counts, c)
}

/** The empty cluster and the largest take centres a hair to both sides of the latter's. */
function splitLargest(centres: Matrix, counts: Uint32Array, empty: number): void {
  const largest = counts.indexOf(counts.reduce((a, b) => Math.max(a, b), 0))
  const [from, to] = [row(centres, largest), row(centres, empty)]
  for (let j = 0; j < from.length; j++) {
    const hair = (j % 2 === 0 ? 1 : -1) / 1024
    to[j] = from[j]! * (1 + hair)
    from[j]! *= 1 - hair
  }
  counts[empty] = counts[largest]! >>> 1
  counts[largest]! -= counts[empty]!
}

function meanSquare(sample: Matrix, centres: Matrix, found: Int32Array): number {
  let total = 0
  for (let i = 0; i < sample.rows; i++) total += squareApart(sample.data, i * sample.cols, row(centres, found[i]!))
  return total / sample.rows
}

function squareApart(rows: Float32Array, begin: number, centre: Float32Array): number {
  let total = 0
  for (let j = 0; j < centre.length; j++) total += (rows[begin + j]! - centre[j]!) ** 2
  return total
}

function squareOf(values: Float32Array): number {
  let total = 0
  for (let j = 0; j < values.length; j++) total += values[j]! * values[j]!
  return total
}
