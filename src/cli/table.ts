/** Rows as aligned columns, the first row being the heading. Numbers stand right, text left. */
export function table(heading: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const cells = rows.map((row) => row.map(String))
  const widths = heading.map((name, i) => Math.max(name.length, ...cells.map((row) => (row[i] ?? "").length)))
  const isNumeric = heading.map(
    (_, i) => cells.length > 0 && cells.every((row) => /^([-+]?[\d,.]+( ?[%A-Za-z]{1,3})?|-|)$/.test(row[i] ?? "")),
  )
  const line = (row: readonly string[]) =>
    heading
      .map((_, i) => (isNumeric[i] ? (row[i] ?? "").padStart(widths[i]!) : (row[i] ?? "").padEnd(widths[i]!)))
      .join("  ")
      .trimEnd()
  return `${[line(heading), line(widths.map((width) => "-".repeat(width))), ...cells.map(line)].join("\n")}\n`
}

/** Names and values, one pair a line. */
export function pairs(entries: readonly (readonly [string, string])[]): string {
  const width = Math.max(0, ...entries.map(([name]) => name.length))
  return entries.map(([name, value]) => `${name.padEnd(width)}  ${value}\n`).join("")
}

/** A whole number with commas. */
export function count(value: number): string {
  return Math.round(value).toLocaleString("en-US")
}

/** A measure with four decimals, or fewer when it is large. */
export function measure(value: number): string {
  if (!Number.isFinite(value)) return "-"
  return Math.abs(value) >= 100 ? value.toFixed(1) : value.toFixed(4)
}

/** A moment as people read it, in universal time. */
export function moment(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 16).replace("T", " ")} UTC`
}

/** The same to the second. */
export function second(ms: number): string {
  return `${new Date(ms).toISOString().slice(0, 19).replace("T", " ")} UTC`
}

/** Bytes in a unit people read. */
export function bytes(value: number): string {
  const unit = value >= 1e9 ? ([1e9, "GB"] as const) : value >= 1e6 ? ([1e6, "MB"] as const) : ([1e3, "kB"] as const)
  return `${(value / unit[0]).toFixed(1)} ${unit[1]}`
}
