import {
  type ImpressionEvent,
  type InteractionEvent,
  InvalidArgument,
  type LogEntry,
  type Position,
  type ServedRecord,
  type Value,
} from "../../core/index.ts"
import { type OpenList, OpenLists, placeOf } from "./open-lists.ts"
import { Reorder } from "./reorder.ts"

/** One list of items somebody was shown, with a label for each. Arrays run in parallel. */
export interface LabelledList {
  readonly requestId: string
  readonly system: string
  readonly user?: string
  readonly session?: string
  /** When it was shown, epoch milliseconds. */
  readonly time: number
  /** The log position at which features were read; for an impression without a served list, the one before its own. */
  readonly readAt: Position
  readonly placement?: string
  readonly query?: string
  /** The item whose page was shown. */
  readonly item?: string
  readonly context?: Readonly<Record<string, Value>>
  readonly items: readonly { readonly id: string; readonly collection?: string }[]
  /** What came of each item; NaN where the label maker was unsure. */
  readonly labels: Float32Array
  /** Place of each item on the page, from 0. */
  readonly places: Uint32Array
  /** Probability with which each item was shown there, when the funnel logged it. */
  readonly propensities?: Float32Array
  /** What each item was scored when it was served; absent where nobody served the list. */
  readonly scores?: Float32Array
  /** What was done with each item, oldest first, when the join keeps it; timestamps in epoch milliseconds. */
  readonly interactions?: readonly (readonly InteractionEvent[])[]
}

/** How lists and interactions are joined. */
export interface LabelJoinOptions {
  readonly system: string
  /** How long after a list an interaction still speaks of it. */
  readonly windowMs: number
  /** How far behind the newest record a record may come, and how far a client's clock may be off. Default 10 minutes. */
  readonly slackMs?: number
  /** The label of an item from what was done with it, oldest first and often empty; `undefined` when that cannot be said. */
  readonly label: (interactions: readonly InteractionEvent[]) => number | undefined
  /** `served`: whole served lists, narrowed to what was seen where a client said so. `impression`: only what a client said was seen. */
  readonly source: "served" | "impression"
  /** Give the interactions out with the labels; false without. */
  readonly keepInteractions?: boolean
}

/** What became of the records so far. */
export interface LabelJoinStats {
  /** Lists given out. */
  lists: number
  /** Served lists left out because no impression came (`source: "impression"`). */
  unseen: number
  attributed: number
  /** Interactions that came twice. */
  duplicates: number
  /** Records that came further behind than the slack; left out. */
  late: number
  /** Interactions and impressions that name a list of theirs but happened after its window; told from unattributed for one more window. */
  outside: number
  /** Interactions with nothing that was shown. */
  unattributed: number
  /** The most lists that were open at once: what memory was needed for. */
  mostOpen: number
  /** Records of the log that concern the join, by kind: all of them are accounted for by {@link reconcileJoin}. */
  readonly read: Record<JoinedKind, number>
  /** Of the late ones, by kind. */
  readonly lateOf: Record<JoinedKind, number>
  /** Served records whose request had one already. */
  servedAgain: number
  /** Impressions that narrowed a served list, that were lists of their own, and that came outside the window of theirs. */
  readonly impressions: { narrowed: number; alone: number; outside: number }
}

/** The kinds of records that a join reads. */
export type JoinedKind = "served" | "impression" | "interaction"

/** Lists with labels as their windows close, and what became of the records. */
export type LabelJoin = AsyncIterable<LabelledList> & { readonly stats: Readonly<LabelJoinStats> }

/**
 * Joins what was shown with what was done, in one pass over the log with memory for the open windows only.
 *
 * An interaction belongs to the list whose request it names (if that shows the item); otherwise to the newest list within `windowMs` before it that
 * showed the item to the same user or session. What was interacted with counts as seen. The same interaction (by id) counts once.
 *
 * Records come by position, windows go by timestamp. The clock of the join is the newest `served` time, because servers stamp those; as long as none
 * came it is the newest time of all. Records more than `slackMs` behind it are counted as late and left out.
 * @throws {@link InvalidArgument} when a span is negative
 */
