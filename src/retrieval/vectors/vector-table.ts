import { InvalidArgument, type Matrix } from "../../core/index.ts"
import type { Scored } from "../scored.ts"
import { checkVector } from "./check-vector.ts"
import { heapBytes, takeHeap } from "./heap.ts"
import type { VectorJob, VectorKernel } from "./kernel.ts"
import { Scratch } from "./scratch.ts"
import type { VectorMetric } from "./vector-index.ts"

/** The shape of a {@link VectorTable}. */
export interface TableShape {
  readonly metric: VectorMetric
  readonly dimension: number
  /** Rows there is room for. */
  readonly capacity: number
  /** Whether rows can be hidden in place; without, the owner moves rows about. */
  readonly hides: boolean
}

/** Queries scanned together: they stay in the first cache beside a block of rows. */
const together = 16

/**
 * Rows of f32 with their ids in a kernel's memory, and the question being asked of them: query, filter, heaps. What every index looks into.
 *
 * Rows are padded to 16 bytes. Synchronous use only: one question at a time.
 */
export class VectorTable {
  readonly shape: TableShape
  readonly job: VectorJob
  readonly run: VectorKernel
  readonly scratch: Scratch
  /** f32 numbers a row takes. */
  readonly width: number
  /** Set by what lays out codes: the query gets them too. */
  encodesQuery = false
  #slots = 0
  #best = 0
  #rough = 0
  #isFiltered = false

  constructor(job: VectorJob, shape: TableShape) {
    this.job = job
    this.run = job.run
    this.shape = shape
    this.scratch = new Scratch(job.arena)
    this.width = Math.ceil(shape.dimension / 4) * 4
    const { arena } = job
    const rows = arena.add("rows", "f32", shape.capacity * this.width)
    const ids = arena.add("ids", "u32", shape.capacity)
    const alive = shape.hides ? arena.add("alive", "u8", shape.capacity) : 0
    const query = arena.add("query", "f32", this.width)
    this.run.bindTable(shape.metric === "euclidean" ? 1 : 0, this.width, rows, ids, alive, query)
  }

  /** Rows in use. */
  get slots(): number {
    return this.#slots
  }
  set slots(count: number) {
    this.#slots = count
    this.run.setSlots(count)
  }

  /** Writes rows that are checked and scaled already; slot `i` takes row `order[i]`, row `i` when absent. */
  fill(rows: Matrix, ids: ArrayLike<number> | undefined, order?: ArrayLike<number>): void {
    const { arena } = this.job
    const to = arena.view("rows", "f32")
    const names = arena.view("ids", "u32")
    for (let slot = 0; slot < rows.rows; slot++) {
      const from = order === undefined ? slot : order[slot]!
      to.set(rows.data.subarray(from * rows.cols, (from + 1) * rows.cols), slot * this.width)
      names[slot] = ids === undefined ? from : ids[from]!
    }
    if (this.shape.hides) arena.view("alive", "u8").fill(1, 0, rows.rows)
    this.slots = rows.rows
  }

  /** A view of one row, shape `[dimension]`, good until memory grows. */
  row(slot: number): Float32Array {
    return this.job.arena.view("rows", "f32").subarray(slot * this.width, slot * this.width + this.shape.dimension)
  }

  /**
   * Begins a question: query, filter, and empty heaps for `k` answers and `candidates` rough ones.
   *
   * @throws {@link InvalidArgument} on what {@link checkVector} refuses or a `k` that is no whole number
   */
  ask(vector: ArrayLike<number>, k: number, allowed: Uint8Array | undefined, candidates = 0): void {
    checkCount(k)
    const { dimension, metric } = this.shape
    const scale = checkVector(vector, dimension, metric, "query vector")
    const [most, roughMost] = [Math.min(k, this.#slots), Math.min(candidates, this.#slots)]
    const [best, rough] = [this.scratch.room("best", heapBytes(most)), this.scratch.room("rough", heapBytes(roughMost))]
    if (best !== this.#best || rough !== this.#rough) this.run.bindHeaps(best, rough)
    this.#best = best
    this.#rough = rough
    this.#filter(allowed)
    const query = this.job.arena.view("query", "f32")
    for (let i = 0; i < dimension; i++) query[i] = vector[i]! * scale
    if (this.encodesQuery) this.run.encodeQuery(query.byteOffset, dimension)
    this.run.clearBest(best, most)
    this.run.clearBest(rough, roughMost)
  }

  /** What was answered, best first; the question is over. */
  answer(): Scored {
    return takeHeap(this.job, this.#best)
  }

  /** One answer a row of `vectors` by looking at every row of the table, several queries at a time. */
  scanMany(vectors: Matrix, k: number, allowed: Uint8Array | undefined): Scored[] {
    checkCount(k)
    const { dimension, metric } = this.shape
    const kept = Math.min(k, this.#slots)
    const [queryBytes, oneHeap] = [this.width * 4, heapBytes(kept)]
    const queries = this.scratch.room("queries", together * queryBytes)
    const heaps = this.scratch.room("heaps", together * oneHeap)
    this.#filter(allowed)
    const found: Scored[] = []
    for (let begin = 0; begin < vectors.rows; begin += together) {
      const count = Math.min(together, vectors.rows - begin)
      const to = new Float32Array(this.job.arena.memory.buffer, queries, together * this.width)
      for (let i = 0; i < count; i++) {
        const vector = vectors.data.subarray((begin + i) * vectors.cols, (begin + i + 1) * vectors.cols)
        const scale = checkVector(vector, dimension, metric, `query vector ${begin + i}`)
        for (let j = 0; j < dimension; j++) to[i * this.width + j] = vector[j]! * scale
        this.run.clearBest(heaps + i * oneHeap, kept)
      }
      this.run.scanMany(queries, count, queryBytes, heaps, oneHeap)
      for (let i = 0; i < count; i++) found.push(takeHeap(this.job, heaps + i * oneHeap))
    }
    return found
  }

  /** How many rows must be looked at until `count` of them pass a filter and are not hidden; nothing when there are fewer. */
  lookedUntil(allowed: Uint8Array, count: number): number | undefined {
    this.#filter(allowed)
    const looked = this.run.lookedUntil(count)
    return looked < 0 ? undefined : looked
  }

  #filter(allowed: Uint8Array | undefined): void {
    if (allowed !== undefined) {
      const address = this.scratch.room("filter", allowed.length)
      new Uint8Array(this.job.arena.memory.buffer, address, allowed.length).set(allowed)
      this.run.bindFilter(address, allowed.length)
    } else if (this.#isFiltered) this.run.bindFilter(0, -1)
    this.#isFiltered = allowed !== undefined
  }
}

function checkCount(k: number): void {
  if (!(Number.isInteger(k) && k >= 0)) throw new InvalidArgument("vector search", "k, a whole number from 0", String(k), "Ask for a few.")
}
