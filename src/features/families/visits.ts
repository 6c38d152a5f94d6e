import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"

/** Events of a history that are looked at, the newest. */
const RECENT = 200

/**
 * How a user's visits went, over the newest 200 events of the history: minutes from the first to the last event of a visit,
 * `user.visit.minutes`, and events in one, `user.visit.events`, each the mean; a longer pause begins a new visit. NaN without a history. Off when
 * timeless.
 *
 * @param options.gapMinutes - a longer pause ends a visit; default 30
 */
export function visits({ gapMinutes = 30 }: { readonly gapMinutes?: number } = {}): FeatureFactory {
  const columns = ["user.visit.minutes", "user.visit.events"]
  return ({ timeless, history }) => ({
    name: "visits",
    version: 1,
    config: { gapMinutes, recent: RECENT },
    columns: timeless ? [] : columns,
    actors: ["user"],
    states: [history],
    switchedOff: timeless ? columns : [],
    read(tables, request, candidates, out, firstColumn) {
      const list = tables.list(history.name)
      const length = request.user < 0 ? 0 : list.length(request.user)
      const held = Math.min(length, RECENT)
      let minutes = 0
      let count = 0
      if (held > 0) {
        const page = list.page(request.user)
        const start = list.start(request.user)
        let before = Number.NaN
        for (let place = length - held; place < length; place++) {
          const time = page[start + place * list.width + 1]!
          const gap = Math.abs(time - before) / 60_000
          if (gap <= gapMinutes) minutes += gap
          else count++
          before = time
        }
      }
      fillColumn(out, candidates.size, firstColumn, minutes / count)
      fillColumn(out, candidates.size, firstColumn + 1, held / count)
    },
  })
}
