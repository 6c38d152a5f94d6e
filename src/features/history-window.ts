import type { StateTables } from "../core/index.ts"
import { decay } from "./history-profile.ts"

/** The newest interactions of one user, newest first, in arrays that reads fill again and again. */
export class HistoryWindow {
  readonly items: Float64Array
  readonly weights: Float64Array
  size = 0
  readonly #historyName: string

  constructor(historyName: string, recent: number) {
    this.#historyName = historyName
    this.items = new Float64Array(recent)
    this.weights = new Float64Array(recent)
  }

  /** True when the item is one of them. */
  has(item: number): boolean {
    for (let i = 0; i < this.size; i++) if (this.items[i] === item) return true
    return false
  }

  /** Copies the newest interactions and weighs them by recency; a half-life of Infinity leaves the weights as they are. */
  fill(tables: StateTables, user: number, now: number, halfLifeMs: number): void {
    this.size = 0
    if (user < 0) return
    const history = tables.list(this.#historyName)
    const page = history.page(user)
    const start = history.start(user)
    const length = history.length(user)
    this.size = Math.min(length, this.items.length)
    for (let i = 0; i < this.size; i++) {
      const at = start + (length - 1 - i) * 3
      this.items[i] = page[at]!
      this.weights[i] = page[at + 2]! * decay(now - page[at + 1]!, halfLifeMs)
    }
  }
}
