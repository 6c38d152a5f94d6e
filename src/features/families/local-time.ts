import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
/** Epoch day 0 was a Thursday. */
const THURSDAY = 3

/**
 * The moment of the request on the clock of whoever asks, in steps that trees split on: `time.hour` 0 to 23, `time.weekday` 0 (Monday) to 6,
 * `time.weekend` 1 or 0, `time.month` 0 to 11. For a circle, on which midnight is near midnight, see `timeOfDay`. Off when the data is timeless.
 *
 * @param options.utcOffsetMinutes - minutes that the clock is ahead of UTC; default 0
 * @param options.offsetField - number of the request's context that says so for this request
 */
export function localTime({
  utcOffsetMinutes = 0,
  offsetField,
}: {
  readonly utcOffsetMinutes?: number
  readonly offsetField?: string
} = {}): FeatureFactory {
  const columns = ["time.hour", "time.weekday", "time.weekend", "time.month"]
  return ({ timeless }) => ({
    name: "local time",
    version: 1,
    config: { utcOffsetMinutes, offsetField: offsetField ?? null },
    columns: timeless ? [] : columns,
    actors: ["context"],
    codes: timeless ? [] : ["time.weekday", "time.month"],
    states: [],
    switchedOff: timeless ? columns : [],
    read(_tables, request, candidates, out, firstColumn) {
      const said = offsetField === undefined ? undefined : request.context[offsetField]
      const local = request.now + (typeof said === "number" ? said : utcOffsetMinutes) * 60_000
      const day = Math.floor(local / DAY_MS)
      const weekday = (((day + THURSDAY) % 7) + 7) % 7
      fillColumn(out, candidates.size, firstColumn, Math.floor((local - day * DAY_MS) / HOUR_MS))
      fillColumn(out, candidates.size, firstColumn + 1, weekday)
      fillColumn(out, candidates.size, firstColumn + 2, weekday >= 5 ? 1 : 0)
      fillColumn(out, candidates.size, firstColumn + 3, new Date(local).getUTCMonth())
    },
  })
}
