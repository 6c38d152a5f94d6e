import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"
import { windowSum } from "../state-access.ts"
import { counterState } from "../states/counter-state.ts"
import { splitWindows, type Window } from "../windows.ts"

/** What a counter family counts; see {@link counter}. */
export interface CounterFamilyOptions {
  readonly by: "item" | "user"
  readonly types: readonly string[]
  readonly windows: readonly Window[]
  readonly sum?: "count" | "value"
  /** `log1p` writes `ln(1 + count)`. */
  readonly transform?: "none" | "log1p"
}

/**
 * How many events of some types the item or the user had in each window: columns such as `item.click.7d`; 0 when there were none.
 *
 * A window moves in steps of an eighth of its length and never holds events after the request. Timeless data keeps `all` alone.
 */
export function counter({ by, types, windows, sum = "count", transform = "none" }: CounterFamilyOptions): FeatureFactory {
  return (binding) => {
    const { kept, off } = splitWindows(windows, binding.timeless)
    const states = kept.map((window) => counterState(binding, { by, types, window, sum }))
    const kinds = [...new Set(types)].sort().join("+")
    const column = (window: Window) => `${by}.${kinds}${sum === "value" ? ".value" : ""}.${window}`
    const scale = transform === "log1p" ? Math.log1p : (value: number) => value
    return {
      name: `counter ${by}.${kinds}${sum === "value" ? ".value" : ""}`,
      version: 1,
      config: { by, types: kinds, windows: kept, sum, transform },
      columns: kept.map(column),
      states,
      switchedOff: off.map(column),
      read(tables, request, candidates, out, firstColumn) {
        for (let w = 0; w < states.length; w++) {
          const shape = states[w]!.shape
          const table = tables.fixed(shape.name)
          if (by === "user") {
            fillColumn(out, candidates.size, firstColumn + w, scale(windowSum(table, shape, request.user, request.now)))
            continue
          }
          for (let row = 0; row < candidates.size; row++) {
            out.data[row * out.cols + firstColumn + w] = scale(windowSum(table, shape, candidates.ids[row]!, request.now))
          }
        }
      },
    }
  }
}
