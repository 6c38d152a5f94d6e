const DAY_MS = 86_400_000

/** A day of the year: a date, a weekday of a month (0 Monday; `nth` -1 is the last), or so many days after Easter Sunday. */
type Rule =
  | { readonly month: number; readonly day: number }
  | { readonly month: number; readonly weekday: number; readonly nth: number }
  | { readonly easter: number }

const on = (month: number, day: number): Rule => ({ month, day })
const the = (nth: number, weekday: number, month: number): Rule => ({ nth, weekday, month })
const easter = (days: number): Rule => ({ easter: days })

const NEW_YEAR = on(1, 1)
const LABOUR = on(5, 1)
const CHRISTMAS = on(12, 25)
const BOXING = on(12, 26)
const EPIPHANY = on(1, 6)
const ASSUMPTION = on(8, 15)
const ALL_SAINTS = on(11, 1)
const GOOD_FRIDAY = easter(-2)
const EASTER_MONDAY = easter(1)
const ASCENSION = easter(39)
const WHIT_MONDAY = easter(50)
const CORPUS_CHRISTI = easter(60)
const MONDAY = 0
const THURSDAY = 3

/** Public holidays of a country by its ISO code, those of fixed rules; elsewhere New Year and Christmas. Not complete: a product that knows better says so in the context. */
const COUNTRIES: Readonly<Record<string, readonly Rule[]>> = {
  AU: [NEW_YEAR, on(1, 26), GOOD_FRIDAY, EASTER_MONDAY, on(4, 25), CHRISTMAS, BOXING],
  BR: [NEW_YEAR, easter(-47), GOOD_FRIDAY, on(4, 21), LABOUR, CORPUS_CHRISTI, on(9, 7), on(10, 12), on(11, 2), on(11, 15), CHRISTMAS],
  CA: [NEW_YEAR, GOOD_FRIDAY, on(7, 1), the(1, MONDAY, 9), the(2, MONDAY, 10), CHRISTMAS, BOXING],
  CL: [NEW_YEAR, GOOD_FRIDAY, LABOUR, on(5, 21), on(7, 16), ASSUMPTION, on(9, 18), on(9, 19), ALL_SAINTS, on(12, 8), CHRISTMAS],
  DE: [NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY, LABOUR, ASCENSION, WHIT_MONDAY, on(10, 3), CHRISTMAS, BOXING],
  ES: [NEW_YEAR, EPIPHANY, GOOD_FRIDAY, LABOUR, ASSUMPTION, on(10, 12), ALL_SAINTS, on(12, 6), on(12, 8), CHRISTMAS],
  FR: [NEW_YEAR, EASTER_MONDAY, LABOUR, on(5, 8), ASCENSION, WHIT_MONDAY, on(7, 14), ASSUMPTION, ALL_SAINTS, on(11, 11), CHRISTMAS],
  GB: [NEW_YEAR, GOOD_FRIDAY, EASTER_MONDAY, the(1, MONDAY, 5), the(-1, MONDAY, 5), the(-1, MONDAY, 8), CHRISTMAS, BOXING],
  IN: [on(1, 26), ASSUMPTION, on(10, 2), CHRISTMAS],
  IT: [NEW_YEAR, EPIPHANY, EASTER_MONDAY, on(4, 25), LABOUR, on(6, 2), ASSUMPTION, ALL_SAINTS, on(12, 8), CHRISTMAS, BOXING],
  JP: [
    NEW_YEAR,
    the(2, MONDAY, 1),
    on(2, 11),
    on(2, 23),
    on(4, 29),
    on(5, 3),
    on(5, 4),
    on(5, 5),
    the(3, MONDAY, 7),
    on(8, 11),
    the(3, MONDAY, 9),
    the(2, MONDAY, 10),
    on(11, 3),
    on(11, 23),
  ],
  MX: [NEW_YEAR, the(1, MONDAY, 2), the(3, MONDAY, 3), LABOUR, on(9, 16), the(3, MONDAY, 11), CHRISTMAS],
  NL: [NEW_YEAR, EASTER_MONDAY, on(4, 27), ASCENSION, WHIT_MONDAY, CHRISTMAS, BOXING],
  PL: [NEW_YEAR, EPIPHANY, EASTER_MONDAY, LABOUR, on(5, 3), CORPUS_CHRISTI, ASSUMPTION, ALL_SAINTS, on(11, 11), CHRISTMAS, BOXING],
  SE: [NEW_YEAR, EPIPHANY, GOOD_FRIDAY, EASTER_MONDAY, LABOUR, ASCENSION, on(6, 6), CHRISTMAS, BOXING],
  US: [
    NEW_YEAR,
    the(3, MONDAY, 1),
    the(3, MONDAY, 2),
    the(-1, MONDAY, 5),
    on(6, 19),
    on(7, 4),
    the(1, MONDAY, 9),
    the(4, THURSDAY, 11),
    CHRISTMAS,
  ],
}

