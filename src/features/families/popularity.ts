import type { FeatureFactory } from "../family.ts"
import type { From } from "../reaches.ts"
import { counterState, placesOf } from "../states/counter-state.ts"
import { sumOfWindow, windowCount } from "../window-counter.ts"
import { splitWindows, type Window } from "../windows.ts"

/**
 * An item's part of everything that happened: `popularity.<types>.<window>.share` in `[0, 1]`, 0 when nothing happened, and
 * `.rarity = ln((N + 1) / (n + 1))`, the inverse popularity in nats, which is large for what few have taken up.
 */
export function popularity({
  types,
  windows,
  from,
}: {
  readonly types: readonly string[]
  readonly windows: readonly Window[]
  readonly from?: From
}): FeatureFactory {
  return (binding) => {
    const { kept, off } = splitWindows(windows, binding.timeless)
    const least = from === undefined ? {} : { from }
    const own = counterState(binding, { by: "item", types, windows: kept, ...least })
    const all = counterState(binding, { by: "global", types, windows: kept, ...least })
    const ownPlaces = placesOf(own, kept)
    const allPlaces = placesOf(all, kept)
    const kinds = [...new Set(types)].sort().join("+")
    const columns = (listed: readonly Window[]) =>
      listed.flatMap((window) => [`popularity.${kinds}.${window}.share`, `popularity.${kinds}.${window}.rarity`])
    return {
      name: `popularity ${kinds}`,
      version: 1,
      config: { types: kinds, windows: kept, from: from ?? null },
      columns: columns(kept),
      actors: ["item"],
      states: kept.length === 0 ? [] : [own, all],
      switchedOff: columns(off),
      read(tables, request, candidates, out, firstColumn) {
        const table = tables.fixed(own.name)
        for (let w = 0; w < kept.length; w++) {
          const total = windowCount(tables.fixed(all.name), all.shape, 0, allPlaces[w]!, request.now)
          for (let row = 0; row < candidates.size; row++) {
            const item = candidates.ids[row]!
            const count = sumOfWindow(table.page(item), table.offset(item), own.shape, ownPlaces[w]!, request.now)
            const at = row * out.cols + firstColumn + 2 * w
            out.data[at] = total === 0 ? 0 : count / total
            out.data[at + 1] = Math.log((total + 1) / (count + 1))
          }
        }
      },
    }
  }
}
