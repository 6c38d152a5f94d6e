import type { StateTables } from "../core/index.ts"
import { CodeWeights } from "./code-weights.ts"
import { codesLength, codesStart, type FieldState } from "./states/field-state.ts"

/** Interactions of a user that reads look at, the newest. */
export const RECENT = 200

/**
 * Which values of a category field a user's recent history has: for each code the share of the history's weight with it, in `[0, 1]`, and the
 * share when an interaction's weight halves with each half-life of age.
 *
 * Made once a family and reused by every read.
 */
export class HistoryProfile {
  readonly #plain = new CodeWeights()
  readonly #recent = new CodeWeights()
  #plainTotal = 0
  #recentTotal = 0
  readonly #historyName: string
  readonly #field: FieldState

  constructor(historyName: string, field: FieldState) {
    this.#historyName = historyName
    this.#field = field
  }

  /** Weighs the newest `newest` interactions; without a half-life the recent shares stay NaN. */
  collect(tables: StateTables, user: number, now: number, newest: number, halfLifeMs?: number): void {
    this.#plain.clear()
    this.#recent.clear()
    this.#plainTotal = 0
    this.#recentTotal = 0
    if (user < 0) return
    const history = tables.list(this.#historyName)
    const values = tables.fixed(this.#field.name)
    const page = history.page(user)
    const start = history.start(user)
    const length = history.length(user)
    for (let place = Math.max(0, length - newest); place < length; place++) {
      const at = start + place * 3
      const weight = page[at + 2]!
      const recent = halfLifeMs === undefined ? 0 : weight * decay(now - page[at + 1]!, halfLifeMs)
      this.#plainTotal += weight
      this.#recentTotal += recent
      const item = page[at]!
      const count = codesLength(values, this.#field, item)
      if (count === 0) continue
      const codes = values.page(item)
      const first = codesStart(values, this.#field, item)
      for (let c = first; c < first + count; c++) {
        this.#plain.add(codes[c]!, weight)
        if (recent > 0) this.#recent.add(codes[c]!, recent)
      }
    }
  }

  /** Share of the history with this code; NaN when there is no history. */
  share(code: number): number {
    return this.#plainTotal === 0 ? Number.NaN : this.#plain.of(code) / this.#plainTotal
  }

  /** The same, newer interactions weighing more. */
  recentShare(code: number): number {
    return this.#recentTotal === 0 ? Number.NaN : this.#recent.of(code) / this.#recentTotal
  }

  /** The code with the greatest share, the smallest among equals; -1 when no item of the history has one. */
  favourite(): number {
    return this.#plain.greatest()
  }
}

/** `2^(-age / halfLife)`; an event from the future counts as now. */
export function decay(ageMs: number, halfLifeMs: number): number {
  return halfLifeMs === Number.POSITIVE_INFINITY ? 1 : 2 ** (-Math.max(0, ageMs) / halfLifeMs)
}
