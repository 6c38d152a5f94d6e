import { computed, formatBytes, formatNumber, measured, type ProblemStatement, type Quantity, stated } from "../problem/index.ts"
import { type Block, heading, paragraph, table } from "./design-blocks.ts"
import { runningDiagram } from "./design-diagrams.ts"
import type { DesignInput } from "./design-document.ts"
import { quantityRow } from "./design-plan.ts"
import type { LoadFacts, ModelComparison, ReleaseFacts, TimedFunnel } from "./release-facts.ts"

const ms = (value: number) => `${formatNumber(value)} ms`
const percent = (share: number) => `${formatNumber(100 * share)} %`

/** A metric of the release with its interval and run, or that there is none yet. */
export function measuredMetric(name: string, release: ReleaseFacts | undefined): string {
  const found = release?.metrics.find((metric) => metric.name === name)
  if (found === undefined) return "not measured yet"
  const interval = found.low === undefined || found.high === undefined ? "" : ` [${formatNumber(found.low)}, ${formatNumber(found.high)}]`
  return `${formatNumber(found.value)}${interval} (${release!.where})`
}

/** What is counted beside quality: time, throughput, bytes, money, freshness; planned values until they are measured. */
export function besideQuality({ statement: { scale }, plan, release }: DesignInput): readonly (readonly string[])[] {
  const { timed, load, sizes } = release ?? {}
  const loaded = load?.quantiles.find(({ q }) => q === 0.99)
  const rows: readonly (readonly [string, Quantity])[] = [
    [
      "p99 of an answer",
      loaded === undefined || load === undefined
        ? computed(plan.p99Ms, "ms", "latency budget above")
        : measured(loaded.measuredMs, "ms", `load test, ${load.where}`),
    ],
    [
      "requests a second and core",
      timed === undefined
        ? computed(scale.peakQps.value / plan.cores, "QPS", "peak load over planned cores")
        : measured(1000 / timed.meanMs, "QPS", `one core, back to back: ${timed.where}`),
    ],
    [
      "models",
      sizes === undefined
        ? computed(plan.indexBytes, "B", "planned index, models included")
        : measured(sizes.modelBytes, "B", `release ${release!.id}`),
    ],
    ["index, one item", scale.bytesPerItem],
    ["cost of 1,000 requests", computed(plan.costPer1000Requests, "$/1,000 requests", "capacity above")],
    ["new item visible within", scale.staleness.newItemVisibleSeconds],
    ["models are at most this old", stated(scale.staleness.retrainHours.value, "hours", scale.staleness.retrainHours.source.where)],
  ]
  return rows.map(([name, quantity]) => quantityRow(name, quantity))
}

/** Models of the release side by side: what each answer costs and how good it is, and which are beaten in everything. */
export function modelBlocks(release: ReleaseFacts | undefined): readonly Block[] {
  if (release?.models === undefined) return []
  const { metric, models, where } = release.models
  return [
    heading(3, "Quality against cost"),
    paragraph(`${where}. A model is on the frontier when no other is at least as good, as fast and as small, and better in one of them.`),
    table(
      ["model", metric, "95 % interval", "p50", "p99", "size", "frontier"],
      models.map((model) => [
        model.name,
        formatNumber(model.quality.value),
        `[${formatNumber(model.quality.low)}, ${formatNumber(model.quality.high)}]`,
        ms(model.p50Ms),
        ms(model.p99Ms),
        model.bytes === null ? "-" : formatBytes(model.bytes),
        models.some((other) => beats(other, model)) ? "no" : "yes",
      ]),
    ),
  ]
}

type Model = ModelComparison["models"][number]

function beats(a: Model, b: Model): boolean {
  const pairs = [
    [a.quality.value, b.quality.value],
    [-a.p50Ms, -b.p50Ms],
    [-(a.bytes ?? 0), -(b.bytes ?? 0)],
  ] as const
  return pairs.every(([x, y]) => x >= y) && pairs.some(([x, y]) => x > y)
}

/** The running graph, what each stage was given and kept, how long it took, what it costs an item, and the load test. */
export function runningBlocks({ title, scale }: ProblemStatement, release: ReleaseFacts | undefined): readonly Block[] {
  if (release?.graph === undefined && release?.timed === undefined) return []
  const { id, graph, timed, load } = release
  const partOf = (name: string) => graph?.find((node) => node.name === name)?.part ?? "-"
  return [
    heading(3, "The running funnel"),
    ...(graph === undefined ? [] : [runningDiagram(graph, title)]),
    ...(timed === undefined ? [] : timedBlocks(id, timed, partOf)),
    ...(timed === undefined || graph === undefined ? [] : [partsTable(timed, graph, scale)]),
    ...(load === undefined ? [] : loadBlocks(load)),
  ]
}