const ELSEWHERE = [NEW_YEAR, CHRISTMAS]
/** Countries whose summer is at the turn of the year. */
const SOUTHERN = new Set(["AR", "AU", "BR", "CL", "NZ", "PE", "UY", "ZA"])

const names = new Intl.DisplayNames(["en"], { type: "region" })
const codes = new Map([...Object.keys(COUNTRIES), ...SOUTHERN].map((code) => [names.of(code)!.toLowerCase(), code]))

/** The ISO code of a country given by its code or its English name; the text itself where it is neither. */
export function countryCode(text: string): string {
  return codes.get(text.toLowerCase()) ?? text.toUpperCase()
}

/** True where July is winter. */
export function isSouthern(country: string): boolean {
  return SOUTHERN.has(country)
}

/** Days from a day to the next public holiday of a country, 0 on one. @param day - days since the epoch */
export function daysToHoliday(country: string, day: number): number {
  const rules = COUNTRIES[country] ?? ELSEWHERE
  const year = new Date(day * DAY_MS).getUTCFullYear()
  let least = Number.POSITIVE_INFINITY
  for (const rule of rules) {
    for (const when of [dayOf(rule, year), dayOf(rule, year + 1)]) if (when >= day) least = Math.min(least, when - day)
  }
  return least
}

/** The day of a year that a rule names, in days since the epoch. */
function dayOf(rule: Rule, year: number): number {
  if ("easter" in rule) return easterSunday(year) + rule.easter
  if ("day" in rule) return Date.UTC(year, rule.month - 1, rule.day) / DAY_MS
  const { month, nth, weekday } = rule
  if (nth > 0) {
    const first = Date.UTC(year, month - 1, 1) / DAY_MS
    return first + ((weekday - weekdayOf(first) + 7) % 7) + 7 * (nth - 1)
  }
  const last = Date.UTC(year, month, 0) / DAY_MS
  return last - ((weekdayOf(last) - weekday + 7) % 7)
}

/** 0 Monday to 6; epoch day 0 was a Thursday. */
const weekdayOf = (day: number) => (((day + 3) % 7) + 7) % 7

/** Easter Sunday of a year, in days since the epoch. @see Butcher's algorithm, Meeus 1991, Astronomical Algorithms, chapter 8 */
export function easterSunday(year: number): number {
  const a = year % 19
  const b = Math.floor(year / 100)
  const c = year % 100
  const h = (19 * a + b - Math.floor(b / 4) - Math.floor((b - Math.floor((b + 8) / 25) + 1) / 3) + 15) % 30
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7
  const m = Math.floor((a + 11 * h + 22 * l) / 451)
  const month = Math.floor((h + l - 7 * m + 114) / 31)
  return Date.UTC(year, month - 1, ((h + l - 7 * m + 114) % 31) + 1) / DAY_MS
}
