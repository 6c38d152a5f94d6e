/** One differing cell as both sides have it, NaN for missing. */
export interface DifferingCell {
  readonly served: number
  readonly replayed: number
}

/**
 * Why a feature's served values differ from its replayed ones, as far as the values themselves tell.
 *
 * - `unit`: served is `factor` times replayed, such as hours for days.
 * - `shift`: served is replayed plus `by`, around a circle where values wrap (hours of a day): another time zone or another epoch.
 * - `missing read as a number`: serving wrote `value` where there was nothing; `number read as missing`: the other way round.
 * - `behind`: served is smaller: stale state, or updates that were missed. `ahead`: greater: events counted twice, or from after the request.
 * - `unexplained`: none of these.
 */
export type MismatchCause =
  | { readonly kind: "unit"; readonly factor: number }
  | { readonly kind: "shift"; readonly by: number }
  | { readonly kind: "missing read as a number"; readonly value: number }
  | { readonly kind: "number read as missing" }
  | { readonly kind: "behind" | "ahead" }
  | { readonly kind: "unexplained" }

/** Share of the cells that must agree on a cause. */
const MOST = 0.95
/** Equal cells a differing one, up to which a cause may be one that spares none. */
const FEW = 0.05
/** Values are f32: what agrees to this share of its size is equal. */
const CLOSE = 1e-4
/** Periods of values that wrap: days of a week, months, hours, minutes. */
const PERIODS = [7, 12, 24, 60]

/** How often the same feature did not differ, as shares of the cells that differ: another unit or time zone spares hardly any cell. */
export interface Agreement {
  /** Cells with equal numbers, and those of them that are not 0. */
  readonly equal: number
  readonly equalNonZero: number
}

/** The cause that explains at least 95 % of the cells. Shape of `cells`: `[n]`, n >= 1; some hundreds are enough. */
export function mismatchCause(cells: readonly DifferingCell[], agreement: Agreement = { equal: 0, equalNonZero: 0 }): MismatchCause {
  const share = (holds: (cell: DifferingCell) => boolean) => cells.filter(holds).length / cells.length
  if (share(({ replayed }) => Number.isNaN(replayed)) >= MOST) {
    return { kind: "missing read as a number", value: median(cells.map(({ served }) => served)) }
  }
  if (share(({ served }) => Number.isNaN(served)) >= MOST) return { kind: "number read as missing" }
  const factor = median(cells.map(({ served, replayed }) => served / replayed))
  if (
    agreement.equalNonZero < FEW &&
    Math.abs(factor) > CLOSE &&
    share(({ served, replayed }) => near(served, factor * replayed, served)) >= MOST
  )
    return { kind: "unit", factor: rounded(factor) }
  const by = median(cells.map(({ served, replayed }) => served - replayed))
  const highest = Math.max(...cells.flatMap(({ served, replayed }) => [served, replayed]).filter(Number.isFinite))
  for (const period of [Number.POSITIVE_INFINITY, ...PERIODS.filter((period) => highest < period)]) {
    const shifted = ({ served, replayed }: DifferingCell) =>
      near(aroundCircle(served - replayed - by, period), 0, Math.abs(served) + Math.abs(by))
    if (agreement.equal < FEW && share(shifted) >= MOST) return { kind: "shift", by: rounded(aroundCircle(by, period)) }
  }
  if (share(({ served, replayed }) => served < replayed) >= MOST) return { kind: "behind" }
  if (share(({ served, replayed }) => served > replayed) >= MOST) return { kind: "ahead" }
  return { kind: "unexplained" }
}

/** The cause in words, with what to look at. */
export function describeCause(cause: MismatchCause): string {
  switch (cause.kind) {
    case "unit":
      return `served is ${cause.factor} times replayed: another unit`
    case "shift":
      return `served is replayed ${cause.by < 0 ? "-" : "+"} ${Math.abs(cause.by)}: another time zone or starting point`
    case "missing read as a number":
      return `served is ${cause.value} where nothing was known: missing read as a number`
    case "number read as missing":
      return "served is missing where a number was known"
    case "behind":
      return "served is smaller: stale state or missed updates"
    case "ahead":
      return "served is greater: events counted twice, or from after the request"
    case "unexplained":
      return "no single cause explains the values"
  }
}

function near(a: number, b: number, scale: number): boolean {
  return Math.abs(a - b) <= CLOSE * Math.max(1e-3, Math.abs(scale))
}

/** The same place on a circle, in `(-period / 2, period / 2]`. */
function aroundCircle(value: number, period: number): number {
  return Number.isFinite(period) ? value - period * Math.round(value / period) : value
}

function median(values: readonly number[]): number {
  const sorted = values.filter((value) => Number.isFinite(value)).toSorted((a, b) => a - b)
  return sorted[sorted.length >> 1] ?? Number.NaN
}

function rounded(value: number): number {
  return Number(value.toPrecision(4))
}
