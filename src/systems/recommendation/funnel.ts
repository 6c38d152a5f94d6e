import { type Candidates, InvalidArgument, type Matrix, type RequestScope, select, unknownName } from "../../core/index.ts"
import type { FunnelAnswer, PreparedRank, RankedItem, RankRequest, ServedSystem, ServingParts, ShownList } from "../../definition/index.ts"
import {
  defineFunnel,
  FUSION_COLUMN,
  type Funnel,
  type FunnelRetriever,
  type FunnelStage,
  type Merge,
  rankBy,
  reciprocalRankMerge,
  runFunnel,
  scoreStage,
} from "../../funnel/index.ts"
import { scoringAside } from "./carry.ts"
import { chanceOf, PROPENSITY } from "./chance.ts"
import { liveContent } from "./content.ts"
import { EXPLORE } from "./explore.ts"
import { checkFilters, pageFilters } from "./filters.ts"
import { recommendationGraph } from "./graph.ts"
import { itemVectors } from "./item-vectors.ts"
import { newToRelease } from "./new-to-release.ts"
import type { Recommendation } from "./options.ts"
import { isPage, pageStages } from "./page.ts"
import { PAGE_ROWS, pageRows, ROWS } from "./page-rows.ts"
import { cursorAt, MAX_LIMIT, PLACEMENTS, type RecommendationQuery, recommendationQuery } from "./query.ts"
import { completeScores, LOGIT, type Ranker, rankerColumns, rankerRows } from "./ranker.ts"
import { logitsOf, modelFor } from "./ranker-logits.ts"
import { reasonsFor } from "./reasons.ts"
import { retrievalMemory, type ServedRetrieval } from "./retrieval.ts"
import { MOVING, retrieversOf } from "./retrievers.ts"
import { placesIn, restoreSources, STORED, storedOrder, storedPages } from "./stored.ts"
import { TASTES, tastesOf } from "./tastes.ts"

/** Depths of page for which a funnel is kept ready. */
const FUNNELS = 16
/** Items named by a request, to the next multiple of which its funnel reaches. */
const NAMED_STEP = 500
/** Rows that the ranker scores without room of their own. */
const WIDE = 2_000

/** Everything that answers: loaded from a release, or at hand while training. */
export interface RecommendationModels {
  readonly retrieval: ServedRetrieval
  /** Undefined while training, before there is one: the fused order stands. */
  readonly ranker: Ranker | undefined
  /** Hears every list that is about to be ranked, with its feature rows: how training sees what serving sees. */
  readonly capture?: (list: Candidates, features: Matrix) => void
}

/** What the funnel reads at request time. */
export type LiveParts = Omit<ServingParts, "bundle">

