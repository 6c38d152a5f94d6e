import { type Advice, formatQuantity } from "../../problem/index.ts"
import type { Leak } from "../quality/leaks.ts"
import type { DataCard } from "./data-card.ts"
import type { DataPage } from "./data-page.ts"
import type { Violation } from "./data-schema.ts"
import type { FieldSummary } from "./field-summary.ts"
import type { RatesOverTime } from "./label-rates.ts"
import type { ClickRate, PlacementRates } from "./placement-rates.ts"
import type { ColumnDrift } from "./span-drift.ts"
import { sparkline } from "./sparkline.ts"

/** A data page as text for a terminal. */
export function renderDataPage(page: DataPage, title: string): string {
  const { card, rates, drift, placements, leaks, violations, advice } = page
  const fields = [...card.itemFields.map((field) => row("item", field)), ...card.userFields.map((field) => row("user", field))]
  const unknown = Object.entries(card.unknownFields).map(([name, count]) => `${name} (${whole(count)})`)
  const sections = [
    title,
    facts(card),
    fields.length === 0 ? "" : `FIELDS\n${columns(["field", "kind", "missing", "values", "shape"], fields)}`,
    unknown.length === 0 ? "" : `FIELDS THAT THE SCHEMA DOES NOT HAVE\n  ${unknown.join(", ")}`,
    rates === undefined ? "OVER TIME\n  the data has no times" : `OVER TIME, by ${rates.width}\n${overTime(rates)}`,
    drift === undefined
      ? ""
      : `DRIFT, ${day(drift.before.from)} .. ${day(drift.before.to)} against ${day(drift.after.from)} .. ${day(drift.after.to)}\n${drifts(drift.columns)}`,
    placements === undefined ? "" : `SHOWN AND CLICKED, by placement and place\n${placementRows(placements)}`,
    leaks === undefined || leaks.length === 0 ? "" : `LEAKS\n${leaks.map(leakLine).join("\n")}`,
    violations === undefined ? "" : `AGAINST THE FROZEN SCHEMA\n${violationLines(violations)}`,
    advice.length === 0 ? "" : `ADVICE\n${advice.map(adviceLine).join("\n")}`,
  ]
  return `${sections.filter((section) => section !== "").join("\n\n")}\n`
}

function facts({ records, users, items, interactions, shown, time }: DataCard): string {
  const types = interactions.types.map(
    ({ type, count, meanValue }) => `${type} ${whole(count)}${meanValue === null ? "" : `, mean ${short(meanValue)}`}`,
  )
  const { longTail } = interactions
  return columns(undefined, [
    ["records", whole(records)],
    ["users, items", `${whole(users)}, ${whole(items)}`],
    ["interactions", types.length === 0 ? "0" : types.join("; ")],
    ["long tail", `the top 1 % of items have ${percent(longTail.top1)} of them, the top 10 % ${percent(longTail.top10)}`],
    [
      "shown",
      shown.labelRate === null
        ? "nothing"
        : `${whole(shown.items)} items in ${whole(shown.lists)} lists, label rate ${percent(shown.labelRate)}`,
    ],
    ["time", time.from === null ? "none" : time.timeless ? "one timestamp for all" : `${day(time.from)} .. ${day(time.to!)}`],
  ])
}

function row(owner: string, { name, type, category, missingRate, numbers, distinct, top }: FieldSummary): string[] {
  const isLength = type === "text" || type === "categories" || type === "vector"
  const asText = (value: number) => (type === "time" ? day(new Date(value).toISOString()) : short(value))
  const range = numbers && `${asText(numbers.min)} .. ${asText(numbers.median)} .. ${asText(numbers.max)}${isLength ? " long" : ""}`
  const first = top?.slice(0, 3).map(({ value, share }) => `${value.slice(0, 24)} ${percent(share)}`)
  const names = first && `${whole(distinct!)} different: ${first.join(", ")}`
  const shape = top === undefined ? sparkline(numbers?.histogram.counts ?? []) : sparkline(top.map(({ share }) => share))
  return [`${owner}.${name}`, category ?? "", percent(missingRate), names ?? range ?? "", shape]
}

