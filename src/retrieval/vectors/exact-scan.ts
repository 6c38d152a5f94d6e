import { type BundleReader, type BundleWriter, Corrupt, type Matrix } from "../../core/index.ts"
import type { Scored } from "../scored.ts"
import { checkDimension, checkId, checkVector } from "./check-vector.ts"
import { openVectors, type VectorJob } from "./kernel.ts"
import type { VectorIndex, VectorMetric, VectorSearch } from "./vector-index.ts"
import { VectorTable } from "./vector-table.ts"

/** Format of what {@link ExactScan.save} writes. */
const FORMAT = 1

/**
 * Nearest vectors by looking at every one: exact, no build, right up to some ten thousand rows or under a narrow filter.
 *
 * Rows and sums are f32, in one order on every machine. Memory doubles as it fills. Synchronous; a search allocates nothing but its answer.
 */
export class ExactScan implements VectorIndex {
  readonly family = "exact"
  readonly metric: VectorMetric
  readonly dimension: number
  #version = 0
  #table: VectorTable
  readonly #places = new Map<number, number>()

  private constructor(job: VectorJob, dimension: number, metric: VectorMetric, capacity: number) {
    this.dimension = checkDimension("ExactScan", dimension)
    this.metric = metric
    this.#table = new VectorTable(job, { dimension, metric, capacity, hides: false })
  }

  /** @throws {@link InvalidArgument} when the dimension is not a whole number above 0 */
  static async open(dimension: number, metric: VectorMetric = "inner-product", capacity = 16): Promise<ExactScan> {
    return new ExactScan(await openVectors(), dimension, metric, capacity)
  }

  get size(): number {
    return this.#table.slots
  }

  get version(): number {
    return this.#version
  }

  get memoryBytes(): number {
    return this.#table.job.arena.usedBytes
  }

  has(id: number): boolean {
    return this.#places.has(id)
  }

  add(id: number, vector: ArrayLike<number>): void {
    checkId(id)
    const scale = checkVector(vector, this.dimension, this.metric, `vector of ${id}`)
    const place = this.#places.get(id) ?? this.#append(id)
    const row = this.#table.row(place)
    for (let i = 0; i < this.dimension; i++) row[i] = vector[i]! * scale
    this.#version++
  }

  remove(id: number): boolean {
    const place = this.#places.get(id)
    if (place === undefined) return false
    const last = this.size - 1
    const ids = this.#table.job.arena.view("ids", "u32")
    this.#table.row(place).set(this.#table.row(last))
    ids[place] = ids[last]!
    this.#places.set(ids[place]!, place)
    this.#places.delete(id)
    this.#table.slots = last
    this.#version++
    return true
  }

  search(vector: ArrayLike<number>, k: number, { allowed }: VectorSearch = {}): Scored {
    const table = this.#table
    table.ask(vector, k, allowed)
    table.run.scanRows(0, table.slots)
    return table.answer()
  }

  searchMany(vectors: Matrix, k: number, { allowed }: VectorSearch = {}): Scored[] {
    return this.#table.scanMany(vectors, k, allowed)
  }

  /** Calls back with every id and its row, of length 1 for cosine; the view is good during the call. */
  each(visit: (id: number, row: Float32Array) => void): void {
    const ids = this.#table.job.arena.view("ids", "u32")
    for (let slot = 0; slot < this.size; slot++) visit(ids[slot]!, this.#table.row(slot))
  }

  save(bundle: BundleWriter): void {
    const { metric, dimension, size } = this
    const rows = new Float32Array(size * dimension)
    const ids = new Uint32Array(size)
    let at = 0
    this.each((id, row) => {
      ids[at] = id
      rows.set(row, at++ * dimension)
    })
    bundle.json("exact-scan", { format: FORMAT, metric, dimension, size })
    bundle.array("ids", ids)
    bundle.array("rows", rows)
  }

  /** @throws {@link Corrupt} when what was saved does not fit together */
  static async load(this: void, bundle: BundleReader): Promise<ExactScan> {
    const header = bundle.json("exact-scan") as { format: number; metric: VectorMetric; dimension: number; size: number }
    const ids = bundle.array("ids")
    const data = bundle.array("rows")
    if (header.format !== FORMAT || ids.length !== header.size || data.length !== header.size * header.dimension) {
      const came = `format ${header.format}, ${ids.length} ids, ${data.length} numbers`
      throw new Corrupt("exact scan", `format ${FORMAT}, ${header.size} rows of ${header.dimension}`, came, "Train the release again.")
    }
    const scan = await ExactScan.open(header.dimension, header.metric, header.size)
    // Rows were scaled when they were added: scaling them again would change their bits.
    scan.#table.fill({ data: data as Float32Array, rows: header.size, cols: header.dimension }, ids)
    for (let place = 0; place < header.size; place++) scan.#places.set(ids[place]!, place)
    return scan
  }

  #append(id: number): number {
    const place = this.size
    const { capacity } = this.#table.shape
    if (place === capacity) this.#move(Math.max(16, capacity * 2))
    this.#table.job.arena.view("ids", "u32")[place] = id
    this.#table.slots = place + 1
    this.#places.set(id, place)
    return place
  }

  #move(capacity: number): void {
    const from = this.#table
    const to = new VectorTable(from.job.again(), { ...from.shape, capacity })
    to.job.arena.view("rows", "f32").set(from.job.arena.view("rows", "f32"))
    to.job.arena.view("ids", "u32").set(from.job.arena.view("ids", "u32"))
    to.slots = from.slots
    this.#table = to
  }
}

/** An exact scan over the rows of a matrix: row `i` belongs to `ids[i]`, to `i` when absent. @throws {@link InvalidArgument} as `add` does */
export async function exactScan(rows: Matrix, metric: VectorMetric = "inner-product", ids?: ArrayLike<number>): Promise<ExactScan> {
  const scan = await ExactScan.open(rows.cols, metric, rows.rows)
  for (let i = 0; i < rows.rows; i++) scan.add(ids === undefined ? i : ids[i]!, rows.data.subarray(i * rows.cols, (i + 1) * rows.cols))
  return scan
}
