import type { Candidates, FixedTable, Matrix } from "../../core/index.ts"
import type { FeatureFactory } from "../family.ts"
import { HistoryProfile, RECENT } from "../history-profile.ts"
import { codesLength, codesStart, type FieldState, fieldState } from "../states/field-state.ts"

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
      states: [state, binding.history],
      switchedOff: timeless ? [`${field}.recentShare`] : [],
      read(tables, request, candidates, out, firstColumn) {
        const values = tables.fixed(state.name)
        profile.collect(tables, request.user, request.now, recent)
        writeShares(profile, values, state, candidates, out, firstColumn)
        if (timeless) return
        profile.collect(tables, request.user, request.now, recent, halfLifeDays * DAY_MS)
        writeShares(profile, values, state, candidates, out, firstColumn + 1)
      },
    }
  }
}

function writeShares(
  profile: HistoryProfile,
  values: FixedTable,
  state: FieldState,
  candidates: Candidates,
  out: Matrix,
  column: number,
): void {
  for (let row = 0; row < candidates.size; row++) {
    const item = candidates.ids[row]!
    const count = codesLength(values, state, item)
    let sum = count === 0 ? Number.NaN : 0
    if (count > 0) {
      const page = values.page(item)
      const start = codesStart(values, state, item)
      for (let c = start; c < start + count; c++) sum += profile.share(page[c]!)
    }
    out.data[row * out.cols + column] = sum / count
  }
}
