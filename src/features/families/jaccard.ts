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
    const known = new KnownMasks()
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
        known.clear()
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          const count = codesLength(values, state, item)
          const codes = values.page(item)
          const start = codesStart(values, state, item)
          const mask = maskOf(codes, start, count)
          const at = row * out.cols + firstColumn
          // Few items differ in every value, such as films by genre: what was worked out for one holds for the next, unless the history has it.
          const isShared = mask !== 0 && !window.has(item)
          const place = isShared ? known.find(mask) : -1
          if (place >= 0 && known.has(place, mask)) {
            for (let c = 0; c < 3; c++) out.data[at + c] = known.values[3 * place + c]!
            continue
          }
          if (mask === 0) marks.set(codes, start, count)
          let most = Number.NaN
          let sum = 0
          let total = 0
          for (let i = 0; i < window.size; i++) {
            if (window.items[i] === item) continue
            const value = mask === 0 ? history.likeness(i, marks, count) : history.likenessTo(i, mask, count, codes, start, marks)
            if (Number.isNaN(value)) continue
            if (!(value <= most)) most = value
            sum += value * window.weights[i]!
            total += window.weights[i]!
          }
          out.data[at] = most
          out.data[at + 1] = sum / total
          out.data[at + 2] = mask === 0 ? page.likeness(0, marks, count) : page.likenessTo(0, mask, count, codes, start, marks)
          if (place >= 0) known.keep(place, mask, out.data, at)
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
  /** Bits of the codes of each set, 0 for one that bits cannot hold. */
  readonly #masks: Int32Array

  constructor(state: FieldState, size: number) {
    this.#state = state
    this.#codes = new Int32Array(size * CATEGORIES_KEPT)
    this.#counts = new Int32Array(size)
    this.#masks = new Int32Array(size)
  }

  fill(tables: StateTables, items: Float64Array, size: number): void {
    const values = tables.fixed(this.#state.name)
    for (let i = 0; i < size; i++) {
      const count = codesLength(values, this.#state, items[i]!)
      this.#counts[i] = count
      this.#masks[i] = 0
      if (count === 0) continue
      const page = values.page(items[i]!)
      const start = codesStart(values, this.#state, items[i]!)
      this.#masks[i] = maskOf(page, start, count)
      for (let c = 0; c < count; c++) this.#codes[i * CATEGORIES_KEPT + c] = page[start + c]!
    }
  }

  /** Likeness of set `i` to codes with that mask: a handful of instructions where bits hold both, as for genres. */
  likenessTo(i: number, mask: number, marked: number, codes: Float64Array, start: number, marks: Marks): number {
    const own = this.#masks[i]!
    if (own === 0) {
      marks.set(codes, start, marked)
      return this.likeness(i, marks, marked)
    }
    const shared = bitsOf(own & mask)
    return shared / (this.#counts[i]! + marked - shared)
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

const KNOWN = 256

/** Likenesses by the bits of an item's codes, for one request; one that stands where another belongs replaces it. */
class KnownMasks {
  readonly values = new Float32Array(3 * KNOWN)
  readonly #masks = new Int32Array(KNOWN)
  readonly #isThere = new Uint8Array(KNOWN)

  clear(): void {
    this.#isThere.fill(0)
  }

  /** Where the mask belongs. */
  find(mask: number): number {
    return (Math.imul(mask, 0x9e3779b1) >>> 24) & (KNOWN - 1)
  }

  /** True when it is there. */
  has(place: number, mask: number): boolean {
    return this.#isThere[place] === 1 && this.#masks[place] === mask
  }

  keep(place: number, mask: number, from: Float32Array, at: number): void {
    this.#masks[place] = mask
    this.#isThere[place] = 1
    for (let c = 0; c < 3; c++) this.values[3 * place + c] = from[at + c]!
  }
}

/** The codes as bits, where all are below 32 and none comes twice; 0 for others and for none. */
function maskOf(codes: Float64Array, start: number, count: number): number {
  let mask = 0
  for (let at = start; at < start + count; at++) {
    const code = codes[at]!
    if (!(code >= 0 && code < 32) || ((mask >>> code) & 1) === 1) return 0
    mask |= 1 << code
  }
  return mask
}

function bitsOf(mask: number): number {
  let bits = mask - ((mask >>> 1) & 0x55555555)
  bits = (bits & 0x33333333) + ((bits >>> 2) & 0x33333333)
  return Math.imul((bits + (bits >>> 4)) & 0x0f0f0f0f, 0x01010101) >>> 24
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
