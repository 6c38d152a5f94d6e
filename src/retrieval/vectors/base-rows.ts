import { type BundleReader, type BundleWriter, Corrupt, InvalidArgument, type Matrix, matrix } from "../../core/index.ts"
import { checkId } from "./check-vector.ts"
import { openVectors } from "./kernel.ts"
import type { VectorMetric } from "./vector-index.ts"
import { VectorTable } from "./vector-table.ts"

const FORMAT = 1

/**
 * The rows under a base index: written once, found by id, hidden when an item leaves or changes.
 *
 * Hiding is not saved: what is hidden stands beside the base, so that the base's bytes stay the same from release to release.
 */
export class BaseRows {
  readonly table: VectorTable
  readonly #ids: Uint32Array
  /** Slots by rising id; absent when slots are in that order. */
  readonly #order: Uint32Array | undefined
  #hidden = 0

  private constructor(table: VectorTable) {
    this.table = table
    this.#ids = table.job.arena.view("ids", "u32").slice(0, table.slots)
    this.#order = orderOf(this.#ids)
  }

  /**
   * Lays rows out, checked and scaled already; slot `i` takes row `order[i]`.
   *
   * @throws {@link InvalidArgument} on an id that is none or comes twice
   */
  static async of(rows: Matrix, metric: VectorMetric, ids?: ArrayLike<number>, order?: ArrayLike<number>): Promise<BaseRows> {
    if (ids !== undefined) {
      if (ids.length !== rows.rows) throw new InvalidArgument("vector ids", `one a row, ${rows.rows}`, String(ids.length), "Pass both.")
      for (let i = 0; i < ids.length; i++) checkId(ids[i]!)
    }
    const shape = { metric, dimension: rows.cols, capacity: rows.rows, hides: true }
    const table = new VectorTable(await openVectors(), shape)
    table.fill(rows, ids, order)
    return new BaseRows(table)
  }

  /** Rows that are not hidden. */
  get size(): number {
    return this.table.slots - this.#hidden
  }

  has(id: number): boolean {
    return this.#aliveSlot(id) >= 0
  }

  /** Hides the row of an id from every search; says whether it was there. */
  hide(id: number): boolean {
    const slot = this.#aliveSlot(id)
    if (slot < 0) return false
    this.table.job.arena.view("alive", "u8")[slot] = 0
    this.#hidden++
    return true
  }

  /** Ids that are hidden, rising. */
  hiddenIds(): Uint32Array {
    const alive = this.table.job.arena.view("alive", "u8")
    return this.#ids.filter((_, slot) => alive[slot] === 0).sort()
  }

  /** Calls back with every id that is not hidden and its row; the view is good during the call. */
  each(visit: (id: number, row: Float32Array) => void): void {
    const alive = this.table.job.arena.view("alive", "u8")
    for (let slot = 0; slot < this.#ids.length; slot++) if (alive[slot] !== 0) visit(this.#ids[slot]!, this.table.row(slot))
  }

  save(bundle: BundleWriter): void {
    const { dimension, metric } = this.table.shape
    const rows = matrix(this.#ids.length, dimension)
    for (let slot = 0; slot < rows.rows; slot++) rows.data.set(this.table.row(slot), slot * dimension)
    bundle.json("rows", { format: FORMAT, metric, dimension, size: rows.rows })
    bundle.array("ids", this.#ids)
    bundle.array("vectors", rows.data)
  }

  /** @throws {@link Corrupt} when what was saved does not fit together */
  static async load(bundle: BundleReader): Promise<BaseRows> {
    const { format, metric, dimension, size } = bundle.json("rows") as {
      format: number
      metric: VectorMetric
      dimension: number
      size: number
    }
    const ids = bundle.array("ids")
    const data = bundle.array("vectors")
    if (format !== FORMAT || ids.length !== size || data.length !== size * dimension) {
      const came = `format ${format}, ${ids.length} ids, ${data.length} numbers`
      throw new Corrupt("vector rows", `format ${FORMAT}, ${size} rows of ${dimension}`, came, "Build the index again.")
    }
    return BaseRows.of({ data: data as Float32Array, rows: size, cols: dimension }, metric, ids)
  }

  #aliveSlot(id: number): number {
    const slot = this.#slotOf(id)
    return slot >= 0 && this.table.job.arena.view("alive", "u8")[slot] !== 0 ? slot : -1
  }

  #slotOf(id: number): number {
    let [low, high] = [0, this.#ids.length - 1]
    while (low <= high) {
      const middle = (low + high) >>> 1
      const slot = this.#order === undefined ? middle : this.#order[middle]!
      const there = this.#ids[slot]!
      if (there === id) return slot
      if (there < id) low = middle + 1
      else high = middle - 1
    }
    return -1
  }
}

/** Slots in the order of their ids, nothing when they are in order. @throws {@link InvalidArgument} on an id that comes twice */
function orderOf(ids: Uint32Array): Uint32Array | undefined {
  if (ids.every((id, slot) => slot === 0 || ids[slot - 1]! < id)) return undefined
  const order = Uint32Array.from(ids, (_, slot) => slot).sort((a, b) => ids[a]! - ids[b]!)
  const twice = order.findIndex((slot, at) => at > 0 && ids[order[at - 1]!] === ids[slot])
  if (twice >= 0) throw new InvalidArgument("vector ids", "each id once", `${ids[order[twice]!]} twice`, "Keep the newest of them.")
  return order
}