/** The funnel of a release: from a request to a page, with reasons. */
export async function recommendationFunnel(options: Recommendation, models: RecommendationModels, live: LiveParts): Promise<ServedSystem> {
  const { ids, tables, catalogue, features } = live
  const collection = ids.collectionNumber(options.collection)
  const items = ids.collection(options.collection)
  const { all: tastes, causes, bytes: boardBytes } = await tastesOf(models.retrieval, options, live)
  const content = await liveContent(options, live)
  const vectors = await itemVectors(options, live)
  const { retrievers, fallback } = retrieversOf(options, { retrieval: models.retrieval, tastes, content, vectors, live })
  const own = retrievers.map(({ retriever }) => retriever.name).filter((name) => name !== "given" && name !== STORED)
  const sorts = ["recommended", "score", ...own]
  const filters = pageFilters(options, live, content)
  const ofNew = newToRelease(options, models, live)
  // A page deeper than what is ranked asks for as much.
  const scoring = (depth: number) => {
    const rank = Math.max(options.rank, depth)
    const stages = [
      completeScores(tastes, { ...options, rank }),
      ...ofNew,
      ...captureStage(models),
      ...rankStages(rank, models.ranker, features.columns),
    ]
    return [...stages.map(scoringAside).map(unlessStored), storedOrder(MAX_LIMIT + options.retrieve)]
  }
  const sources = retrievers.map(({ retriever }) => retriever.name)
  const arrangeBy = (depth: number) => {
    const chance = chanceOf(options, live, { depth, sources, when: isPage })
    return { draw: chance.draw, page: pageStages(options, live, { content, ranker: models.ranker, depth, chance }) }
  }
  const merge = mergeOf(models.ranker)
  const funnels = new Map<number, Funnel<RecommendationQuery>>()
  const funnelFor = (depth: number): Funnel<RecommendationQuery> => {
    const known = funnels.get(depth)
    if (known !== undefined) return known
    const { draw, page } = arrangeBy(depth)
    const made = defineFunnel<RecommendationQuery>({
      retrievers: deepEnough(retrievers, depth),
      stages: [filters, ...draw, ...scoring(depth), ...page],
      merge,
      fallback,
      limit: depth,
      clock: live.clock,
    })
    if (funnels.size >= FUNNELS) funnels.delete(funnels.keys().next().value!)
    funnels.set(depth, made)
    return made
  }
  const graph = recommendationGraph(funnelFor(options.limit))
  const reasons = reasonsFor(options, causes, live)
  const understand = (request: RankRequest, now: number): RecommendationQuery => {
    const query = recommendationQuery(request, now, { options, ids, tables, features, sorts })
    checkFilters(query.filters, options, live)
    checkTimeout(request.timeoutMs ?? options.timeoutMs)
    return query
  }
  const shown = (query: RecommendationQuery, sources: readonly string[], places?: ReadonlyMap<number, number>): ShownList => ({
    featureSet: features,
    placement: query.placement,
    sources,
    present: (answer, place) => present(answer, place, query, places),
    explain: (answer, place) => explain(answer, place, query),
    cursorAfter: (answer) => (answer.more ? cursorAt(query.offset + query.limit) : undefined),
  })
  const page = pageRows(options, {
    retrieval: models.retrieval,
    ranker: models.ranker,
    content,
    retrievers: new Map(retrievers.map(({ retriever }) => [retriever.name, retriever])),
    live,
    rowRetrievers: retrievers,
    fallback,
    stages: [
      filters,
      completeScores(tastes, options, ROWS),
      ...ofNew,
      ...rankStages(Number.POSITIVE_INFINITY, models.ranker, features.columns),
    ],
    merge,
    arrange(depth) {
      const { draw, page } = arrangeBy(depth)
      return [...draw, ...page]
    },
    understand,
    shown,
  })
  const parts: Readonly<Record<string, unknown>> = { ...models, [PAGE_ROWS]: page }

  return {
    placements: PLACEMENTS,
    sorts,
    graph: () => graph,
    part<T>(name: string): T {
      if (!(name in parts)) throw unknownName(`release ${live.releaseId}`, "part", name, Object.keys(parts))
      return parts[name] as T
    },
    memory: () => ({ ...retrievalMemory(models.retrieval), boards: boardBytes, content: content?.bytes() ?? 0 }),
    storedPages,
    prepare(request, now, page): PreparedRank {
      const asked = understand(request, now)
      const query: RecommendationQuery = page === undefined ? asked : { ...asked, page, sort: STORED }
      const places = page === undefined ? undefined : placesIn(page)
      const depth = query.offset + query.limit
      return {
        ...shown(query, funnelFor(depth).sources, places),
        features: query.features,
        limit: query.limit,
        offset: query.offset,
        timeoutMs: request.timeoutMs ?? options.timeoutMs,
        propensities: ({ candidates, degraded }) => propensities(candidates, degraded, query),
        async run(scope: RequestScope) {
          const { candidates, stages, degraded } = await runFunnel(funnelFor(breadthOf(query, depth)), query, scope, { limit: depth })
          if (places !== undefined) restoreSources(candidates, page!, places)
          return { candidates: from(candidates, query.offset), stages, degraded, more: candidates.size >= depth }
        },
      }
    },
  }

  function present(
    { candidates }: FunnelAnswer,
    place: number,
    query: RecommendationQuery,
    places?: ReadonlyMap<number, number>,
  ): RankedItem {
    const dense = candidates.ids[place]!
    const own = places?.get(dense)
    const shown = catalogue.has(options.collection, dense) ? { fields: catalogue.fields(options.collection, dense) } : {}
    return {
      id: items.name(dense),
      ...(options.collection === "items" ? {} : { collection: options.collection }),
      ...(own === undefined
        ? { score: shownScore(candidates, place, query), reasons: reasons(query, candidates, place) }
        : { score: query.page!.scores[own]!, reasons: query.page!.reasons[own]! }),
      ...shown,
    }
  }

  /** Exact where the page was made as it should be: 1 throughout where chance has no say, unknown once something moved or was cut. */
  function propensities({ ids, size, scores }: Candidates, degraded: readonly string[], query: RecommendationQuery) {
    if (degraded.length > 0) return undefined
    if (query.page !== undefined) {
      const own = query.page.propensities.subarray(query.offset, query.offset + size)
      const isWhole =
        own.length === size && own.every((chance, place) => chance > 0 && query.page!.ids[query.offset + place] === ids[place])
      return isWhole ? own : undefined
    }
    return isPage(query) ? scores.get(PROPENSITY)?.subarray(0, size) : new Float32Array(size).fill(1)
  }

  /** The probability where the model scored it; else what ordered the list. */
  function shownScore(list: Candidates, place: number, query: RecommendationQuery): number {
    const { scores } = list
    const logit = scores.get(LOGIT)?.[place]
    if (query.page !== undefined) return 0
    if (query.sort !== "recommended" && query.sort !== "score") return finite(scores.get(query.sort)?.[place])
    if (logit !== undefined && !Number.isNaN(logit)) return models.ranker?.calibrator?.probability(logit) ?? 1 / (1 + Math.exp(-logit))
    return finite(
      scores.get(orderColumn(query, models.ranker, list))?.[place] ??
        scores.get(FUSION_COLUMN)?.[place] ??
        scores.get(fallback.name)?.[place],
    )
  }

  function explain({ candidates }: FunnelAnswer, place: number, query: RecommendationQuery): ReturnType<PreparedRank["explain"]> {
    const one = select(candidates, [place])
    one.collections.fill(collection)
    const rows = rankerRows(features.read(tables, query.features, one), features.columns, one)
    const names = rankerColumns(features.columns)
    const model = orderColumn(query, models.ranker) === LOGIT ? modelFor(models.ranker!, names, rows) : undefined
    const added = model?.contributions(rows.data)
    return names.map((name, col) => ({
      name,
      value: Number.isNaN(rows.data[col]!) ? null : rows.data[col]!,
      ...(added === undefined ? {} : { contribution: added[col]! }),
    }))
  }
}

