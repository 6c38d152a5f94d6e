/** Units a quantity may carry; a document writes the unit beside every number. */
export type Unit =
  | "µs"
  | "ms"
  | "s"
  | "hours"
  | "days"
  | "QPS"
  | "B"
  | "items"
  | "users"
  | "rows"
  | "rows/day"
  | "requests/day"
  | "shards"
  | "cores"
  | "machines"
  | "$/hour"
  | "$"
  | "$/1,000 requests"
  | "share"
  | "%"
  | "x"

/** How a number came to be known. `assumed` is a guess to be replaced by a measurement, `computed` follows from other numbers. */
export type SourceKind = "stated" | "assumed" | "published" | "measured" | "computed"

/** Where a number comes from: how it is known, and who said so, why it is assumed, which run measured it, or by which formula. */
export interface Source {
  readonly kind: SourceKind
  readonly where: string
}

/** A number that can be defended: its value, its unit, and where it comes from. */
export interface Quantity {
  readonly value: number
  readonly unit: Unit
  readonly source: Source
}

/** A requirement: someone decided it, such as a service level. */
export const stated = (value: number, unit: Unit, where = "service level"): Quantity => ({ value, unit, source: { kind: "stated", where } })

/** A guess; `where` says what makes it plausible. */
export const assumed = (value: number, unit: Unit, where: string): Quantity => ({ value, unit, source: { kind: "assumed", where } })

/** A figure others have published. */
export const published = (value: number, unit: Unit, where: string): Quantity => ({ value, unit, source: { kind: "published", where } })

/** A figure measured by trommel; `where` names the run, benchmark or report. */
export const measured = (value: number, unit: Unit, where: string): Quantity => ({ value, unit, source: { kind: "measured", where } })

/** A figure that follows from others; `where` is the formula. */
export const computed = (value: number, unit: Unit, where: string): Quantity => ({ value, unit, source: { kind: "computed", where } })

/**
 * A quantity as people read it, unit beside the number: `12.5 ms`, `1,000 QPS`, `3.2 GB`, `5 %`.
 *
 * Bytes take decimal prefixes up to PB; times stay in their unit, rounded to 4 significant digits; counts of a million and more are spelled.
 */
export function formatQuantity({ value, unit }: Pick<Quantity, "value" | "unit">): string {
  if (unit === "B") return formatBytes(value)
  if (unit === "share") return `${formatNumber(value * 100)} %`
  if (unit.startsWith("$")) return `$${formatNumber(value)}${unit.slice(1) === "" ? "" : ` ${unit.slice(1).replace("/", "per ")}`}`
  if (unit === "x") return `${formatNumber(value)} times`
  return `${formatNumber(value)} ${value === 1 ? (singular[unit] ?? unit) : unit}`
}

const singular: Readonly<Partial<Record<Unit, string>>> = {
  hours: "hour",
  days: "day",
  items: "item",
  users: "user",
  rows: "row",
  shards: "shard",
  cores: "core",
  machines: "machine",
}

/** Bytes with a decimal prefix: `51.2 MB`. */
export function formatBytes(bytes: number): string {
  const names = ["B", "kB", "MB", "GB", "TB", "PB"]
  let scaled = bytes
  let step = 0
  while (Math.abs(scaled) >= 1000 && step < names.length - 1) {
    scaled /= 1000
    step += 1
  }
  return `${formatNumber(scaled)} ${names[step]}`
}

/** A number with thousands separators; whole below a million stays whole, otherwise 4 significant digits; `million`, `billion`, `trillion` above. */
export function formatNumber(value: number): string {
  if (!Number.isFinite(value)) return value > 0 ? "unbounded" : "unknown"
  const size = Math.abs(value)
  for (const [limit, name] of spelled) if (size >= limit) return `${grouped(rounded(value / limit))} ${name}`
  return grouped(Number.isInteger(value) ? value : rounded(value))
}

const spelled = [
  [1e12, "trillion"],
  [1e9, "billion"],
  [1e6, "million"],
] as const

const rounded = (value: number) => (Math.abs(value) >= 1e4 ? Math.round(value) : Number(value.toPrecision(4)))

function grouped(value: number): string {
  const [whole, part] = String(value).split(".") as [string, string | undefined]
  const body = whole.replace(/\B(?=(\d{3})+(?!\d))/g, ",")
  return part === undefined ? body : `${body}.${part}`
}