function overTime({ buckets }: RatesOverTime): string {
  const line = (name: string, values: readonly (number | null)[], of: (value: number) => string): string[] => {
    const known = values.filter((value) => value !== null)
    const [least, most] = [Math.min(...known), Math.max(...known)]
    return [name, sparkline(values.map((value) => value ?? 0)), `${of(least)} .. ${of(most)}`]
  }
  const lines = [
    line(
      "interactions",
      buckets.map(({ interactions }) => interactions),
      whole,
    ),
  ]
  if (buckets.some(({ shown }) => shown > 0)) {
    lines.push(
      line(
        "shown",
        buckets.map(({ shown }) => shown),
        whole,
      ),
    )
    lines.push(
      line(
        "label rate",
        buckets.map(({ labelRate }) => labelRate),
        percent,
      ),
    )
  }
  if (buckets.some(({ meanValue }) => meanValue !== null))
    lines.push(
      line(
        "mean value",
        buckets.map(({ meanValue }) => meanValue),
        short,
      ),
    )
  return `${columns(undefined, lines)}\n  from ${day(buckets[0]!.from)} to ${day(buckets.at(-1)!.from)}`
}

function drifts(found: readonly ColumnDrift[]): string {
  if (found.length === 0) return "  too few interactions in a span to compare"
  const rows = found.map(({ column, verdict, psi, p, distance, detail }) => [
    column,
    verdict,
    psi.toFixed(3),
    chance(p),
    distance.toFixed(3),
    detail,
  ])
  return columns(["column", "verdict", "psi", "p", "distance", "what changed"], rows)
}

function placementRows(placements: readonly PlacementRates[]): string {
  const rate = ({ shown, clicked, clickRate }: ClickRate) => [whole(shown), whole(clicked), clickRate === null ? "-" : percent(clickRate)]
  const rows = placements.flatMap((of) => [
    [of.placement, "all", whole(of.lists), ...rate(of)],
    ...of.places.map((row) => [
      "",
      row.to === null ? `${row.from} on` : row.to === row.from ? `${row.to}` : `${row.from} to ${row.to}`,
      "",
      ...rate(row),
    ]),
  ])
  return columns(["placement", "place", "lists", "seen", "clicked", "rate"], rows)
}

function violationLines(violations: readonly Violation[]): string {
  if (violations.length === 0) return "  nothing breaks it"
  return columns(
    ["field", "rule", "expected", "came"],
    violations.map(({ field, rule, expected, came }) => [field, rule, expected, came]),
  )
}

function leakLine({ kind, column, statistic, value, threshold, why }: Leak): string {
  return `  ${column}: ${kind}\n    ${why} (${statistic} ${short(value)}, from ${threshold} on)`
}

function adviceLine({ topic, choose, why, evidence }: Advice): string {
  const numbers = evidence.map(
    ({ name, quantity }) => `${name} ${quantity.unit === "x" ? short(quantity.value) : formatQuantity(quantity)}`,
  )
  return `  ${topic}: ${choose}\n    ${why} (${numbers.join("; ")})`
}

/** Aligned columns, two spaces in; the heading, when there is one, underlined. */
function columns(heading: readonly string[] | undefined, rows: readonly (readonly string[])[]): string {
  const all = heading === undefined ? rows : [heading, ...rows]
  const widths = all[0]!.map((_, i) => Math.max(...all.map((cells) => cells[i]?.length ?? 0)))
  const line = (cells: readonly string[]) => `  ${cells.map((cell, i) => cell.padEnd(widths[i]!)).join("  ")}`.trimEnd()
  const under = heading === undefined ? [] : [line(widths.map((width) => "-".repeat(width)))]
  return [...(heading === undefined ? [] : [line(heading)]), ...under, ...rows.map(line)].join("\n")
}

const day = (iso: string) => iso.slice(0, 10)
const whole = (value: number) => value.toLocaleString("en-US")
const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`
const short = (value: number) =>
  Number.isInteger(value) ? (Math.abs(value) < 10_000 ? String(value) : whole(value)) : String(Number(value.toPrecision(4)))
const chance = (p: number) => (p < 0.001 ? "< 0.001" : p.toFixed(3))