/** What a page that was ranked ahead does not pass again. */
function unlessStored(stage: FunnelStage<RecommendationQuery>): FunnelStage<RecommendationQuery> {
  return { ...stage, when: (query) => query.page === undefined && (stage.when?.(query) ?? true), run: stage.run.bind(stage) }
}

/** What does not order: rows of a page, and what chance brings. */
const UNFUSED = { [ROWS]: 0, [EXPLORE]: 0 }

/** Fuses the lists by what each was found to count: for people with a history, and for those of whom nothing is known. */
function mergeOf(ranker: Ranker | undefined): Merge {
  const { fusion = {}, newcomers = {} } = ranker ?? {}
  // What no list was held out for counts as much as what everybody likes; what a person asked for counts in full.
  const known = reciprocalRankMerge({
    weights: { ...UNFUSED, ...Object.fromEntries(MOVING.map((name) => [name, fusion.popular ?? 1])), ...fusion },
  })
  const unknown = reciprocalRankMerge({ weights: { ...UNFUSED, ...newcomers } })
  const tastes: ReadonlySet<string> = new Set(TASTES)
  return (lists, sources) => (lists.some(({ name, list }) => tastes.has(name) && list.size > 0) ? known : unknown)(lists, sources)
}

function captureStage({ capture }: RecommendationModels): FunnelStage<RecommendationQuery>[] {
  if (capture === undefined) return []
  return [
    {
      name: "capture",
      limit: Number.POSITIVE_INFINITY,
      async run(_query, list, scope) {
        capture(list, scope.features.read(list))
        return list
      },
    },
  ]
}

