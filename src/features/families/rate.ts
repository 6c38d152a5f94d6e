import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"
import type { From } from "../reaches.ts"
import { counterState, placesOf } from "../states/counter-state.ts"
import { sumOfWindow, windowCount } from "../window-counter.ts"
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
  /** Smallest value that counts above the line, by type. */
  readonly from?: From
  /** How many events of the denominator the prior weighs; default 20. */
  readonly strength?: number
}

/**
 * A rate pulled towards the rate of everything: `(n + strength * prior) / (d + strength)`, the prior being all `n` over all `d` so far.
 *
 * Columns such as `ctr.item.7d`; NaN while the denominator was never seen at all. Timeless data keeps the window `all` alone.
 */
export function rate({ name, by, numerator, denominator, windows, from, strength = 20 }: RateOptions): FeatureFactory {
  return (binding) => {
    const { kept, off } = splitWindows(windows, binding.timeless)
    const least = from === undefined ? {} : { from }
    const above = counterState(binding, { by, types: numerator, windows: kept, ...least })
    const below = counterState(binding, { by, types: denominator, windows: kept })
    const allAbove = counterState(binding, { by: "global", types: numerator, windows: ["all"], ...least })
    const allBelow = counterState(binding, { by: "global", types: denominator, windows: ["all"] })
    const overPlaces = placesOf(above, kept)
    const underPlaces = placesOf(below, kept)
    const allPlaces = [placesOf(allAbove, ["all"])[0]!, placesOf(allBelow, ["all"])[0]!] as const
    const column = (window: Window) => `${name}.${by}.${window}`
    return {
      name: `rate ${name}.${by}`,
      version: 1,
      config: {
        by,
        numerator: [...numerator].sort(),
        denominator: [...denominator].sort(),
        windows: kept,
        from: from ?? null,
        strength,
      },
      columns: kept.map(column),
      states: kept.length === 0 ? [] : [above, below, allAbove, allBelow],
      switchedOff: off.map(column),
      read(tables, request, candidates, out, firstColumn) {
        const { now } = request
        const events = windowCount(tables.fixed(allAbove.name), allAbove.shape, 0, allPlaces[0], now)
        const prior = strength * (events / windowCount(tables.fixed(allBelow.name), allBelow.shape, 0, allPlaces[1], now))
        const over = tables.fixed(above.name)
        const under = tables.fixed(below.name)
        if (by === "user") {
          for (let w = 0; w < kept.length; w++) {
            const n = windowCount(over, above.shape, request.user, overPlaces[w]!, now)
            const d = windowCount(under, below.shape, request.user, underPlaces[w]!, now)
            fillColumn(out, candidates.size, firstColumn + w, (n + prior) / (d + strength))
          }
          return
        }
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          const at = row * out.cols + firstColumn
          const overPage = over.page(item)
          const overRow = over.offset(item)
          const underPage = under.page(item)
          const underRow = under.offset(item)
          for (let w = 0; w < kept.length; w++) {
            const n = sumOfWindow(overPage, overRow, above.shape, overPlaces[w]!, now)
            const d = sumOfWindow(underPage, underRow, below.shape, underPlaces[w]!, now)
            out.data[at + w] = (n + prior) / (d + strength)
          }
        }
      },
    }
  }
}
