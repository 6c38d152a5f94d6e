import { type IdTable, random } from "../../core/index.ts"
import type { TrainingRun } from "../../definition/index.ts"
import { type CalibrationReport, calibrated } from "./calibrate.ts"
import type { HoldOut } from "./data.ts"
import { Examples } from "./examples.ts"
import type { Exposure } from "./exposure.ts"
import { type FusionWeights, fusedScores, learnFusion, type PlacedList, placedNdcg } from "./fusion.ts"
import {
  bestOrder,
  byFusion,
  byRankers,
  columnOf,
  FUSED,
  flags,
  JUDGED_K,
  type JudgedList,
  judge,
  placed,
  type Quality,
  standardError,
} from "./judge.ts"
import { refuseLeaks } from "./leak.ts"
import { learnNew } from "./learn-new.ts"
import { learnOddsScale } from "./odds-scale.ts"
import type { Recommendation } from "./options.ts"
import { type Proposer, proposer } from "./propose.ts"
import { LOGIT, type Ranker, rankerColumns, SCORED_BY } from "./ranker.ts"
import { isNewRow } from "./ranker-logits.ts"
import { type RankerModel, rankers } from "./rankers.ts"
import type { ServedRetrieval } from "./retrieval.ts"
import { MOVING } from "./retrievers.ts"

/** Rows the ranker learns from, at most: negatives are sampled to fit, and weighted back. */
const MOST_ROWS = 200_000
/** People whose lists the ranker learns from, at most. */
const MOST_LISTS = 12_000
/** People the choice between ranker and retrievers is judged on, at most. */
const MOST_JUDGED = 3000
/** Up to so many people are dealt into three folds, more into two: what is left to learn from must be enough. */
const FEW_PEOPLE = 600
/** Newcomers that the fusion of lists without a person is learned from: at least, and at most. */
const NEWCOMERS = { least: 20, most: 1000 }
/** What proposes to somebody nothing is known of. */
const WITHOUT_HISTORY = ["popular", ...MOVING]

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
 * from are out of sample; that they are is measured. It is judged on people it was not fitted to, and left out when a retriever alone, or all
 * of them fused, do better.
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
  exposure?: Exposure,
): Promise<TrainedRanker> {
  const propose = await proposer(run, ids, options, retrieval, inner)
  const columns = rankerColumns(propose.features)
  const keep = Math.min(1, MOST_ROWS / Math.max(1, Math.min(inner.truth.size, MOST_LISTS) * options.rank))
  const all = new Examples(columns, keep, random(run.seed).split("negatives"))
  const folds = inner.truth.size <= FEW_PEOPLE ? 3 : 2
  const judgedEvery = Math.max(1, Math.floor(Math.min(inner.truth.size, MOST_LISTS) / MOST_JUDGED))
  const judgedLists: JudgedList[] = []
  const step = Math.max(1, Math.ceil(inner.truth.size / MOST_LISTS))
  let [place, done] = [0, 0]
  for (const [user, truth] of inner.truth) {
    if (place++ % step !== 0) continue
    const { list, rows } = await propose.forUser(user)
    const relevant = new Set(truth)
    const fold = foldOf(user, folds)
    const exposureOf = (item: number) => exposure?.weight(user, item) ?? 1
    all.add(list, rows, { relevant, unsure: inner.unsure.get(user), fold, exposureOf, isOut: (at) => isNewRow(columns, rows, at) })
    if (done % judgedEvery === 0) {
      const isHeld = flags(list, relevant)
      const gains = exposure?.examination && {
        candidates: Float64Array.from(isHeld, (one, at) => one * exposureOf(list.ids[at]!)),
        held: Float64Array.from(truth, exposureOf).sort().reverse(),
      }
      judgedLists.push({ fold, rows, held: truth.length, isHeld, ...(gains && { gains }) })
    }
    if (done++ % 64 === 0) run.progress("read features for the ranker", (done * step) / inner.truth.size)
  }
  const alone = judge(judgedLists, columns)
  refuseLeaks(
    Object.entries(outOfSample).map(([name, quality]) => ({
      name,
      inLists: alone[name]!.ndcg,
      outOfSample: quality,
      error: standardError(alone[name]!.each),
    })),
  )
  const newcomers = await fusionForNewcomers(propose, inner, options)
  run.progress("read features for the ranker", 1, `${all.size} rows, ${all.positives} of them engaged with`)
  const none = { kind: options.ranker, model: undefined, modelOfNew: undefined, scale: undefined, newcomers, calibrator: undefined }
  if (all.positives === 0 || all.positives === all.size) {
    const ranker: Ranker = { ...none, column: "ease", fusion: {} }
    const notes = ["Too few held-out engagements to fit a ranker: EASE alone ranks."]
    return { ranker, rows: 0, metrics: {}, popularity: {}, notes }
  }
  const placesIn = (list: JudgedList) => placed(list, columns, options.retrieve)
  const fused = (without?: number) =>
    learnFusion(
      judgedLists.filter(({ fold }) => fold !== without).map(placesIn),
      Object.fromEntries(SCORED_BY.map((name) => [name, alone[name]!.ndcg])),
    ).weights
  const fusion = fused()
  const orders = {
    [FUSED]: byFusion(
      Array.from({ length: folds }, (_, fold) => fused(fold)),
      placesIn,
    ),
  }
  const fitOn = (examples: Examples, isWeighed: boolean) =>
    rankers[options.ranker].fit(examples.data(isWeighed), {
      seed: run.seed,
      signal: run.signal,
      onProgress: (share) => run.progress("fit the ranker", share),
    })
  const crossed = await crossFit(all, folds, fitOn, judgedLists, columns)
  const judged = judge(judgedLists, columns, crossed === undefined ? orders : { ...orders, [LOGIT]: byRankers(crossed.models) })
  const popularity = named(judged.popular!)
  const column = bestOrder(judged)
  const others = [...SCORED_BY, FUSED].map((name) => `${name} ${judged[name]!.ndcg.toFixed(4)}`).join(", ")
  const seen = exposure?.note === undefined ? [] : [`${exposure.note} ${weighedNote(crossed)}`]
  const ofNew = await learnNew(run, options, { propose, columns, inner, exposure, isWeighed: column === LOGIT && crossed!.isWeighed })
  if (column !== LOGIT) {
    const note = `The ranker (${judged[LOGIT]?.ndcg.toFixed(4) ?? "not fitted"}) was not surely better than ${column} (${judged[column]!.ndcg.toFixed(4)}): ${column} ranks.`
    const scored = (list: JudgedList) =>
      column === FUSED ? fusedScores(placesIn(list), fusion) : columnOf(list.rows, columns.indexOf(column))
    const scale = await learnOddsScale(
      judgedLists.map((list) => ({ scores: scored(list), isTaken: list.isHeld })),
      run,
    )
    const ranker: Ranker = { ...none, column, fusion, modelOfNew: scale && ofNew.model, scale }
    return { ranker, rows: all.size + ofNew.rows, metrics: named(judged[column]!), popularity, notes: [note, ...ofNew.notes, ...seen] }
  }
  const { calibrator, report } = await calibrated(judgedLists, crossed!.models, run)
  const model = await fitOn(all, crossed!.isWeighed)
  run.progress("fit the ranker", 1)
  return {
    ranker: { ...none, column, model, modelOfNew: ofNew.model, fusion, calibrator },
    rows: all.size + ofNew.rows,
    metrics: { ...named(judged[LOGIT]!), ...report.metrics },
    popularity,
    notes: [
      `On people held out from the ranker: funnel ${judged[LOGIT]!.ndcg.toFixed(4)}, ${others} (ndcg@${JUDGED_K}).`,
      told(report),
      ...ofNew.notes,
      ...seen,
    ],
  }
}

