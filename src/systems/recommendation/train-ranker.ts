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
  topK,
  USERS,
} from "../../core/index.ts"
import type { TrainingRun } from "../../definition/index.ts"
import { Catalogue } from "../../features/index.ts"
import { TraceRecorder } from "../../funnel/index.ts"
import { ndcgAtK, recallAtK } from "../../metrics/index.ts"
import { memoryState, memoryValues } from "../../storage/index.ts"
import type { HoldOut } from "./data.ts"
import { Examples } from "./examples.ts"
import { recommendationFeatures } from "./features.ts"
import { recommendationFunnel } from "./funnel.ts"
import { type FusionWeights, learnFusion, type PlacedList } from "./fusion.ts"
import { refuseLeaks } from "./leak.ts"
import type { Recommendation } from "./options.ts"
import { LOGIT, placeOf, type Ranker, rankerColumns, rankerRows, SCORED_BY } from "./ranker.ts"
import { type RankerModel, rankers } from "./rankers.ts"
import type { ServedRetrieval } from "./retrieval.ts"

/** Rows the ranker learns from, at most: negatives are sampled to fit, and weighted back. */
const MOST_ROWS = 200_000
/** People whose lists the ranker learns from, at most. */
const MOST_LISTS = 12_000
/** People the choice between ranker and retrievers is judged on, at most. */
const MOST_JUDGED = 3000
const K = 20

/** The ranker, and how good the funnel with it is on people it was not fitted to. */
export interface TrainedRanker {
  readonly ranker: Ranker
  readonly rows: number
  readonly metrics: Readonly<Record<string, number>>
  readonly popularity: Readonly<Record<string, number>>
  readonly notes: readonly string[]
}

/**
 * Fits the ranker on what the funnel proposes for held-out items. State and retrievers never saw the held-out part, so the scores it learns
 * from are out of sample; that they are is measured. It is judged on people it was not fitted to, and left out when a retriever alone does
 * better.
 *
 * @param models - retrievers fitted without the held-out part, and the NDCG@20 that each was found to have on it, by name
 * @throws {@link InvalidArgument} naming the retrievers that saw the held-out part
 */
export async function trainRanker(
  run: TrainingRun,
  ids: IdTable,
  options: Recommendation,
  { retrieval, outOfSample }: { readonly retrieval: ServedRetrieval; readonly outOfSample: Readonly<Record<string, number>> },
  inner: HoldOut,
): Promise<TrainedRanker> {
  const propose = await proposer(run, ids, options, retrieval, inner)
  const columns = rankerColumns(propose.features)
  const keep = Math.min(1, MOST_ROWS / Math.max(1, Math.min(inner.truth.size, MOST_LISTS) * options.rank))
  const all = new Examples(columns, keep, random(run.seed).split("negatives"))
  const halves = [new Examples(columns, 1), new Examples(columns, 1)] as const
  const judgedEvery = Math.max(1, Math.floor(Math.min(inner.truth.size, MOST_LISTS) / MOST_JUDGED))
  const judgedLists: JudgedList[] = []
  let done = 0
  let place = 0
  const step = Math.max(1, Math.ceil(inner.truth.size / MOST_LISTS))
  for (const [user, truth] of inner.truth) {
    if (place++ % step !== 0) continue
    const { list, rows } = await propose.forUser(user)
    const relevant = new Set(truth)
    all.add(list, rows, relevant, inner.unsure.get(user))
    if (done % judgedEvery === 0) judgedLists.push({ list: done, rows, held: truth.length, isHeld: flags(list, relevant) })
    if (done++ % 64 === 0) run.progress("read features for the ranker", (done * step) / inner.truth.size)
  }
  run.progress("read features for the ranker", 1, `${all.size} rows, ${all.positives} of them engaged with`)
  const alone = judge(judgedLists, columns, [])
  refuseLeaks(
    Object.entries(outOfSample).map(([name, quality]) => ({
      name,
      inLists: alone[name]!.ndcg,
      outOfSample: quality,
      error: standardError(alone[name]!.each),
    })),
  )
  if (all.positives === 0 || all.positives === all.size) {
    return { ...unranked(options, "ease"), notes: ["Too few held-out engagements to fit a ranker: EASE alone ranks."] }
  }
  const fusion = learnFusion(
    judgedLists.map((list) => placed(list, columns, options.retrieve)),
    Object.fromEntries(SCORED_BY.map((name) => [name, alone[name]!.ndcg])),
  )
  all.splitByList(halves)
  const fitOn = (examples: Examples, step: string) =>
    rankers[options.ranker].fit(examples.data(), {
      seed: run.seed,
      signal: run.signal,
      onProgress: (share) => run.progress(step, share),
    })
  const isUsable = halves.every((half) => half.positives > 0 && half.positives < half.size)
  const crossed: RankerModel[] = isUsable ? [await fitOn(halves[1], "fit the ranker"), await fitOn(halves[0], "fit the ranker")] : []
  const judged = judge(judgedLists, columns, crossed)
  const best = SCORED_BY.reduce((a, b) => (judged[b]!.ndcg > judged[a]!.ndcg ? b : a))
  const popularity = named(judged.popular!)
  const others = SCORED_BY.map((name) => `${name} ${judged[name]!.ndcg.toFixed(4)}`).join(", ")
  if (judged[LOGIT] === undefined || !isSurelyBetter(judged[LOGIT].each, judged[best]!.each)) {
    const note = `The ranker (${judged[LOGIT]?.ndcg.toFixed(4) ?? "not fitted"}) was not surely better than ${best} (${judged[best]!.ndcg.toFixed(4)}): ${best} ranks.`
    return { ...unranked(options, best, fusion.weights), rows: all.size, metrics: named(judged[best]!), popularity, notes: [note] }
  }
  const model = await fitOn(all, "fit the ranker")
  run.progress("fit the ranker", 1)
  return {
    ranker: { column: LOGIT, kind: options.ranker, model, fusion: fusion.weights },
    rows: all.size,
    metrics: named(judged[LOGIT]),
    popularity,
    notes: [`On people held out from the ranker: funnel ${judged[LOGIT].ndcg.toFixed(4)}, ${others} (ndcg@${K}).`],
  }
}

