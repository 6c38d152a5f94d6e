import type { FeatureFactory } from "../family.ts"
import { HistoryProfile, RECENT } from "../history-profile.ts"
import { codesLength, codesStart, fieldState } from "../states/field-state.ts"

const DAY_MS = 86_400_000

/** How far back a history counts; see {@link overlap}. */
export interface OverlapOptions {
  /** Newest interactions looked at; default 200. */
  readonly recent?: number
  /** Days after which an interaction counts half in the recency-weighted share; default 14. */
  readonly halfLifeDays?: number
}

/**
 * The share of the user's history with the candidate's value of a category field, in `[0, 1]`, the mean over the values of a list:
 * `<field>.share`, and `<field>.recentShare` where newer interactions weigh more (off when timeless). NaN without history or value.
 */
export function overlap(field: string, { recent = RECENT, halfLifeDays = 14 }: OverlapOptions = {}): FeatureFactory {
  return (binding) => {
    const state = fieldState(binding, "item", field, ["code", "codes"])
    const profile = new HistoryProfile(binding.history.name, state)
    const { timeless } = binding
    return {
      name: `overlap ${field}`,
      version: 1,
      config: { field, recent, halfLifeDays },
      columns: timeless ? [`${field}.share`] : [`${field}.share`, `${field}.recentShare`],
      actors: ["user", "item"],
      states: [state, binding.history],
      switchedOff: timeless ? [`${field}.recentShare`] : [],
      read(tables, request, candidates, out, firstColumn) {
        const values = tables.fixed(state.name)
        profile.collect(tables, request.user, request.now, recent, timeless ? undefined : halfLifeDays * DAY_MS)
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          const at = row * out.cols + firstColumn
          const count = codesLength(values, state, item)
          const page = values.page(item)
          const start = codesStart(values, state, item)
          let plain = 0
          let decayed = 0
          for (let c = start; c < start + count; c++) {
            plain += profile.share(page[c]!)
            if (!timeless) decayed += profile.recentShare(page[c]!)
          }
          out.data[at] = plain / count
          if (!timeless) out.data[at + 1] = decayed / count
        }
      },
    }
  }
}
