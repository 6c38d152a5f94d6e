import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"
import { windowSum } from "../state-access.ts"
import { type CounterState, counterState } from "../states/counter-state.ts"
import { splitWindows, type Window } from "../windows.ts"

/** What a rate divides; see {@link rate}. */
export interface RateOptions {
  /** First part of the column names, such as `ctr`. */
  readonly name: string
  readonly by: "item" | "user"
  /** Event types counted above and below the line, such as `["click"]` over `["impression"]`. */
  readonly numerator: readonly string[]
  readonly denominator: readonly string[]
  readonly windows: readonly Window[]
  /** How many events of the denominator the prior weighs; default 20. */
  readonly strength?: number
}

/**
 * A rate pulled towards the rate of everything: `(n + strength * prior) / (d + strength)`, the prior being all `n` over all `d` so far.
 *
 * Columns such as `ctr.item.7d`; NaN while the denominator was never seen at all. Timeless data keeps the window `all` alone.
 */
export function rate({ name, by, numerator, denominator, windows, strength = 20 }: RateOptions): FeatureFactory {
  return (binding) => {
    const { kept, off } = splitWindows(windows, binding.timeless)
    const counters = (types: readonly string[]) => kept.map((window) => counterState(binding, { by, types, window }))
    const above = counters(numerator)
    const below = counters(denominator)
    const allAbove = counterState(binding, { by: "global", types: numerator, window: "all" })
    const allBelow = counterState(binding, { by: "global", types: denominator, window: "all" })
    const column = (window: Window) => `${name}.${by}.${window}`
    return {
      name: `rate ${name}.${by}`,
      version: 1,
      config: { by, numerator: [...numerator].sort(), denominator: [...denominator].sort(), windows: kept, strength },
      columns: kept.map(column),
      states: [...above, ...below, allAbove, allBelow],
      switchedOff: off.map(column),
      read(tables, request, candidates, out, firstColumn) {
        const sum = ({ shape }: CounterState, key: number) => windowSum(tables.fixed(shape.name), shape, key, request.now)
        const prior = sum(allAbove, 0) / sum(allBelow, 0)
        for (let w = 0; w < kept.length; w++) {
          if (by === "user") {
            const value = (sum(above[w]!, request.user) + strength * prior) / (sum(below[w]!, request.user) + strength)
            fillColumn(out, candidates.size, firstColumn + w, value)
            continue
          }
          const clicks = above[w]!.shape
          const views = below[w]!.shape
          const clickTable = tables.fixed(clicks.name)
          const viewTable = tables.fixed(views.name)
          for (let row = 0; row < candidates.size; row++) {
            const item = candidates.ids[row]!
            const n = windowSum(clickTable, clicks, item, request.now)
            const d = windowSum(viewTable, views, item, request.now)
            out.data[row * out.cols + firstColumn + w] = (n + strength * prior) / (d + strength)
          }
        }
      },
    }
  }
}
