import {
  type Candidates,
  candidates,
  type IdTable,
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
import type { Recommendation } from "./options.ts"
import { rankerColumns, rankerRows } from "./ranker.ts"
import type { ServedRetrieval } from "./retrieval.ts"

/** What the funnel proposes, before a ranker orders it. */
export interface Proposer {
  readonly features: readonly string[]
  /** Candidates of one person with the ranker's inputs, in the order of the list. */
  forUser(user: number): Promise<{ readonly list: Candidates; readonly rows: Matrix }>
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
  return {
    features: features.columns,
    async forUser(user) {
      const prepared = served.prepare({ user: users.name(user), sort: "score" }, inner.now)
      captured = undefined
      await prepared.run(scope(inner.now, prepared.features))
      return captured ?? nobody
    },
  }
}
