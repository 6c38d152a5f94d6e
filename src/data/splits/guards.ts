import { InvalidArgument } from "../../core/index.ts"
import type { Split } from "./split.ts"

/** The order the parts have to come in. */
const PARTS = ["train", "validation", "test"] as const

/**
 * Makes sure that everything trained on happened before everything validated on, and that before everything tested: forecasts, and every
 * model that will be used on what has not happened yet, are measured so.
 *
 * @param times - of each row; shape `[n]`
 * @throws {@link InvalidArgument} naming the two rows that overlap
 */
export function checkTimeOrder(split: Split, times: ArrayLike<number>): void {
  let latest = { time: Number.NEGATIVE_INFINITY, row: -1, part: "" }
  for (const part of PARTS) {
    let newest = latest
    for (const row of split[part]) {
      const time = times[row]!
      if (!(time > latest.time)) {
        const expected = `times of ${part} after all of ${latest.part || "what was before"}`
        const came = `row ${row} at ${shown(time)}, ${latest.part} row ${latest.row} at ${shown(latest.time)}`
        throw new InvalidArgument("checkTimeOrder", expected, came, "Split with splitByTime or rollingSplits.")
      }
      if (time > newest.time) newest = { time, row, part }
    }
    latest = newest
  }
}

/**
 * Makes sure that no group is in two parts.
 *
 * @param groups - of each row, such as the user; shape `[n]`
 * @throws {@link InvalidArgument} naming the group and its rows
 */
export function checkGroups(split: Split, groups: ArrayLike<number | string>): void {
  const home = new Map<number | string, { part: string; row: number }>()
  for (const part of PARTS) {
    for (const row of split[part]) {
      const group = groups[row]!
      const first = home.get(group)
      if (first === undefined) home.set(group, { part, row })
      else if (first.part !== part) {
        const came = `${JSON.stringify(group)} in ${first.part} row ${first.row} and ${part} row ${row}`
        throw new InvalidArgument("checkGroups", "each group in one part", came, "Split with splitByGroup.")
      }
    }
  }
}

/** A part of the calendar, and how many different values it has. */
const CYCLES = {
  hour: { count: 24, of: (date: Date) => date.getUTCHours() },
  weekday: { count: 7, of: (date: Date) => date.getUTCDay() },
  month: { count: 12, of: (date: Date) => date.getUTCMonth() },
  season: { count: 4, of: (date: Date) => Math.floor(((date.getUTCMonth() + 1) % 12) / 3) },
} as const

/** A cycle that behaviour follows: `season` counts from December. In UTC. */
export type Cycle = keyof typeof CYCLES

/** Which values of a cycle a part holds. */
export interface PatternCoverage {
  readonly part: "train" | "validation" | "test"
  readonly cycle: Cycle
  /** Rows at each value, shape `[7]` for weekdays from Sunday, `[12]` for months from January. */
  readonly rows: readonly number[]
  /** Values with no row. */
  readonly missing: readonly number[]
}

/** Which weekdays, months and so on each part with rows holds. @param times - epoch milliseconds of each row; shape `[n]` */
export function patternCoverage(split: Split, times: ArrayLike<number>, cycles: readonly Cycle[] = ["weekday"]): PatternCoverage[] {
  return PARTS.filter((part) => split[part].length > 0).flatMap((part) =>
    cycles.map((cycle) => {
      const { count, of } = CYCLES[cycle]
      const rows = new Array<number>(count).fill(0)
      for (const row of split[part]) rows[of(new Date(times[row]!))]! += 1
      return { part, cycle, rows, missing: rows.flatMap((found, value) => (found === 0 ? [value] : [])) }
    }),
  )
}

const WEEKDAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"]

/**
 * Makes sure that every part holds every value of the cycles: a test week without a weekend says nothing about weekends.
 *
 * @throws {@link InvalidArgument} naming the part and what it lacks
 */
export function checkPatterns(split: Split, times: ArrayLike<number>, cycles: readonly Cycle[] = ["weekday"]): void {
  for (const { part, cycle, missing } of patternCoverage(split, times, cycles)) {
    if (missing.length === 0) continue
    const lacking = missing.map((value) => (cycle === "weekday" ? WEEKDAYS[value] : cycle === "month" ? value + 1 : value)).join(", ")
    throw new InvalidArgument(
      "checkPatterns",
      `every ${cycle} in ${part}`,
      `none of ${lacking}`,
      "Make the part longer, or leave the cycle out if the product has none.",
    )
  }
}

const shown = (time: number) => (Number.isFinite(time) && Math.abs(time) < 8.64e15 ? new Date(time).toISOString() : String(time))