/** The page's order: the ranker's log-odds, a retriever's own score where the release or the request says so, the fused order on an item's page. */
function rankStages(limit: number, ranker: Ranker | undefined, features: readonly string[]): FunnelStage<RecommendationQuery>[] {
  const model = ranker?.model
  const byModel = (query: RecommendationQuery) => model !== undefined && orderColumn(query, ranker) === LOGIT
  const wide = new Float64Array(WIDE)
  const logits = ranker && logitsOf(ranker, rankerColumns(features))
  const scored =
    logits &&
    scoreStage<RecommendationQuery>({
      name: LOGIT,
      limit,
      features: rankerColumns(features),
      predict(rows, out) {
        out.set(logits(rows, rows.rows <= wide.length ? wide.subarray(0, rows.rows) : new Float64Array(rows.rows)))
        return out
      },
      needMs: 0.001,
      when: byModel,
    })
  const plain: FunnelStage<RecommendationQuery> = {
    name: "order",
    limit,
    when: (query) => !byModel(query),
    run: (query, list, scope) =>
      rankBy<RecommendationQuery>(orderColumn(query, ranker, list), { name: "order", limit }).run(query, list, scope),
  }
  return scored === undefined ? [plain] : [scored, plain]
}

/**
 * The column that orders a request's list before the page is made. Somebody without a history is nobody that a model learned from, and a
 * retriever that reads histories scores everything alike: there the fused lists stand, what is popular, trending and new. So they do where the
 * one retriever that ranks has nothing to say of the list, such as what goes together in a visit without one.
 */
export function orderColumn(query: RecommendationQuery, ranker: Ranker | undefined, list?: Candidates): string {
  if (query.sort !== "recommended" && query.sort !== "score") return query.sort
  const column = query.placement === "item" || query.seeds.length === 0 ? FUSION_COLUMN : (ranker?.column ?? FUSION_COLUMN)
  if (column === LOGIT || list === undefined) return column
  return list.scores
    .get(column)
    ?.subarray(0, list.size)
    .some((score) => score > 0) === false
    ? FUSION_COLUMN
    : column
}

/** Items that a request names itself are ranked however many they are; whole steps, so that few funnels serve all lengths. */
function breadthOf({ only }: RecommendationQuery, depth: number): number {
  return only === undefined ? depth : Math.max(depth, Math.ceil(only.length / NAMED_STEP) * NAMED_STEP)
}

/** A page deeper than the retrievers' caps asks them for as much. */
function deepEnough(retrievers: readonly FunnelRetriever<RecommendationQuery>[], depth: number): FunnelRetriever<RecommendationQuery>[] {
  return retrievers.map((entry) => ({ ...entry, limit: Math.max(entry.limit, depth) }))
}

function checkTimeout(timeoutMs: number): void {
  if (timeoutMs > 0 && timeoutMs <= 60_000) return
  throw new InvalidArgument("body.timeoutMs", "milliseconds above 0, at most 60000", String(timeoutMs), "Leave it out for the default.")
}

function from(list: Candidates, offset: number): Candidates {
  return offset === 0
    ? list
    : select(
        list,
        Uint32Array.from({ length: Math.max(0, list.size - offset) }, (_, place) => place + offset),
      )
}

const finite = (value: number | undefined) => (value === undefined || !Number.isFinite(value) ? 0 : value)
