import type { StateTables } from "../../core/index.ts"
import { fillColumn } from "../columns.ts"
import type { FeatureFactory, FeatureRequest } from "../family.ts"
import { countryCode, daysToHoliday, isSouthern } from "../holidays.ts"
import { fieldNumber, fieldState } from "../states/field-state.ts"

const DAY_MS = 86_400_000
const YEAR_DAYS = 365.2425

/**
 * The season as a point on the circle of the year, `time.yearSin` and `time.yearCos`, turned by half a year south of the equator; days to the next
 * public holiday, `holiday.days`, and whether one is within three days, `holiday.near`. Off when timeless.
 *
 * The country is that of the context, else the user's own; its holidays come from a table that has those of fixed rules. A context with
 * `daysToHoliday`, a number, knows better.
 * @param options.country - category field of the user and of the context
 * @param options.utcOffsetMinutes - minutes that the product's clock is ahead of UTC
 */
export function season({
  country = "country",
  utcOffsetMinutes = 0,
}: {
  readonly country?: string
  readonly utcOffsetMinutes?: number
} = {}): FeatureFactory {
  const columns = ["time.yearSin", "time.yearCos", "holiday.days", "holiday.near"]
  return (binding) => {
    const { timeless, schema } = binding
    const own = schema.user?.[country]?.type === "category" ? fieldState(binding, "user", country, ["code"]) : undefined
    const known = new Map<string, number>()
    const countryOf = (tables: StateTables, { context, user }: FeatureRequest): string => {
      const said = context[country]
      if (typeof said === "string") return countryCode(said)
      const code = own === undefined ? Number.NaN : fieldNumber(tables, own, user)
      return Number.isNaN(code) ? "" : countryCode(own!.codes!.name(code))
    }
    const daysTo = (place: string, day: number): number => {
      const key = `${place} ${day}`
      const found = known.get(key) ?? daysToHoliday(place, day)
      if (known.size > 1000) known.clear()
      known.set(key, found)
      return found
    }
    return {
      name: "season",
      version: 1,
      config: { country, utcOffsetMinutes },
      columns: timeless ? [] : columns,
      actors: ["context"],
      personal: own !== undefined,
      states: own === undefined ? [] : [own],
      switchedOff: timeless ? columns : [],
      read(tables, request, candidates, out, firstColumn) {
        const day = Math.floor((request.now + utcOffsetMinutes * 60_000) / DAY_MS)
        const place = countryOf(tables, request)
        const angle = 2 * Math.PI * (day / YEAR_DAYS + (isSouthern(place) ? 0.5 : 0))
        const said = request.context.daysToHoliday
        const days = typeof said === "number" ? said : daysTo(place, day)
        fillColumn(out, candidates.size, firstColumn, Math.sin(angle))
        fillColumn(out, candidates.size, firstColumn + 1, Math.cos(angle))
        fillColumn(out, candidates.size, firstColumn + 2, days)
        fillColumn(out, candidates.size, firstColumn + 3, days <= 3 ? 1 : 0)
      },
    }
  }
}