/** The fold of a person: scattered, so that no way to pick every second person picks a fold. */
const foldOf = (user: number, folds: number) => (Math.imul(user + 1, 0x9e3779b1) >>> 16) % folds

const named = ({ ndcg, recall }: Quality) => ({ [`ndcg@${JUDGED_K}`]: ndcg, [`recall@${JUDGED_K}`]: recall })
const told = ({ metrics, bins }: CalibrationReport) =>
  `Probabilities on the same people: ${metrics.calibration!.toFixed(3)} promised for each that happened, off by ${metrics.calibrationError!.toFixed(4)} on average (${bins
    .map(({ promised, happened }) => `${promised.toFixed(3)}: ${happened.toFixed(3)}`)
    .join(", ")}).`

/** Rankers of the folds, and whether their examples count against position bias. */
interface Crossed {
  readonly isWeighed: boolean
  readonly models: readonly RankerModel[]
}

const weighedNote = (crossed: Crossed | undefined) =>
  crossed?.isWeighed
    ? "Examples count the more the lower they stood, which orders better when everything is looked at alike."
    : "Examples that count the more the lower they stood did not order better when everything is looked at alike: they count once."

/** A ranker for each fold, learned from the other people, the way that orders best; undefined where there are none of a kind. */
async function crossFit(
  all: Examples,
  folds: number,
  fitOn: (examples: Examples, isWeighed: boolean) => Promise<RankerModel>,
  lists: readonly JudgedList[],
  columns: readonly string[],
): Promise<Crossed | undefined> {
  const others = Array.from({ length: folds }, (_, fold) => all.without(fold))
  if (others.some(({ positives, size }) => positives === 0 || positives === size)) return undefined
  const isExposed = lists.some(({ gains }) => gains !== undefined)
  let best: (Crossed & { readonly quality: number }) | undefined
  for (const isWeighed of isExposed ? [false, true] : [false]) {
    const models: RankerModel[] = []
    for (const examples of others) models.push(await fitOn(examples, isWeighed))
    const quality = judge(lists, columns, { [LOGIT]: byRankers(models) })[LOGIT]!.worth
    if (best === undefined || quality > best.quality) best = { isWeighed, models, quality }
  }
  return best
}

/** How much what is popular, trending and new counts for people without a history, as people who came behind the curtain took things up. */
async function fusionForNewcomers(propose: Proposer, { newcomers }: HoldOut, { retrieve }: Recommendation): Promise<FusionWeights> {
  const lists: PlacedList[] = []
  for (const [user, truth] of newcomers) {
    if (lists.length === NEWCOMERS.most) break
    const { list } = await propose.forUser(user)
    const places = (name: string) =>
      Float64Array.from({ length: list.size }, (_, at) => {
        const place = list.scores.get(`${name}.rank`)?.[at] ?? Number.NaN
        return place <= retrieve ? place : Number.POSITIVE_INFINITY
      })
    const isHeld = flags(list, new Set(truth))
    lists.push({ places: Object.fromEntries(WITHOUT_HISTORY.map((name) => [name, places(name)])), held: truth.length, isHeld })
  }
  if (lists.length < NEWCOMERS.least) return {}
  return learnFusion(lists, Object.fromEntries(WITHOUT_HISTORY.map((name) => [name, placedNdcg(lists, name)]))).weights
}
