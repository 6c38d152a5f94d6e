import { fillColumn } from "../columns.ts"
import type { Binding, FeatureFactory, StateFamily } from "../family.ts"
import type { From } from "../reaches.ts"
import { reaches } from "../reaches.ts"
import { type Scope, type ScopeName, scopeOf } from "../scope.ts"

/** What a moving rate follows; see {@link movingRate}. */
export interface MovingRateOptions {
  /** First part of the column's name, such as `ctr`. */
  readonly name: string
  readonly by: Exclude<ScopeName, "global">
  readonly numerator: readonly string[]
  readonly denominator: readonly string[]
  /** Above the line: 1 an event, or the event's value; the rate is then a mean. Default `count`. */
  readonly sum?: "count" | "value"
  readonly from?: From
  /** What each further event of the denominator leaves of those before it, in (0, 1); default 0.9: the last ten or so. */
  readonly keep?: number
}

/**
 * A rate over the last few times, by count and not by clock: each event of the denominator fades all before it by `keep`. Column
 * `<name>.<scope>.moving`; NaN while there was none. Where an item has several values they are pooled.
 */
export function movingRate(options: MovingRateOptions): FeatureFactory {
  const { name, by, numerator, denominator, sum = "count", from, keep = 0.9 } = options
  return (binding) => {
    const scope = scopeOf(binding, by)
    const state = movingState(binding, options, scope)
    return {
      name: `moving rate ${name}.${by}`,
      version: 1,
      config: { by, numerator: [...numerator].sort(), denominator: [...denominator].sort(), sum, from: from ?? null, keep },
      columns: [`${name}.${by}.moving`],
      actors: scope.actors,
      states: [state],
      read(tables, request, candidates, out, firstColumn) {
        const table = tables.fixed(state.name)
        const rows = scope.byItem ? candidates.size : Math.min(1, candidates.size)
        for (let row = 0; row < rows; row++) {
          const keys = scope.ofCandidate(request, candidates.ids[row]!, tables)
          let over = 0
          let under = 0
          for (let i = 0; i < keys; i++) {
            const key = scope.keys[i]!
            if (!table.has(key)) continue
            under += table.page(key)[table.offset(key) + 1]!
            over += table.page(key)[table.offset(key) + 2]!
          }
          const value = under === 0 ? Number.NaN : over / under
          if (scope.byItem) out.data[row * out.cols + firstColumn] = value
          else fillColumn(out, candidates.size, firstColumn, value)
        }
      },
    }
  }
}

/** `latest` rows of the newest time and the two fading sums, denominator first; folded in log order. */
function movingState(
  { collection, collectionNumber }: Pick<Binding, "collection" | "collectionNumber">,
  { by, numerator, denominator, sum = "count", from, keep = 0.9 }: MovingRateOptions,
  scope: Scope,
): StateFamily {
  const above = [...new Set(numerator)].sort()
  const below = [...new Set(denominator)].sort()
  const name = `${collection}.${by}.${above.join("+")}${sum === "value" ? ".value" : ""}-of-${below.join("+")}.moving${keep}`
  return {
    name,
    version: 1,
    config: { collection, above, below, sum, from: from ?? null, keep },
    state: [{ kind: "latest", name, key: scope.tableKey, width: 2 }],
    types: [...new Set([...above, ...below])],
    collection: collectionNumber,
    needs: scope.states,
    observe(event, tables) {
      if (event.collection !== collectionNumber) return
      const under = below.includes(event.type)
      const over = above.includes(event.type) && reaches(event, from)
      const keys = under || over ? scope.ofEvent(event, tables) : 0
      const table = tables.fixed(name)
      for (let i = 0; i < keys; i++) {
        const page = table.touch(scope.keys[i]!)
        const at = table.offset(scope.keys[i]!)
        if (event.time > page[at]!) page[at] = event.time
        if (under) {
          page[at + 1] = page[at + 1]! * keep + 1
          page[at + 2]! *= keep
        }
        if (over) page[at + 2]! += sum === "value" ? event.value : 1
      }
    },
    merge(tables, source, target) {
      const table = tables.fixed(name)
      if (!table.has(source)) return 0
      const row = table.page(source).slice(table.offset(source), table.offset(source) + 3)
      const page = table.touch(target)
      const at = table.offset(target)
      page[at] = Math.max(page[at]!, row[0]!)
      page[at + 1]! += row[1]!
      page[at + 2]! += row[2]!
      table.clear(source)
      return 0
    },
  }
}
