import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"
import type { ScopeName } from "../scope.ts"
import { decayedCount, decayedState } from "../states/decayed-state.ts"

/** What a fading counter counts; see {@link decayed}. */
export interface DecayedOptions {
  readonly by: ScopeName
  readonly types: readonly string[]
  /** Days after which an event counts half. */
  readonly halfLifeDays: number
  readonly sum?: "count" | "value"
  readonly transform?: "none" | "log1p"
}

/**
 * Events that fade instead of falling out of a window: the sum of `2^(-age / halfLife)` over all of them, `<scope>.<types>.fading<days>d`.
 * One number a key; exact for late events too. Where an item has several values the greatest counts. Off when the data is timeless.
 */
export function decayed(options: DecayedOptions): FeatureFactory {
  const { by, types, halfLifeDays, sum = "count", transform = "none" } = options
  return (binding) => {
    const state = decayedState(binding, options)
    const { scope } = state
    const kinds = `${[...new Set(types)].sort().join("+")}${sum === "value" ? ".value" : ""}`
    const columns = [`${by}.${kinds}.fading${halfLifeDays}d`]
    return {
      name: `decayed ${columns[0]}`,
      version: 1,
      config: { by, types: kinds, halfLifeDays, transform },
      columns: binding.timeless ? [] : columns,
      actors: scope.actors,
      states: binding.timeless ? [] : [state],
      switchedOff: binding.timeless ? columns : [],
      read(tables, request, candidates, out, firstColumn) {
        const table = tables.fixed(state.name)
        const rows = scope.byItem ? candidates.size : Math.min(1, candidates.size)
        for (let row = 0; row < rows; row++) {
          const keys = scope.ofCandidate(request, candidates.ids[row]!, tables)
          let most = 0
          for (let i = 0; i < keys; i++) most = Math.max(most, decayedCount(table, scope.keys[i]!, request.now, state.halfLifeMs))
          const value = transform === "log1p" ? Math.log1p(most) : most
          if (scope.byItem) out.data[row * out.cols + firstColumn] = value
          else fillColumn(out, candidates.size, firstColumn, value)
        }
      },
    }
  }
}
