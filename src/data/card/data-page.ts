import { InvalidArgument, type LogEntry, type Schema, throwIfCancelled } from "../../core/index.ts"
import type { Advice, LearnedFamily } from "../../problem/index.ts"
import { joinLabels } from "../labels/index.ts"
import type { Leak } from "../quality/leaks.ts"
import { adviseFields } from "./advise-fields.ts"
import { type DataCard, dataCard } from "./data-card.ts"
import { checkSchema, type DataSchema, type Violation } from "./data-schema.ts"
import { type RatesOverTime, ratesOverTime } from "./label-rates.ts"
import { LeakSample } from "./leak-sample.ts"
import { PlacementCounts, type PlacementRates } from "./placement-rates.ts"
import { SpanColumns } from "./span-columns.ts"
import type { ColumnDrift, Span } from "./span-drift.ts"

/** What a system's data looks like, what changed in it, and what to do with it: plain JSON. */
export interface DataPage {
  readonly card: DataCard
  /** Absent when the data has no times. */
  readonly rates?: RatesOverTime
  /** Absent when the data has no times; `columns` is empty when a span holds next to nothing. */
  readonly drift?: { readonly before: Span; readonly after: Span; readonly columns: readonly ColumnDrift[] }
  /** What was shown and clicked by placement and place, each placement by itself; absent when nothing was shown or no system is named. */
  readonly placements?: readonly PlacementRates[]
  /** What gives the label away, from a sample of what was shown and followed; absent when the data has no times. */
  readonly leaks?: readonly Leak[]
  /** What breaks the frozen schema; absent without one. */
  readonly violations?: readonly Violation[]
  readonly advice: readonly Advice[]
}

const CLICK = "click"
/** How long after a list a click still speaks of it. */
const CLICK_WINDOW_MS = 1_800_000

/** What {@link dataPage} may be told beside the log. */
export interface DataPageOptions {
  readonly schema: Schema
  readonly collection?: string
  /** Whose lists are counted by placement. */
  readonly system?: string
  /** The spans to compare; the two halves of the time there is when absent. */
  readonly spans?: { readonly before: Span; readonly after: Span }
  /** What the data is held against. */
  readonly frozen?: DataSchema
  /** What will learn from it; default linear. */
  readonly family?: LearnedFamily
  readonly seed?: number
  readonly signal?: AbortSignal
}

/**
 * Looks at the data of a system: reads the log twice, first for the card and its ends, then for what happened between them.
 *
 * Memory: a few numbers for each user and item, the fields of every item, 40,000 interactions, the lists of half an hour.
 * @param read - the log from its beginning, at each call
 * @throws {@link InvalidArgument} on a span that ends before it begins
 */
export async function dataPage(read: () => AsyncIterable<readonly LogEntry[]>, options: DataPageOptions): Promise<DataPage> {
  const { schema, collection, frozen, family, seed = 1, signal } = options
  const spans = options.spans
  const named = spans && [...edgesOf("before", spans.before), ...edgesOf("after", spans.after)]
  const [from, to] = [{ ms: Number.POSITIVE_INFINITY }, { ms: Number.NEGATIVE_INFINITY }]
  const card = await dataCard(watched(read(), from, to), {
    schema,
    seed,
    ...(collection === undefined ? {} : { collection }),
    ...(signal === undefined ? {} : { signal }),
  })
  const found = {
    card,
    ...(frozen === undefined ? {} : { violations: checkSchema(frozen, card) }),
    advice: [...adviseFields(card.itemFields, card.items, family), ...adviseFields(card.userFields, card.users, family)],
  }
  if (!(to.ms > from.ms)) return found
  const middle = (from.ms + to.ms + 1) / 2
  const edges = (named ?? [from.ms, middle, middle, to.ms + 1]) as [number, number, number, number]
  const rates = ratesOverTime(from.ms, to.ms)
  const sample = new LeakSample()
  const columns = new SpanColumns(schema.item, collection, edges, seed)
  const placements = new PlacementCounts()
  const second = async function* () {
    for await (const batch of read()) {
      throwIfCancelled(signal, "data page")
      for (const entry of batch) {
        if (entry.record.event === "interaction" || entry.record.event === "served" || entry.record.event === "impression") rates.see(entry)
        columns.see(entry)
        sample.see(entry)
      }
      yield batch
    }
  }
  // A log that knows clicks counts those; else whatever was done with an item stands for one.
  const isClick = card.interactions.types.some(({ type }) => type === CLICK) ? (type: string) => type === CLICK : () => true
  const label = (done: readonly { readonly type: string }[]) => Number(done.some(({ type }) => isClick(type)))
  for await (const list of joinLabels(second(), { system: options.system ?? "", windowMs: CLICK_WINDOW_MS, label, source: "served" })) {
    placements.see(list)
  }
  const byPlacement = placements.rates()
  const iso = (ms: number) => new Date(ms).toISOString()
  const drift = {
    before: { from: iso(edges[0]), to: iso(edges[1]) },
    after: { from: iso(edges[2]), to: iso(edges[3]) },
    columns: await columns.drift(signal),
  }
  return {
    ...found,
    rates: rates.rates(),
    drift,
    ...(byPlacement.length === 0 ? {} : { placements: byPlacement }),
    leaks: sample.leaks(schema.item, (item) => columns.fieldsOf(item)),
  }
}

/** Passes the log through, noting the first and last moment at which somebody did something. */
async function* watched(entries: AsyncIterable<readonly LogEntry[]>, from: { ms: number }, to: { ms: number }) {
  for await (const batch of entries) {
    for (const { record, time } of batch) {
      if (record.event !== "interaction" && record.event !== "served" && record.event !== "impression") continue
      if (time < from.ms) from.ms = time
      if (time > to.ms) to.ms = time
    }
    yield batch
  }
}

function edgesOf(name: string, { from, to }: Span): [number, number] {
  const edges: [number, number] = [Date.parse(from), Date.parse(to)]
  if (!(edges[0] < edges[1]))
    throw new InvalidArgument(`data page, span ${name}`, "a time and a later one", `${from} and ${to}`, "Write 2026-01-01..2026-02-01.")
  return edges
}
