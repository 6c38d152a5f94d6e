import {
  type BundleReader,
  type BundleWriter,
  type Candidates,
  float32,
  type Matrix,
  matrix,
  ScoreColumns,
  select,
  type Trace,
} from "../../core/index.ts"
import type { FunnelStage } from "../../funnel/index.ts"
import { type Calibrator, loadCalibrator } from "../../models/index.ts"
import type { FusionWeights } from "./fusion.ts"
import { NEAREST } from "./item-vectors.ts"
import type { OddsScale } from "./odds-scale.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import { type RankerModel, type RankerName, rankers } from "./rankers.ts"
import { TASTES, type Taste, type TasteScores } from "./tastes.ts"

/** Retrievers whose score and place are inputs of the ranker, beside the features. */
export const SCORED_BY = ["ease", "neighbours", "together", "spectral", "factors", "content", NEAREST, "popular"] as const
/** The ranker's column: log-odds that the person engages with the item. */
export const LOGIT = "logit"

/** Names of the ranker's inputs: the features, then what each retriever said. */
export function rankerColumns(features: readonly string[]): string[] {
  return [...features, ...SCORED_BY.flatMap((name) => [name, placeOf(name)]), ...TASTES.flatMap(relativeColumns)]
}

export const placeOf = (name: string) => `${name}.place`
/** A taste's score as share of the best one among all items not seen, and that share's logarithm. */
const relativeColumns = (name: string) => [`${name}.share`, `${name}.share.log`] as const
/** Inputs that tastes give. Where the first is missing the item is new to the release: nothing else leaves it out. */
export const TASTE_COLUMNS: readonly string[] = [...TASTES, ...TASTES.flatMap(relativeColumns)]
/** Places of a retriever's list that reach the ranker however little the retriever counts. */
const SURE = 10
/** Shares below this are all alike. */
const LEAST_SHARE = 1e-3

/**
 * Puts score columns of the candidates beside their feature rows, in the order of the ranker's inputs; a column nobody gave is missing.
 * @param features - rows of the list, one column a name of `names`
 * @returns shape `[list.size, rankerColumns(names).length]`
 */
export function rankerRows(features: Matrix, names: readonly string[], list: Candidates): Matrix {
  const columns = rankerColumns(names)
  const rows = matrix(list.size, columns.length)
  for (let row = 0; row < list.size; row++)
    rows.data.set(features.data.subarray(row * names.length, (row + 1) * names.length), row * columns.length)
  for (let col = names.length; col < columns.length; col++) {
    const scores = list.scores.get(columns[col]!)
    for (let row = 0; row < list.size; row++) rows.data[row * columns.length + col] = scores?.[row] ?? Number.NaN
  }
  return rows
}

/**
 * Gives every candidate the score of every taste, whoever proposed it, that score on the request's own scale, and the logarithm of
 * its place in each retriever's list (that after the last where it was not proposed): the ranker compares like with like.
 * @param whole - a retriever whose candidates are all kept, beside `rank` of the others
 */
export function completeScores(
  tastes: readonly Taste[],
  { retrieve, rank }: Pick<Recommendation, "retrieve" | "rank">,
  whole?: string,
): FunnelStage<RecommendationQuery> {
  const logs = Float32Array.from({ length: 1024 }, (_, place) => Math.log(place))
  const places = (list: Candidates, name: string) => {
    const ranks = list.scores.get(`${name}.rank`)
    const places = float32(list.size).fill(Math.log(retrieve + 1))
    if (ranks !== undefined)
      for (let at = 0; at < list.size; at++) if (ranks[at]! > 0) places[at] = logs[ranks[at]!] ?? Math.log(ranks[at]!)
    return places
  }
  return {
    name: "scores",
    limit: whole === undefined ? rank : Number.POSITIVE_INFINITY,
    async run(query, merged, scope) {
      const list = merged.size <= rank ? merged : firstOf(merged, rank, scope.trace, whole)
      const scores = new Map<string, Float32Array>()
      for (const taste of tastes) addTaste(scores, taste.name, taste.of(query), list)
      for (const name of SCORED_BY) {
        scores.set(placeOf(name), places(list, name))
      }
      const none = float32(list.size).fill(Number.NaN)
      // A catalogue without categories has no content neighbours, a log without times no visits: what nobody gave is missing, as in training.
      for (const name of [...SCORED_BY, ...TASTES.flatMap(relativeColumns)]) {
        if (!scores.has(name) && !list.scores.has(name)) scores.set(name, none)
      }
      return { ...list, scores: ScoreColumns.with(list.scores, scores) }
    },
  }
}

