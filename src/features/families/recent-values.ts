import { fillColumn } from "../columns.ts"
import type { FeatureFactory, StateFamily } from "../family.ts"
import { aggregateWindow } from "../point-in-time.ts"
import { splitWindows, type Window, windowMs } from "../windows.ts"

/** What is said of the values in a window. */
export type ValueSummary = "count" | "sum" | "mean" | "max"

/** Which values are kept; see {@link recentValues}. */
export interface RecentValuesOptions {
  readonly by: "item" | "user"
  readonly types: readonly string[]
  readonly windows: readonly Window[]
  /** Default `["mean", "max"]`. */
  readonly as?: readonly ValueSummary[]
  /** Newest events kept a key, 16 bytes each; default 128. */
  readonly limit?: number
}

/**
 * The values of an item's or user's newest events, such as minutes watched, exactly over `(now - window, now]`:
 * `<by>.<types>.value.<window>.<summary>`. Counts and sums are 0 and means and maxima NaN when there was none. Timeless data keeps `all` alone.
 */
export function recentValues({ by, types, windows, as = ["mean", "max"], limit = 128 }: RecentValuesOptions): FeatureFactory {
  return (binding) => {
    const { kept, off } = splitWindows(windows, binding.timeless)
    const spans = kept.map((window) => windowMs(window, "recentValues"))
    const kinds = [...new Set(types)].sort()
    const name = `${binding.collection}.${by}.${kinds.join("+")}.values`
    const state: StateFamily = {
      name,
      version: 1,
      config: { collection: binding.collection, types: kinds, limit },
      state: [{ kind: "list", name, key: by, limit, width: 2 }],
      types: kinds,
      collection: binding.collectionNumber,
      observe(event, tables) {
        const key = by === "item" ? event.item : event.user
        if (key >= 0 && event.collection === binding.collectionNumber) tables.list(name).push(key, event.value, event.time)
      },
    }
    const columns = (listed: readonly Window[]) =>
      listed.flatMap((window) => as.map((summary) => `${by}.${kinds.join("+")}.value.${window}.${summary}`))
    return {
      name: `recent values ${by}.${kinds.join("+")}`,
      version: 1,
      config: { by, types: kinds, windows: kept, as, limit },
      columns: columns(kept),
      actors: [by],
      states: [state],
      switchedOff: columns(off),
      read(tables, request, candidates, out, firstColumn) {
        const list = tables.list(name)
        const rows = by === "item" ? candidates.size : Math.min(1, candidates.size)
        for (let row = 0; row < rows; row++) {
          const key = by === "item" ? candidates.ids[row]! : request.user
          const length = key < 0 ? 0 : list.length(key)
          for (let w = 0; w < spans.length; w++) {
            const found = aggregateWindow(list.page(Math.max(0, key)), list.start(Math.max(0, key)), length, request.now, spans[w]!)
            for (let s = 0; s < as.length; s++) {
              const value = found[as[s]!] ?? Number.NaN
              if (by === "item") out.data[row * out.cols + firstColumn + w * as.length + s] = value
              else fillColumn(out, candidates.size, firstColumn + w * as.length + s, value)
            }
          }
        }
      },
    }
  }
}
