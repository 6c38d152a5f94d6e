import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"

const DAY_MS = 86_400_000
/** Epoch day 0 was a Thursday: four days later a week starts on Monday. */
const MONDAY_MS = 4 * DAY_MS

/**
 * The moment of the request as points on two circles, the day and the week: sine and cosine of each, so that midnight is near midnight.
 * Off when the data is timeless.
 *
 * @param utcOffsetMinutes - minutes that the product's clock is ahead of UTC
 */
export function timeOfDay({ utcOffsetMinutes = 0 }: { readonly utcOffsetMinutes?: number } = {}): FeatureFactory {
  const columns = ["time.daySin", "time.dayCos", "time.weekSin", "time.weekCos"]
  return ({ timeless }) => ({
    name: "time of day",
    version: 1,
    config: { utcOffsetMinutes },
    columns: timeless ? [] : columns,
    actors: ["context"],
    states: [],
    switchedOff: timeless ? columns : [],
    read(_tables, request, candidates, out, firstColumn) {
      const local = request.now + utcOffsetMinutes * 60_000
      const day = (2 * Math.PI * local) / DAY_MS
      const week = (2 * Math.PI * (local - MONDAY_MS)) / (7 * DAY_MS)
      fillColumn(out, candidates.size, firstColumn, Math.sin(day))
      fillColumn(out, candidates.size, firstColumn + 1, Math.cos(day))
      fillColumn(out, candidates.size, firstColumn + 2, Math.sin(week))
      fillColumn(out, candidates.size, firstColumn + 3, Math.cos(week))
    },
  })
}