export function joinLabels(entries: AsyncIterable<readonly LogEntry[]>, options: LabelJoinOptions): LabelJoin {
  const { windowMs, slackMs = 600_000 } = options
  if (!(windowMs >= 0 && slackMs >= 0)) {
    throw new InvalidArgument(
      "joinLabels",
      "windowMs and slackMs of at least 0",
      `${windowMs} and ${slackMs}`,
      "Pass such as 1800000 for half an hour.",
    )
  }
  const stats: LabelJoinStats = {
    ...{ lists: 0, unseen: 0, attributed: 0, duplicates: 0, late: 0, outside: 0, unattributed: 0, mostOpen: 0, servedAgain: 0 },
    read: { served: 0, impression: 0, interaction: 0 },
    lateOf: { served: 0, impression: 0, interaction: 0 },
    impressions: { narrowed: 0, alone: 0, outside: 0 },
  }
  return { stats, [Symbol.asyncIterator]: () => join(entries, { keepInteractions: false, ...options, slackMs }, stats) }
}

type JoinedEntry = LogEntry & { readonly record: ServedRecord | ImpressionEvent | InteractionEvent }

async function* join(
  entries: AsyncIterable<readonly LogEntry[]>,
  options: Required<LabelJoinOptions>,
  stats: LabelJoinStats,
): AsyncGenerator<LabelledList> {
  const { slackMs, system } = options
  const waiting = new Reorder<JoinedEntry>()
  const windows = new Windows(options, stats)
  let clock = Number.NEGATIVE_INFINITY
  let servedCame = false
  for await (const batch of entries) {
    for (const entry of batch) {
      if (!concerns(entry, system)) continue
      const { event } = entry.record
      stats.read[event]++
      if (entry.time < clock - slackMs) {
        stats.late++
        stats.lateOf[event]++
        continue
      }
      const rank = event === "served" ? 0 : event === "impression" ? 1 : 2
      waiting.push(entry.time + rank * slackMs, entry, rank)
      if (event !== "served" && servedCame) continue
      clock = event === "served" && !servedCame ? entry.time : Math.max(clock, entry.time)
      servedCame ||= event === "served"
      // What may still come has this key or a larger one.
      for (let next = waiting.takeBefore(clock - slackMs); next !== undefined; next = waiting.takeBefore(clock - slackMs)) {
        if (windows.isDue(next.key)) yield* windows.passTo(next.key)
        windows.take(next.item)
      }
    }
  }
  for (let next = waiting.takeBefore(Infinity); next !== undefined; next = waiting.takeBefore(Infinity)) {
    yield* windows.passTo(next.key)
    windows.take(next.item)
  }
  yield* windows.passTo(Infinity)
}

function concerns(entry: LogEntry, system: string): entry is JoinedEntry {
  const { record } = entry
  return record.event === "interaction" || ((record.event === "served" || record.event === "impression") && record.system === system)
}

/**
 * Open windows, fed in order of a key that makes sure of what came before: lists at their time, impressions `slack` later, interactions twice
 * that. So whatever a client's clock is off by up to the slack, an impression finds its served list and an interaction finds both.
 */
class Windows {
  readonly #options: Required<LabelJoinOptions>
  readonly #stats: LabelJoinStats
  readonly #open: OpenLists
  readonly #closing = new Reorder<OpenList>()
  readonly #closed = new Reorder<OpenList>()

  constructor(options: Required<LabelJoinOptions>, stats: LabelJoinStats) {
    this.#options = options
    this.#stats = stats
    this.#open = new OpenLists(options.windowMs, options.slackMs)
  }

