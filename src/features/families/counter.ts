import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"
import type { From } from "../reaches.ts"
import type { ScopeName } from "../scope.ts"
import { counterState, placesOf } from "../states/counter-state.ts"
import { sumOfWindow, windowCount } from "../window-counter.ts"
import { splitWindows, type Window } from "../windows.ts"

/** What a counter family counts; see {@link counter}. */
export interface CounterFamilyOptions {
  readonly by: Exclude<ScopeName, "global">
  readonly types: readonly string[]
  readonly windows: readonly Window[]
  readonly sum?: "count" | "value"
  /** Smallest value that counts, by type, such as `{ rating: 4 }`. */
  readonly from?: From
  /** `log1p` writes `ln(1 + count)`. */
  readonly transform?: "none" | "log1p"
}

/**
 * How many events of some types the item, the user or another scope had in each window: columns such as `item.click.7d`; 0 when there were
 * none, the greatest where an item has several values. See {@link ScopeName} for what can be counted by.
 *
 * A window moves in steps of an eighth of its length and never holds events after the request. Timeless data keeps `all` alone.
 */
export function counter({ by, types, windows, sum = "count", from, transform = "none" }: CounterFamilyOptions): FeatureFactory {
  return (binding) => {
    const { kept, off } = splitWindows(windows, binding.timeless)
    const state = counterState(binding, { by, types, windows: kept, sum, ...(from === undefined ? {} : { from }) })
    const { shape, scope } = state
    const places = placesOf(state, kept)
    const kinds = [...new Set(types)].sort().join("+")
    const column = (window: Window) => `${by}.${kinds}${sum === "value" ? ".value" : ""}.${window}`
    const scale = transform === "log1p" ? Math.log1p : (value: number) => value
    return {
      name: `counter ${by}.${kinds}${sum === "value" ? ".value" : ""}`,
      version: 1,
      config: { by, types: kinds, windows: kept, sum, from: from ?? null, transform },
      columns: kept.map(column),
      states: kept.length === 0 ? [] : [state],
      switchedOff: off.map(column),
      actors: scope.actors,
      read(tables, request, candidates, out, firstColumn) {
        const table = tables.fixed(state.name)
        if (by === "item") {
          for (let row = 0; row < candidates.size; row++) {
            const item = candidates.ids[row]!
            const at = row * out.cols + firstColumn
            const page = table.page(item)
            const start = table.offset(item)
            for (let w = 0; w < kept.length; w++) out.data[at + w] = scale(sumOfWindow(page, start, shape, places[w]!, request.now))
          }
          return
        }
        const rows = scope.byItem ? candidates.size : Math.min(1, candidates.size)
        for (let row = 0; row < rows; row++) {
          const keys = scope.ofCandidate(request, candidates.ids[row]!, tables)
          for (let w = 0; w < kept.length; w++) {
            let most = 0
            for (let i = 0; i < keys; i++) most = Math.max(most, windowCount(table, shape, scope.keys[i]!, places[w]!, request.now))
            if (scope.byItem) out.data[row * out.cols + firstColumn + w] = scale(most)
            else fillColumn(out, candidates.size, firstColumn + w, scale(most))
          }
        }
      },
    }
  }
}