function timedBlocks(
  id: string,
  { where, requests, stages, p50Ms, p99Ms }: TimedFunnel,
  partOf: (name: string) => string,
): readonly Block[] {
  return [
    paragraph(`Release ${id}, ${formatNumber(requests)} requests, ${where}.`),
    table(
      ["stage", "part", "items in", "items out", "measured at p50", "measured at p99"],
      [
        ...stages.map((stage) => [
          stage.name,
          partOf(stage.name),
          formatNumber(stage.in),
          formatNumber(stage.out),
          ms(stage.p50Ms),
          ms(stage.p99Ms),
        ]),
        ["whole", "-", "-", "-", ms(p50Ms), ms(p99Ms)],
      ],
    ),
  ]
}

/** Budget against spend by part, with the cost of one item as the plan now takes it. */
function partsTable({ stages }: TimedFunnel, graph: NonNullable<ReleaseFacts["graph"]>, { latency }: ProblemStatement["scale"]): Block {
  const spent = (part: string, at: "p50Ms" | "p99Ms") =>
    stages.reduce((sum, stage) => (graph.some((node) => node.name === stage.name && node.part === part) ? sum + stage[at] : sum), 0)
  return table(
    ["part", "budget at p99", "spent at p50", "spent at p99, at most", "cost of an item"],
    latency.stages.map(({ name, budgetMs, microsPerItem }) => [
      name,
      ms(budgetMs),
      ms(spent(name, "p50Ms")),
      ms(spent(name, "p99Ms")),
      `${formatNumber(microsPerItem.value)} µs, ${microsPerItem.source.kind}`,
    ]),
  )
}

function loadBlocks({ where, qps, busy, quantiles }: LoadFacts): readonly Block[] {
  return [
    heading(3, "Prediction against the load test"),
    paragraph(
      `${where}: ${formatNumber(qps)} QPS, one core ${percent(busy)} busy. Predicted from the times of single requests and the wait for a free core (Pollaczek-Khinchine).`,
    ),
    table(
      ["share of requests", "predicted", "measured", "error of the prediction"],
      quantiles.map(({ q, predictedMs, measuredMs }) => [
        percent(q),
        ms(predictedMs),
        ms(measuredMs),
        percent(predictedMs / measuredMs - 1),
      ]),
    ),
  ]
}

/** What the log holds, by the data card: rows, span, label rate, and how much of each field is missing. */
export function cardBlocks(release: ReleaseFacts | undefined): readonly Block[] {
  if (release?.card === undefined) return []
  const { records, users, items, interactions, time, shown, itemFields, userFields } = release.card
  const span = time.timeless || time.from === null ? "without times" : `${time.from.slice(0, 10)} to ${time.to!.slice(0, 10)}`
  return [
    heading(3, "Data card"),
    paragraph(
      `The log holds ${formatNumber(records)} records, ${span}: ${formatNumber(interactions.count)} interactions of ${formatNumber(users)} people with ${formatNumber(items)} items. Followed by an interaction: ${shown.labelRate === null ? "nothing was shown yet" : `${percent(shown.labelRate)} of the items shown`}.`,
    ),
    table(
      ["field", "of", "type", "missing"],
      [...itemFields.map((field) => [field, "item"] as const), ...userFields.map((field) => [field, "user"] as const)].map(
        ([field, of]) => [field.name, of, field.type, percent(field.missingRate)],
      ),
    ),
  ]
}

/** How time grows with each size, as fitted on this machine, beside what theory says. */
export function lawBlocks(release: ReleaseFacts | undefined): readonly Block[] {
  if (release?.laws === undefined || release.laws.length === 0) return []
  return [
    heading(3, "Growth of time, measured here"),
    table(
      ["work", "with", "exponent", "95 % interval", "theory", "sizes", "time at the largest"],
      release.laws.map(({ work, size, theory, law, points }) => [
        work,
        size,
        law.exponent.toFixed(2),
        `[${law.interval[0].toFixed(2)}, ${law.interval[1].toFixed(2)}]`,
        theory.toFixed(2),
        `${formatNumber(points[0]!.size)} to ${formatNumber(points.at(-1)!.size)}`,
        ms(points.at(-1)!.ms),
      ]),
    ),
  ]
}
