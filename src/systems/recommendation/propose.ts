import {
  type Candidates,
  candidates,
  type IdTable,
  type LogEntry,
  type Matrix,
  matrix,
  noDeadline,
  type RequestScope,
  random,
  throwIfCancelled,
  USERS,
} from "../../core/index.ts"
import type { TrainingRun } from "../../definition/index.ts"
import { Catalogue } from "../../features/index.ts"
import { TraceRecorder } from "../../funnel/index.ts"
import { memoryState, memoryValues } from "../../storage/index.ts"
import type { HoldOut } from "./data.ts"
import { recommendationFeatures } from "./features.ts"
import { recommendationFunnel } from "./funnel.ts"
import { firstNumbers } from "./known.ts"
import type { Recommendation } from "./options.ts"
import { rankerColumns, rankerRows } from "./ranker.ts"
import type { ServedRetrieval } from "./retrieval.ts"

/** What the funnel proposes, before a ranker orders it. */
export interface Proposer {
  readonly features: readonly string[]
  /** Candidates of one person with the ranker's inputs, in the order of the list. */
  forUser(user: number): Promise<{ readonly list: Candidates; readonly rows: Matrix }>
  /** Items that the catalogue describes at the moment of the prediction, ascending; empty where nothing has a time. */
  readonly described: Uint32Array
  /** The ranker's inputs for these items as if each had come in this very moment. Lists that are asked for later would propose those twins too. */
  asNew(user: number, items: Uint32Array): Matrix
  /** Items that the person has had, as far as they are kept. */
  had(user: number): Uint32Array
}

/** Folds what lies before the curtain and opens the very funnel that will serve, without a ranker. */
export async function proposer(
  run: TrainingRun,
  ids: IdTable,
  options: Recommendation,
  retrieval: ServedRetrieval,
  inner: HoldOut,
): Promise<Proposer> {
  const features = recommendationFeatures(options, { ids, timeless: run.timeless })
  const { tables } = await memoryState().open(features.declarations, features.schemaHash)
  const catalogue = new Catalogue({ ids, values: memoryValues() })
  let folded = 0
  for await (const batch of run.entries()) {
    throwIfCancelled(run.signal, "folding the log")
    for (const entry of batch) {
      if (inner.held(entry)) continue
      features.observe(entry, tables)
      catalogue.apply(entry)
    }
    folded += batch.length
    run.progress("fold the log", folded / run.records)
  }
  const nobody = { list: candidates(0), rows: matrix(0, rankerColumns(features.columns).length) }
  let captured: { list: Candidates; rows: Matrix } | undefined
  const capture = (list: Candidates, read: Matrix) => {
    captured = { list, rows: rankerRows(read, features.columns, list) }
  }
  const served = await recommendationFunnel(
    options,
    { retrieval, ranker: undefined, capture },
    { releaseId: "training", ids, tables, catalogue, features, clock: run.clock },
  )
  const users = ids.collection(USERS)
  const scope = (now: number, request: ReturnType<typeof served.prepare>["features"]): RequestScope => ({
    requestId: "training",
    now,
    deadline: noDeadline,
    random: random(run.seed),
    signal: run.signal,
    release: { id: "training", part: (name) => served.part(name) },
    features: { columns: features.columns, read: (list) => features.read(tables, request, list) },
    trace: new TraceRecorder(),
  })
  const twinOf = twins({ ids, options, catalogue }, inner.now, (entry) => {
    features.observe(entry, tables)
    catalogue.apply(entry)
  })
  return {
    features: features.columns,
    described: run.timeless ? new Uint32Array() : catalogue.items(options.collection),
    asNew(user, items) {
      const prepared = served.prepare({ user: users.name(user), sort: "score" }, inner.now)
      const list = candidates(items.length)
      list.ids.set(items.map(twinOf))
      list.collections.fill(ids.collectionNumber(options.collection))
      return rankerRows(features.read(tables, prepared.features, list), features.columns, list)
    },
    had: (user) => firstNumbers(tables, features.historyName, user),
    async forUser(user) {
      const prepared = served.prepare({ user: users.name(user), sort: "score" }, inner.now)
      captured = undefined
      await prepared.run(scope(inner.now, prepared.features))
      return captured ?? nobody
    },
  }
}

/** For each item one that is described alike and that nobody ever had; made when first asked for. */
function twins(
  { ids, options: { collection }, catalogue }: { readonly ids: IdTable; readonly options: Recommendation; readonly catalogue: Catalogue },
  time: number,
  observe: (entry: LogEntry) => void,
): (item: number) => number {
  const items = ids.collection(collection)
  const made = new Map<number, number>()
  return (item) => {
    const known = made.get(item)
    if (known !== undefined) return known
    let name = `${items.name(item)} as new`
    while (items.find(name) >= 0) name += "'"
    const fields = catalogue.fields(collection, item)
    observe({
      position: Number.MAX_SAFE_INTEGER,
      time,
      record: { id: name, timestamp: time, event: "item", item: name, collection, fields },
    })
    const twin = items.intern(name)
    made.set(item, twin)
    return twin
  }
}
