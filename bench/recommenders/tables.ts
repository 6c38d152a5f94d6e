import { sparseRow } from "../../src/core/index.ts"
import type { Interval } from "../../src/metrics/index.ts"
import type { ImplicitData } from "../implicit-data.ts"
import type { ChartRow } from "../interval-chart.ts"
import { FEW, type Judgement, K, peopleOf, SEGMENTS } from "./judge.ts"

/** A model of the tables: what was picked for it, and how good it is. */
export interface Line {
  readonly name: string
  readonly picked: string
  readonly cpuSeconds?: number
  readonly judgement: Judgement
}

type Cell = readonly [title: string, of: (line: Line) => Interval | undefined]
const metric = (name: string) => (line: Line) => line.judgement.report.metrics[name]
const segment = (name: string) => (line: Line) => line.judgement.report.segments.people?.[name]?.metrics.ndcg

const ACCURACY: readonly Cell[] = [
  [`NDCG@${K}`, metric("ndcg")],
  [`Recall@${K}`, metric("recall")],
  ["Recall, capped", metric("cappedRecall")],
  ["Precision", metric("precision")],
  ["MRR", metric("mrr")],
  ["mAP", metric("map")],
  ["F1 of mAP and mAR", ({ judgement }) => judgement.f1],
]
const BEYOND: readonly Cell[] = [
  ["coverage", ({ judgement }) => judgement.coverage],
  ["novelty, bits", metric("novelty")],
  ["diversity", metric("diversity")],
  ["popularity bias", metric("popularityBias")],
  ["head recall", ({ judgement }) => judgement.head],
  ["tail recall", ({ judgement }) => judgement.tail],
]

/** The three tables of a data set in Markdown: accuracy, beyond it, and by segment, with 95 % intervals over people. */
export function tables(data: ImplicitData, lines: readonly Line[]): string {
  const { train, segments } = data
  const lengths = peopleOf(data).map((user) => sparseRow(train, user).length)
  const bounds = [0, ...segments, Number.POSITIVE_INFINITY]
  const titles = SEGMENTS.map((name, at) => {
    const [from, to] = [bounds[at]!, bounds[at + 1]!]
    const people = lengths.filter((length) => length > from && length <= to).length
    return `${name}: ${to === Number.POSITIVE_INFINITY ? `over ${from}` : `up to ${to}`} (${people} people)`
  })
  const bySegment: Cell[] = SEGMENTS.map((name, at) => [titles[at]!, segment(name)])
  const few: Cell = [`${FEW} items known`, ({ judgement }) => judgement.fromFew]
  const fits: Extra = { title: "fit CPU s", of: ({ cpuSeconds }) => cpuSeconds?.toFixed(2) ?? "-" }
  const picks: Extra = { title: "picked on the inner split", of: ({ picked }) => picked }
  return [
    `### ${data.name}: ${train.rows} people, ${train.cols} items, ${train.indices.length} pairs to learn from`,
    table(lines, ACCURACY, [fits]),
    table(lines, BEYOND, []),
    `NDCG@${K} by length of history:`,
    table(lines, [...bySegment, few], [picks]),
  ].join("\n\n")
}

/** Rows of a chart of some of the columns. */
export function chartRows(lines: readonly Line[], series: readonly string[]): ChartRow[] {
  const cells: readonly Cell[] = [...ACCURACY, ...BEYOND, ...SEGMENTS.map((name): Cell => [name, segment(name)])]
  return lines.map((line) => {
    const values = cells.flatMap(([title, of]) => {
      const found = series.includes(title) ? of(line) : undefined
      return found === undefined ? [] : [[title, { value: found.mean, low: found.low, high: found.high }] as const]
    })
    return { label: line.name, values: Object.fromEntries(values) }
  })
}

interface Extra {
  readonly title: string
  of(line: Line): string
}

function table(lines: readonly Line[], cells: readonly Cell[], extras: readonly Extra[]): string {
  const used = cells.filter(([, of]) => lines.some((line) => of(line) !== undefined))
  const head = ["model", ...used.map(([title]) => title), ...extras.map(({ title }) => title)]
  const rows = lines.map((line) => [line.name, ...used.map(([, of]) => shown(of(line))), ...extras.map(({ of }) => of(line))])
  return [head, head.map(() => "---"), ...rows].map((cells) => `| ${cells.join(" | ")} |`).join("\n")
}

/** A value with its interval, to as many digits as the interval leaves any meaning. */
function shown(found: Interval | undefined): string {
  if (found === undefined) return "-"
  const digits = found.mean >= 10 ? 1 : found.mean >= 1 ? 2 : 4
  return `${found.mean.toFixed(digits)} [${found.low.toFixed(digits)}, ${found.high.toFixed(digits)}]`
}