/** A taste's columns: its score, 0 for an item that came after the release was trained, and the score on the request's own scale. */
function addTaste(columns: Map<string, Float32Array>, name: string, { read, best }: TasteScores, list: Candidates): void {
  const [raw, share, shareLog] = [name, ...relativeColumns(name)].map((column) => {
    const values = float32(list.size)
    columns.set(column, values)
    return values
  }) as [Float32Array, Float32Array, Float32Array]
  read(list.ids, raw)
  for (let at = 0; at < list.size; at++) {
    const score = raw[at]!
    share[at] = best > 0 ? score / best : 0
    shareLog[at] = Math.log(Math.max(LEAST_SHARE, share[at]!))
  }
}

/** The best by fusion, and the first few of every retriever whatever fusion says, all of `whole` besides; the others are told as dropped. */
function firstOf(list: Candidates, size: number, trace: Trace, whole?: string): Candidates {
  const isSure = new Uint8Array(list.size)
  for (const name of list.scores.keys()) {
    if (!name.endsWith(".rank")) continue
    const { column, places } = ScoreColumns.standing(list.scores, name)!
    const sure = name === `${whole}.rank` ? Number.POSITIVE_INFINITY : SURE
    for (let at = 0; at < list.size; at++) if (column[places === undefined ? at : places[at]!]! <= sure) isSure[at] = 1
  }
  let others = size - (whole === undefined ? isSure.reduce((sum, one) => sum + one, 0) : 0)
  const kept: number[] = []
  const dropped: number[] = []
  for (let at = 0; at < list.size; at++) (isSure[at] === 1 || others-- > 0 ? kept : dropped).push(at)
  if (whole === undefined && kept.length > size) dropped.push(...kept.splice(size))
  trace.drop("scores", "limit", list, dropped)
  return select(list, kept)
}

/** What a release ranks by: a model of the kind that the options name, or one retriever's own score where the model was not better. */
export interface Ranker {
  readonly column: string
  readonly kind: RankerName
  readonly model: RankerModel | undefined
  /** Orders, beside the model, what is new to the release; undefined where nothing is. */
  readonly modelOfNew: RankerModel | undefined
  /** Log-odds of the scores that rank, where they are none: what is new is put among them by it. */
  readonly scale: OddsScale | undefined
  /** How much each retriever counts where no model orders, and for people without a history. */
  readonly fusion: FusionWeights
  readonly newcomers: FusionWeights
  /** From log-odds to the probability that is shown; undefined where the log-odds stand for themselves. */
  readonly calibrator: Calibrator | undefined
}

/** Writes the ranker. */
export function saveRanker(ranker: Ranker, bundle: BundleWriter): void {
  const { column, kind, fusion, newcomers, scale } = ranker
  const [isCalibrated, hasNew] = [ranker.calibrator !== undefined, ranker.modelOfNew !== undefined]
  bundle.json("ranker", { column, kind, fusion, newcomers, isCalibrated, hasNew, scale: scale ?? null })
  ranker.model?.save(bundle.child(kind))
  ranker.modelOfNew?.save(bundle.child(`${kind} of new`))
  ranker.calibrator?.save(bundle.child("calibration"))
}

/** Restores what {@link saveRanker} wrote. */
export function loadRanker(bundle: BundleReader): Ranker {
  const parts = bundle.json("ranker") as Pick<Ranker, "column" | "kind" | "fusion" | "newcomers"> & {
    readonly isCalibrated?: boolean
    readonly hasNew?: boolean
    readonly scale?: OddsScale | null
  }
  return {
    ...parts,
    scale: parts.scale ?? undefined,
    modelOfNew: parts.hasNew ? rankers[parts.kind].load(bundle.child(`${parts.kind} of new`)) : undefined,
    model: parts.column === LOGIT ? rankers[parts.kind].load(bundle.child(parts.kind)) : undefined,
    calibrator: parts.isCalibrated ? loadCalibrator(bundle.child("calibration")) : undefined,
  }
}
