import type { FixedTable, StateTables } from "../../core/index.ts"
import { fillColumn } from "../columns.ts"
import type { Binding, FeatureFactory, FeatureRequest } from "../family.ts"
import type { From } from "../reaches.ts"
import type { ScopeName } from "../scope.ts"
import { type CounterState, counterState, placesOf } from "../states/counter-state.ts"
import { type WindowShape, windowCount } from "../window-counter.ts"
import { splitWindows, type Window } from "../windows.ts"

/** What a rate divides; see {@link rate}. */
export interface RateOptions {
  /** First part of the column names, such as `ctr`. */
  readonly name: string
  readonly by: Exclude<ScopeName, "global">
  /** Event types counted above and below the line, such as `["click"]` over `["impression"]`. */
  readonly numerator: readonly string[]
  readonly denominator: readonly string[]
  readonly windows: readonly Window[]
  /** Above the line: 1 an event, or the event's value, such as minutes watched; the rate is then a mean. Default `count`. */
  readonly sum?: "count" | "value"
  /** Smallest value that counts above the line, by type. */
  readonly from?: From
  /** How many events of the denominator the prior weighs; default 20. */
  readonly strength?: number
  /** What the rate is pulled to: everything (default), or a wider scope, such as the item's director, that itself is pulled to everything. */
  readonly towards?: Exclude<ScopeName, "global">
}

/**
 * A rate pulled towards a prior: `(n + strength * prior) / (d + strength)`, the prior being all `n` over all `d` so far, or the rate of the
 * scope `towards`, pulled likewise. Where an item has several values, `n` and `d` are sums over them.
 *
 * Columns such as `ctr.item.7d`; NaN while the denominator was never seen at all. Timeless data keeps the window `all` alone.
 */
export function rate(options: RateOptions): FeatureFactory {
  const { name, by, numerator, denominator, windows, sum = "count", from, strength = 20, towards } = options
  return (binding) => {
    const { kept, off } = splitWindows(windows, binding.timeless)
    const own = fraction(binding, options, by, kept)
    const wider = towards === undefined ? undefined : fraction(binding, options, towards, ["all"])
    const all = fraction(binding, options, "global", ["all"])
    const { scope } = own.above
    const column = (window: Window) => `${name}.${by}.${window}`
    return {
      name: `rate ${name}.${by}`,
      version: 2,
      config: {
        by,
        numerator: [...numerator].sort(),
        denominator: [...denominator].sort(),
        windows: kept,
        sum,
        from: from ?? null,
        strength,
        towards: towards ?? null,
      },
      columns: kept.map(column),
      actors: [...new Set([...scope.actors, ...(wider?.above.scope.actors ?? [])])],
      states: kept.length === 0 ? [] : [own, wider, all].flatMap((part) => (part === undefined ? [] : [part.above, part.below])),
      switchedOff: off.map(column),
      read(tables, request, candidates, out, firstColumn) {
        for (const part of [own, wider, all]) part?.open(tables)
        all.locate(tables, request, -1)
        const everything = all.over(request, 0) / all.under(request, 0)
        const perItem = scope.byItem || wider?.above.scope.byItem === true
        const rows = perItem ? candidates.size : Math.min(1, candidates.size)
        for (let row = 0; row < rows; row++) {
          const item = candidates.ids[row]!
          let prior = everything
          if (wider !== undefined) {
            wider.locate(tables, request, item)
            prior = (wider.over(request, 0) + strength * everything) / (wider.under(request, 0) + strength)
          }
          own.locate(tables, request, item)
          for (let w = 0; w < kept.length; w++) {
            const value = (own.over(request, w) + strength * prior) / (own.under(request, w) + strength)
            if (perItem) out.data[row * out.cols + firstColumn + w] = value
            else fillColumn(out, candidates.size, firstColumn + w, value)
          }
        }
      },
    }
  }
}

/** Both counters of a rate in one scope. */
interface Fraction {
  readonly above: CounterState
  readonly below: CounterState
  /** Looks up both tables, once a read. */
  open(tables: StateTables): void
  /** Finds the rows of a candidate; the two sums are theirs until the next call. */
  locate(tables: StateTables, request: FeatureRequest, item: number): void
  over(request: FeatureRequest, window: number): number
  under(request: FeatureRequest, window: number): number
}

function fraction(
  binding: Binding,
  { numerator, denominator, sum = "count", from }: RateOptions,
  by: ScopeName,
  windows: readonly Window[],
): Fraction {
  const above = counterState(binding, { by, types: numerator, windows, sum, ...(from === undefined ? {} : { from }) })
  const below = counterState(binding, { by, types: denominator, windows })
  const overPlaces = placesOf(above, windows)
  const underPlaces = placesOf(below, windows)
  const { scope } = above
  let keys = 0
  let overTable: FixedTable
  let underTable: FixedTable
  const total = (table: FixedTable, shape: WindowShape, place: number, now: number) => {
    let summed = 0
    for (let i = 0; i < keys; i++) summed += windowCount(table, shape, scope.keys[i]!, place, now)
    return summed
  }
  return {
    above,
    below,
    open(tables) {
      overTable = tables.fixed(above.name)
      underTable = tables.fixed(below.name)
    },
    locate(tables, request, item) {
      keys = scope.ofCandidate(request, item, tables)
    },
    over: (request, w) => total(overTable, above.shape, overPlaces[w]!, request.now),
    under: (request, w) => total(underTable, below.shape, underPlaces[w]!, request.now),
  }
}
