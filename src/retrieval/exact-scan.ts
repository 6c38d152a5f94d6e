import { type BundleReader, type BundleWriter, Corrupt, InvalidArgument, type Matrix } from "../core/index.ts"
import { isAllowed } from "./accumulator.ts"
import { BestK } from "./best-k.ts"
import type { Scored } from "./scored.ts"
import type { VectorIndex, VectorMetric } from "./vector-index.ts"

/** Format of what {@link ExactScan.save} writes. */
const FORMAT = 1

/**
 * Nearest vectors by looking at every one: exact, no build, right up to some hundred thousand rows or under a narrow filter.
 *
 * Rows are row-major f32; sums are f64. Synchronous; a search allocates nothing but its answer.
 */
export class ExactScan implements VectorIndex {
  readonly metric: VectorMetric
  readonly dimension: number
  #version = 0
  #size = 0
  #ids: Uint32Array
  #rows: Float32Array
  readonly #places = new Map<number, number>()
  readonly #best = new BestK()
  readonly #query: Float64Array

  /** @throws {@link InvalidArgument} when the dimension is not a whole number above 0 */
  constructor(dimension: number, metric: VectorMetric = "inner-product", capacity = 16) {
    if (!(Number.isInteger(dimension) && dimension > 0)) {
      throw new InvalidArgument("ExactScan", "a dimension above 0", String(dimension), "Give the length of the vectors.")
    }
    this.dimension = dimension
    this.metric = metric
    this.#ids = new Uint32Array(capacity)
    this.#rows = new Float32Array(capacity * dimension)
    this.#query = new Float64Array(dimension)
  }

  get size(): number {
    return this.#size
  }

  get version(): number {
    return this.#version
  }

  has(id: number): boolean {
    return this.#places.has(id)
  }

  add(id: number, vector: ArrayLike<number>): void {
    const scale = this.#check(vector, `vector of ${id}`)
    let place = this.#places.get(id)
    if (place === undefined) {
      if (this.#size === this.#ids.length) this.#grow(Math.max(16, this.#size * 2))
      place = this.#size++
      this.#ids[place] = id
      this.#places.set(id, place)
    }
    const begin = place * this.dimension
    for (let i = 0; i < this.dimension; i++) this.#rows[begin + i] = vector[i]! * scale
    this.#version++
  }

  remove(id: number): boolean {
    const place = this.#places.get(id)
    if (place === undefined) return false
    const last = --this.#size
    const d = this.dimension
    this.#rows.copyWithin(place * d, last * d, (last + 1) * d)
    this.#ids[place] = this.#ids[last]!
    this.#places.set(this.#ids[place]!, place)
    this.#places.delete(id)
    this.#version++
    return true
  }

  search(vector: ArrayLike<number>, k: number, options: { readonly allowed?: Uint8Array } = {}): Scored {
    const scale = this.#check(vector, "query vector")
    const query = this.#query
    for (let i = 0; i < this.dimension; i++) query[i] = vector[i]! * scale
    const best = this.#best
    best.reset(k)
    for (let place = 0; place < this.#size; place++) {
      const id = this.#ids[place]!
      if (isAllowed(options.allowed, id)) best.push(id, dot(this.#rows, place * this.dimension, query))
    }
    return best.take()
  }

  save(bundle: BundleWriter): void {
    const { metric, dimension } = this
    bundle.json("exact-scan", { format: FORMAT, metric, dimension, size: this.#size })
    bundle.array("ids", this.#ids.slice(0, this.#size))
    bundle.array("rows", this.#rows.slice(0, this.#size * dimension))
  }

  /** @throws {@link Corrupt} when what was saved does not fit together */
  static load(bundle: BundleReader): ExactScan {
    const header = bundle.json("exact-scan") as { format: number; metric: VectorMetric; dimension: number; size: number }
    const ids = bundle.array("ids")
    const rows = bundle.array("rows")
    if (header.format !== FORMAT || ids.length !== header.size || rows.length !== header.size * header.dimension) {
      const came = `format ${header.format}, ${ids.length} ids, ${rows.length} numbers`
      throw new Corrupt("exact scan", `format ${FORMAT}, ${header.size} rows of ${header.dimension}`, came, "Train the release again.")
    }
    const scan = new ExactScan(header.dimension, header.metric, header.size)
    // Rows were scaled when they were added: scaling them again would change their bits.
    scan.#ids.set(ids)
    scan.#rows.set(rows)
    scan.#size = header.size
    for (let place = 0; place < header.size; place++) scan.#places.set(ids[place]!, place)
    return scan
  }

  #grow(capacity: number): void {
    const ids = new Uint32Array(capacity)
    const rows = new Float32Array(capacity * this.dimension)
    ids.set(this.#ids)
    rows.set(this.#rows)
    this.#ids = ids
    this.#rows = rows
  }

  /** Refuses what cannot be compared; otherwise the factor that gives the vector the length the metric wants. */
  #check(vector: ArrayLike<number>, what: string): number {
    if (vector.length !== this.dimension) {
      throw new InvalidArgument(what, `${this.dimension} numbers`, String(vector.length), "Use the model that made the index.")
    }
    let squares = 0
    for (let i = 0; i < vector.length; i++) {
      const value = vector[i]!
      if (!Number.isFinite(value))
        throw new InvalidArgument(what, "finite numbers", `${value} at ${i}`, "Leave the item out, or mend its vector.")
      squares += value * value
    }
    return this.metric === "cosine" && squares > 0 ? 1 / Math.sqrt(squares) : 1
  }
}

/** An exact scan over the rows of a matrix: row `i` belongs to `ids[i]`, to `i` when absent. @throws {@link InvalidArgument} as `add` does */
export function exactScan(rows: Matrix, metric: VectorMetric = "inner-product", ids?: ArrayLike<number>): ExactScan {
  const scan = new ExactScan(rows.cols, metric, rows.rows)
  for (let i = 0; i < rows.rows; i++) scan.add(ids === undefined ? i : ids[i]!, rows.data.subarray(i * rows.cols, (i + 1) * rows.cols))
  return scan
}

/** Four sums, so that the additions need not wait for each other. */
function dot(rows: Float32Array, begin: number, query: Float64Array): number {
  const d = query.length
  let a = 0
  let b = 0
  let c = 0
  let e = 0
  let i = 0
  for (; i + 3 < d; i += 4) {
    a += rows[begin + i]! * query[i]!
    b += rows[begin + i + 1]! * query[i + 1]!
    c += rows[begin + i + 2]! * query[i + 2]!
    e += rows[begin + i + 3]! * query[i + 3]!
  }
  for (; i < d; i++) a += rows[begin + i]! * query[i]!
  return a + b + (c + e)
}
