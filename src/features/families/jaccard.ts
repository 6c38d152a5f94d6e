import type { StateTables } from "../../core/index.ts"
import type { FeatureFactory } from "../family.ts"
import { HistoryWindow } from "../history-window.ts"
import { CATEGORIES_KEPT, codesLength, codesStart, type FieldState, fieldState } from "../states/field-state.ts"
import type { SimilarityOptions } from "./similarity.ts"

const DAY_MS = 86_400_000

/**
 * Likeness by values of a category field: shared ones over all values of either item, in `[0, 1]`. `<field>.jaccard.max` and `.mean`
 * (weighted by recency) over the user's newest interactions, the candidate itself left out, `.item` with the page's item; NaN where an item
 * has no values.
 *
 * @see Jaccard 1901, doi:10.5169/seals-266450
 */
export function jaccard(field: string, { recent = 20, halfLifeDays = 14 }: SimilarityOptions = {}): FeatureFactory {
  return (binding) => {
    const state = fieldState(binding, "item", field, ["code", "codes"])
    const halfLifeMs = binding.timeless ? Number.POSITIVE_INFINITY : halfLifeDays * DAY_MS
    const window = new HistoryWindow(binding.history.name, recent)
    const history = new ValueSets(state, recent)
    const page = new ValueSets(state, 1)
    const pageItem = new Float64Array(1)
    const marks = new Marks()
    return {
      name: `jaccard ${field}`,
      version: 1,
      config: { field, recent, halfLifeDays: binding.timeless ? null : halfLifeDays },
      columns: [`${field}.jaccard.max`, `${field}.jaccard.mean`, `${field}.jaccard.item`],
      actors: ["user", "item"],
      states: [state, binding.history],
      read(tables, request, candidates, out, firstColumn) {
        const values = tables.fixed(state.name)
        window.fill(tables, request.user, request.now, halfLifeMs)
        history.fill(tables, window.items, window.size)
        pageItem[0] = request.item
        page.fill(tables, pageItem, 1)
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          const count = codesLength(values, state, item)
          marks.set(values.page(item), codesStart(values, state, item), count)
          let most = Number.NaN
          let sum = 0
          let total = 0
          for (let i = 0; i < window.size; i++) {
            if (window.items[i] === item) continue
            const value = history.likeness(i, marks, count)
            if (Number.isNaN(value)) continue
            if (!(value <= most)) most = value
            sum += value * window.weights[i]!
            total += window.weights[i]!
          }
          const at = row * out.cols + firstColumn
          out.data[at] = most
          out.data[at + 1] = sum / total
          out.data[at + 2] = page.likeness(0, marks, count)
        }
      },
    }
  }
}

/** The codes of a few items, side by side, so that candidates are compared without looking each of them up again. */
class ValueSets {
  readonly #state: FieldState
  readonly #codes: Int32Array
  readonly #counts: Int32Array

  constructor(state: FieldState, size: number) {
    this.#state = state
    this.#codes = new Int32Array(size * CATEGORIES_KEPT)
    this.#counts = new Int32Array(size)
  }

  fill(tables: StateTables, items: Float64Array, size: number): void {
    const values = tables.fixed(this.#state.name)
    for (let i = 0; i < size; i++) {
      const count = codesLength(values, this.#state, items[i]!)
      this.#counts[i] = count
      if (count === 0) continue
      const page = values.page(items[i]!)
      const start = codesStart(values, this.#state, items[i]!)
      for (let c = 0; c < count; c++) this.#codes[i * CATEGORIES_KEPT + c] = page[start + c]!
    }
  }

  /** Likeness of set `i` to the `marked` codes in `marks`; NaN when either is empty. */
  likeness(i: number, marks: Marks, marked: number): number {
    const count = this.#counts[i]!
    if (count === 0 || marked === 0) return Number.NaN
    const codes = this.#codes
    const { stamps, stamp } = marks
    const end = i * CATEGORIES_KEPT + count
    let shared = 0
    for (let at = i * CATEGORIES_KEPT; at < end; at++) if (stamps[codes[at]!] === stamp) shared++
    return shared / (count + marked - shared)
  }
}

/** A set of codes that empties by counting on. */
class Marks {
  /** A code is in the set when its number here is `stamp`. */
  stamps = new Float64Array(64)
  stamp = 0

  set(codes: Float64Array, start: number, count: number): void {
    this.stamp++
    for (let at = start; at < start + count; at++) {
      const code = codes[at]!
      if (code >= this.stamps.length) {
        const stamps = new Float64Array(Math.max(code + 1, this.stamps.length * 2))
        stamps.set(this.stamps)
        this.stamps = stamps
      }
      this.stamps[code] = this.stamp
    }
  }
}
