const ISO = /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?(?:(Z)|([+-])(\d\d):?(\d\d)?)?)?$/i

/**
 * Epoch milliseconds of an ISO 8601 date or date and time: `2026-11-24`, `2026-11-24T08:15Z`, `2026-11-24 08:15:30.250+02:00`.
 *
 * A text without a zone is UTC, on every machine. Fractions below a millisecond are cut.
 * @returns NaN when the text is no such moment; 30 February is none
 */
export function parseIsoTime(text: string): number {
  const parts = ISO.exec(text)
  if (parts === null) return Number.NaN
  const [year, month, day, hour, minute, second] = [1, 2, 3, 4, 5, 6].map((part) => Number(parts[part] ?? 0)) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ]
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || hour > 23 || minute > 59 || second > 59) return Number.NaN
  const midnight = new Date(0).setUTCFullYear(year, month - 1, day)
  const milliseconds = Number((parts[7] ?? "").slice(0, 3).padEnd(3, "0"))
  const offsetMinutes = Number(parts[10] ?? 0) * 60 + Number(parts[11] ?? 0)
  if (offsetMinutes > 14 * 60 || Number(parts[11] ?? 0) > 59) return Number.NaN
  return midnight + (hour * 60 + minute) * 60_000 + second * 1000 + milliseconds - (parts[9] === "-" ? -1 : 1) * offsetMinutes * 60_000
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28
  return month === 4 || month === 6 || month === 9 || month === 11 ? 30 : 31
}

/**
 * Epoch milliseconds of a number that may count seconds, milliseconds, microseconds or nanoseconds, told apart by size as tables of the years
 * 1973 to 5138 allow, or of an ISO 8601 text. For tables, whose writers do not say; events must send milliseconds.
 * @returns NaN when it is no time
 */
export function guessEpochMs(value: number | string): number {
  if (typeof value === "string" && !/^-?\d+(\.\d+)?$/.test(value)) return parseIsoTime(value)
  const number = Number(value)
  const size = Math.abs(number)
  if (size < 1e11) return Math.floor(number * 1000)
  if (size < 1e14) return Math.floor(number)
  return Math.floor(size < 1e17 ? number / 1000 : number / 1e6)
}