  take({ record, time, position }: JoinedEntry): void {
    if (record.event === "served") {
      if (this.#open.served(record.id) === undefined) this.#add(record, record.id, time, position)
      else this.#stats.servedAgain++
    } else if (record.event === "impression") this.#see(record, time, position)
    else {
      const found = this.#open.attribute(record, time)
      this.#stats[found === "duplicate" ? "duplicates" : found]++
    }
  }

  /** True when {@link passTo} has something to do; asking is cheaper than starting it for every record. */
  isDue(key: number): boolean {
    const until = key - this.#options.windowMs - 2 * this.#options.slackMs
    return this.#closing.firstKey < until || this.#closed.firstKey < until - this.#options.windowMs
  }

  /** Closes and gives out the lists whose last possible interaction has a smaller key; forgets requests one window later. */
  *passTo(key: number): Generator<LabelledList> {
    const { windowMs, slackMs } = this.#options
    const until = key - windowMs - 2 * slackMs
    for (let next = this.#closing.takeBefore(until); next !== undefined; next = this.#closing.takeBefore(until)) {
      this.#open.close(next.item)
      this.#closed.push(next.key, next.item)
      const labelled = this.#label(next.item)
      if (labelled === undefined) this.#stats.unseen++
      else {
        this.#stats.lists++
        yield labelled
      }
    }
    for (let next = this.#closed.takeBefore(until - windowMs); next !== undefined; next = this.#closed.takeBefore(until - windowMs)) {
      this.#open.forget(next.item)
    }
  }

  #add(record: ServedRecord | ImpressionEvent, requestId: string, time: number, position: Position): OpenList {
    const list: OpenList = { record, requestId, time, position, interactions: [], seen: undefined }
    this.#open.add(list)
    this.#closing.push(time, list)
    this.#stats.mostOpen = Math.max(this.#stats.mostOpen, this.#open.size)
    return list
  }

  /** An impression narrows the served list it speaks of; one that speaks of none is a list of its own, all of it seen. */
  #see(record: ImpressionEvent, time: number, position: Position): void {
    const served = record.request === undefined ? undefined : this.#open.served(record.request)
    if (served === undefined) {
      this.#add(record, record.request ?? record.id, time, position).seen = new Uint8Array(record.items.length).fill(1)
      this.#stats.impressions.alone++
      return
    }
    if (!this.#open.covers(served, time)) {
      this.#stats.outside++
      this.#stats.impressions.outside++
      return
    }
    this.#stats.impressions.narrowed++
    served.seen ??= new Uint8Array(served.record.items.length)
    for (const { id, collection } of record.items) {
      const place = placeOf(served, id, collection)
      if (place >= 0) served.seen[place] = 1
    }
  }

  #label(list: OpenList): LabelledList | undefined {
    const { record, requestId, time, seen, interactions } = list
    if (seen === undefined && this.#options.source === "impression") return undefined
    const kept: number[] = []
    for (let place = 0; place < record.items.length; place++) {
      if (seen === undefined || seen[place] !== 0 || interactions[place] !== undefined) kept.push(place)
    }
    const offset = record.event === "impression" ? (record.offset ?? 0) : 0
    const labels = new Float32Array(kept.length)
    const places = new Uint32Array(kept.length)
    for (let i = 0; i < kept.length; i++) {
      const place = kept[i]!
      labels[i] = this.#options.label(interactions[place] ?? NOTHING) ?? Number.NaN
      places[i] = place + offset
    }
    const items = kept.map((place) => record.items[place]!)
    const readAt = record.event === "served" ? record.readAt : list.position - 1
    const done = this.#options.keepInteractions ? { interactions: kept.map((place) => interactions[place] ?? NOTHING) } : {}
    return { requestId, system: record.system, time, readAt, ...circumstances(record, kept), items, labels, places, ...done }
  }
}

const NOTHING: readonly InteractionEvent[] = []

/** What a record says of who asked and where, absent where it says nothing. */
function circumstances(record: ServedRecord | ImpressionEvent, kept: readonly number[]): Partial<LabelledList> {
  const found: { -readonly [Name in keyof LabelledList]?: LabelledList[Name] } = {}
  if (record.user !== undefined) found.user = record.user
  if (record.session !== undefined) found.session = record.session
  if (record.placement !== undefined) found.placement = record.placement
  if (record.query !== undefined) found.query = record.query
  if (record.context !== undefined) found.context = record.context
  if (record.event === "impression") return found
  if (record.item !== undefined) found.item = record.item
  const { propensities, scores } = record
  found.scores = Float32Array.from(kept, (place) => scores[place] ?? Number.NaN)
  if (propensities !== undefined) found.propensities = Float32Array.from(kept, (place) => propensities[place]!)
  return found
}
