import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"
import type { ScopeName } from "../scope.ts"
import { counterState } from "../states/counter-state.ts"

const HOUR_MS = 3_600_000

/**
 * Hours since the newest event of some types of the item, the user or another scope: `<scope>.<types>.hoursSince`; NaN when there was none, 0 for one that is dated after the
 * request. Where an item has several values the newest of them counts. Off when the data is timeless.
 */
export function recency({ by, types }: { readonly by: Exclude<ScopeName, "global">; readonly types: readonly string[] }): FeatureFactory {
  return (binding) => {
    const state = counterState(binding, { by, types, windows: ["all"] })
    const { scope } = state
    const columns = [`${by}.${[...new Set(types)].sort().join("+")}.hoursSince`]
    return {
      name: `recency ${columns[0]}`,
      version: 1,
      config: { by, types: [...types].sort() },
      columns: binding.timeless ? [] : columns,
      actors: scope.actors,
      states: binding.timeless ? [] : [state],
      switchedOff: binding.timeless ? columns : [],
      read(tables, request, candidates, out, firstColumn) {
        const table = tables.fixed(state.name)
        const rows = scope.byItem ? candidates.size : Math.min(1, candidates.size)
        for (let row = 0; row < rows; row++) {
          const keys = scope.ofCandidate(request, candidates.ids[row]!, tables)
          let newest = Number.NaN
          for (let i = 0; i < keys; i++) {
            const key = scope.keys[i]!
            if (table.has(key) && !(table.page(key)[table.offset(key)]! <= newest)) newest = table.page(key)[table.offset(key)]!
          }
          const hours = Number.isNaN(newest) ? newest : Math.max(0, request.now - newest) / HOUR_MS
          if (scope.byItem) out.data[row * out.cols + firstColumn] = hours
          else fillColumn(out, candidates.size, firstColumn, hours)
        }
      },
    }
  }
}