interface Quality {
  ndcg: number
  recall: number
  /** NDCG of each list. */
  readonly each: Float64Array
}

/** Better by more than the standard error of the mean difference: with few people a model of many inputs looks better by chance. */
function isSurelyBetter(candidate: Float64Array, incumbent: Float64Array): boolean {
  const n = candidate.length
  let sum = 0
  let squares = 0
  for (let i = 0; i < n; i++) {
    const difference = candidate[i]! - incumbent[i]!
    sum += difference
    squares += difference * difference
  }
  const variance = squares / n - (sum / n) ** 2
  return sum / n > Math.sqrt(Math.max(0, variance) / n)
}

function standardError(values: Float64Array): number {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return values.length < 2 ? 0 : Math.sqrt(squares / (values.length - 1) / values.length)
}

const named = ({ ndcg, recall }: Quality) => ({ [`ndcg@${K}`]: ndcg, [`recall@${K}`]: recall })
const unranked = ({ ranker: kind }: Recommendation, column: string, fusion: FusionWeights = {}): TrainedRanker => ({
  ranker: { column, kind, model: undefined, fusion },
  rows: 0,
  metrics: {},
  popularity: {},
  notes: [],
})

interface Proposer {
  readonly features: readonly string[]
  /** Candidates of one person with the ranker's inputs, in the order of the list. */
  forUser(user: number): Promise<{ readonly list: Candidates; readonly rows: Matrix }>
}

/** Folds what lies before the curtain and opens the very funnel that will serve, without a ranker. */
async function proposer(
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

/** One person's candidates, kept to judge orders by. */
interface JudgedList {
  /** Its number: even and odd ones are the halves that the ranker is crossed over. */
  readonly list: number
  readonly rows: Matrix
  /** Held-out items of the person, and which candidates are among them. */
  readonly held: number
  readonly isHeld: Uint8Array
}

function flags(list: Candidates, relevant: ReadonlySet<number>): Uint8Array {
  const found = new Uint8Array(list.size)
  for (let at = 0; at < list.size; at++) found[at] = relevant.has(list.ids[at]!) ? 1 : 0
  return found
}

/** Mean quality of each way to order the same candidates; the ranker's halves judge each other's people. */
function judge(lists: readonly JudgedList[], columns: readonly string[], crossed: readonly RankerModel[]): Record<string, Quality> {
  const names = [...SCORED_BY, ...(crossed.length === 0 ? [] : [LOGIT])]
  const sums: Record<string, Quality> = Object.fromEntries(
    names.map((name) => [name, { ndcg: 0, recall: 0, each: new Float64Array(lists.length) }]),
  )
  for (const [place, { list, rows, held, isHeld }] of lists.entries()) {
    const ideal = new Uint8Array(held).fill(1)
    for (const name of names) {
      const scores = name === LOGIT ? crossed[list % 2]!.logits(rows) : columnOf(rows, columns.indexOf(name))
      const grades = Uint8Array.from(topK(scores, K), (at) => isHeld[at]!)
      const ndcg = ndcgAtK(grades, ideal, K)
      sums[name]!.each[place] = ndcg
      sums[name]!.ndcg += ndcg / lists.length
      sums[name]!.recall += recallAtK(grades, ideal, K) / lists.length
    }
  }
  return sums
}

/** The places that each retriever gave, out of the ranker's inputs. */
function placed({ rows, held, isHeld }: JudgedList, columns: readonly string[], retrieve: number): PlacedList {
  const places = (name: string) =>
    Float64Array.from(columnOf(rows, columns.indexOf(placeOf(name))), (log) => {
      const place = Math.round(Math.exp(log))
      return place > retrieve ? Number.POSITIVE_INFINITY : place
    })
  return { places: Object.fromEntries(SCORED_BY.map((name) => [name, places(name)])), held, isHeld }
}

function columnOf(rows: Matrix, column: number): Float32Array {
  return Float32Array.from({ length: rows.rows }, (_, row) => rows.data[row * rows.cols + column]!)
}
