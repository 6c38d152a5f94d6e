import { InvalidArgument, type SparseMatrix } from "../core/index.ts"
import { Accumulator, type LeaveOut } from "./accumulator.ts"
import type { Scored } from "./scored.ts"

/**
 * Scores a user's history against an item-to-item table: an item's score is the sum, over the history, of the row entry that names it.
 *
 * Serves co-occurrence neighbours and EASE alike. Time is that of the entries touched, whatever the size of the catalogue. Synchronous;
 * nothing is allocated but the answer.
 */
export class ItemNeighbours {
  readonly #table: SparseMatrix
  readonly #sums: Accumulator

  /**
   * @param table - row `i` holds the neighbours of item `i` with their weights (1 when it has no values); shape `[items, items]`
   * @throws {@link InvalidArgument} when the table is not square
   */
  constructor(table: SparseMatrix) {
    if (table.rows !== table.cols) {
      throw new InvalidArgument("ItemNeighbours", "a square table", `${table.rows} x ${table.cols}`, "Give one row and column an item.")
    }
    this.#table = table
    this.#sums = new Accumulator(table.cols)
  }

  /** Items the table knows; ids from here on have no neighbours. */
  get items(): number {
    return this.#table.rows
  }

  /**
   * The `k` best items for a history. Items that are in it are not answered.
   *
   * @param history - dense ids, any order; unknown ids add nothing
   * @param options - `weights`, one an entry of the history (1 when absent), and what else to leave out
   */
  retrieve(history: ArrayLike<number>, k: number, options: LeaveOut & { readonly weights?: ArrayLike<number> } = {}): Scored {
    this.#accumulate(history, options.weights)
    for (let i = 0; i < history.length; i++) if (history[i]! < this.items) this.#sums.leaveOut(history[i]!)
    return this.#sums.take(k, options)
  }

  /** Scores of given items for a history, shape `[items.length]`; 0 for those without a neighbour in it. The history itself is scored too. */
  score(
    history: ArrayLike<number>,
    items: ArrayLike<number>,
    out = new Float32Array(items.length),
    weights?: ArrayLike<number>,
  ): Float32Array {
    this.#accumulate(history, weights)
    for (let i = 0; i < items.length; i++) out[i] = this.#sums.at(items[i]!)
    this.#sums.clear()
    return out
  }

  #accumulate(history: ArrayLike<number>, weights: ArrayLike<number> | undefined): void {
    const { offsets, indices, values } = this.#table
    const sums = this.#sums
    for (let i = 0; i < history.length; i++) {
      const item = history[i]!
      if (!(item < this.items)) continue
      const weight = weights === undefined ? 1 : weights[i]!
      const end = offsets[item + 1]!
      for (let at = offsets[item]!; at < end; at++) sums.add(indices[at]!, values === undefined ? weight : weight * values[at]!)
    }
  }
}
