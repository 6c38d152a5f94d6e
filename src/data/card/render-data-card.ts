import type { DataCard } from "./data-card.ts"
import type { FieldSummary } from "./field-summary.ts"

/** A data card as Markdown, for people. */
export function renderDataCard(card: DataCard, title = "Data card"): string {
  const { interactions, time, shown } = card
  const { longTail } = interactions
  const facts: (readonly [string, string])[] = [
    ["records", whole(card.records)],
    ["users", whole(card.users)],
    ["items", whole(card.items)],
    ["interactions", whole(interactions.count)],
    ["density", percent(interactions.density)],
    ["time", span(time)],
    [
      "shown",
      shown.labelRate === null
        ? "nothing"
        : `${whole(shown.items)} items in ${whole(shown.lists)} lists, label rate ${percent(shown.labelRate)}`,
    ],
    [
      "long tail",
      `top 1 % of items ${percent(longTail.top1)}, top 10 % ${percent(longTail.top10)}, top 20 % ${percent(longTail.top20)} of interactions`,
    ],
    ["duplicates, rejected", `${whole(card.duplicates)}, ${whole(card.rejected)}`],
  ]
  const spreads = (["perUser", "perItem"] as const).map((key) => {
    const { min, median, p90, max, mean } = interactions[key]
    return [key === "perUser" ? "per user" : "per item", ...[min, median, p90, max, mean].map(short)]
  })
  const sections = [
    `# ${title}`,
    table(["", ""], facts),
    "## Records",
    table(
      ["kind", "records"],
      Object.entries(card.kinds).map(([kind, count]) => [kind, whole(count)]),
    ),
    "## Interactions",
    table(
      ["type", "interactions", "mean value"],
      interactions.types.map(({ type, count, meanValue }) => [type, whole(count), meanValue === null ? "" : short(meanValue)]),
    ),
    table(["interactions", "min", "median", "p90", "max", "mean"], spreads),
  ]
  if (card.itemFields.length > 0) sections.push("## Item fields", fieldTable(card.itemFields))
  if (card.userFields.length > 0) sections.push("## User fields", fieldTable(card.userFields))
  const unknown = Object.entries(card.unknownFields)
  if (unknown.length > 0)
    sections.push(
      "## Fields that the schema does not have",
      table(
        ["field", "values"],
        unknown.map(([name, count]) => [name, whole(count)]),
      ),
    )
  return `${sections.join("\n\n")}\n`
}

function fieldTable(fields: readonly FieldSummary[]): string {
  const rows = fields.map(({ name, type, missingRate, numbers, distinct, top }) => {
    const asTime = (value: number) => (type === "time" ? new Date(value).toISOString().slice(0, 10) : short(value))
    const range =
      numbers && `${asTime(numbers.min)} .. ${asTime(numbers.median)} .. ${asTime(numbers.max)}${lengths.has(type) ? " long" : ""}`
    const frequent =
      top &&
      `${whole(distinct!)} different: ${top
        .slice(0, 3)
        .map(({ value, share }) => `${value} ${percent(share)}`)
        .join(", ")}`
    return [name, type, percent(missingRate), [range, frequent].filter((part) => part !== undefined).join("; ")]
  })
  return table(["field", "type", "missing", "values (min .. median .. max)"], rows)
}

const lengths = new Set(["text", "categories", "vector"])

function span({ from, to, days, timeless }: DataCard["time"]): string {
  if (from === null || to === null) return "none"
  return timeless ? "timeless: all interactions carry one timestamp" : `${from.slice(0, 10)} to ${to.slice(0, 10)} (${short(days)} days)`
}

function table(header: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.map((cell) => cell.replaceAll("|", "\\|").replaceAll("\n", " ")).join(" | ")} |`
  return [line(header), line(header.map(() => "---")), ...rows.map(line)].join("\n")
}

const whole = (value: number) => value.toLocaleString("en-US")
const percent = (share: number) => `${Number((100 * share).toPrecision(3))} %`
const short = (value: number) => (Number.isInteger(value) ? whole(value) : String(Number(value.toPrecision(4))))
