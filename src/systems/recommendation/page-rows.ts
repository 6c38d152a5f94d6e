import { type Candidates, type QueryStep, type RequestScope, type Retriever, select } from "../../core/index.ts"
import type { FunnelAnswer, MadeList, PageRequest, PageRow, PreparedLists, RankRequest, ShownList } from "../../definition/index.ts"
import { defineFunnel, type FunnelRetriever, type FunnelStage, type Merge, runFunnel } from "../../funnel/index.ts"
import { retriever } from "../../retrieval/index.ts"
import { composeRows } from "./compose-rows.ts"
import { type LiveParts, orderColumn } from "./funnel.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import { LOGIT, type Ranker } from "./ranker.ts"
import { filled, type PageRowRules } from "./row-options.ts"
import { type RowParts, type RowPlan, rowPlanner } from "./row-plans.ts"

/** The retriever of what single rows are made of, beside that of the page as a whole. */
export const ROWS = "rows"
/** The part of a served release that makes rows. */
export const PAGE_ROWS = "page"
/** Items looked for a row, for each that it shows: some were seen, some stand in a row above. */
const SPARE = 2

/** A page that was understood. While it runs it learns what its rows are made of. */
interface PageQuery extends RecommendationQuery {
  readonly plans: readonly RowPlan[]
  /** Items to look for a row. */
  readonly depth: number
  /** What each row is made of, best first. */
  readonly found: Map<RowPlan, Uint32Array>
}

/** What the rows of a page need of the funnel that ranks a single list. */
export interface PageParts extends RowParts {
  readonly rowRetrievers: readonly FunnelRetriever<RecommendationQuery>[]
  readonly fallback: Retriever<RecommendationQuery>
  /** Up to where candidates are scored. */
  readonly stages: readonly FunnelStage<RecommendationQuery>[]
  readonly merge: Merge
  readonly ranker: Ranker | undefined
  readonly live: LiveParts
  /** What makes a page of a scored list, for lists of that many items. */
  arrange(depth: number): readonly FunnelStage<RecommendationQuery>[]
  understand(request: RankRequest, now: number): RecommendationQuery
  shown(query: RecommendationQuery, sources: readonly string[]): ShownList
}

/** How a row stands on the page. */
export type RowWords = Pick<PageRow, "id" | "kind" | "placement" | "title" | "reason">

/** From a request to the lists of its rows; `words` has those that were made, by the list's name. */
export type PageRows = (request: PageRequest, now: number) => PreparedLists & { readonly words: ReadonlyMap<string, RowWords> }

/** The rows of a release. */
export function pageRows(options: Recommendation, parts: PageParts): PageRows {
  const { fallback, merge, stages, live, ranker } = parts
  const planned = rowPlanner(options, parts)
  const step: QueryStep<PageQuery> = {
    name: "plan",
    async run(query, scope) {
      for (const plan of query.plans) {
        if (plan.find === undefined) continue
        try {
          query.found.set(plan, await plan.find(query, query.depth, scope))
        } catch (error) {
          scope.trace.degrade("plan", `${plan.id}: ${(error as Error).message}`)
        }
      }
      // The same query goes on: tastes are scored once for it.
      return query
    },
  }
  const rows = retriever<PageQuery>({ name: ROWS, collection: live.ids.collectionNumber(options.collection) }, ({ found }) => {
    const ids = Uint32Array.from(new Set([...found.values()].flatMap((list) => [...list])))
    return { ids, scores: new Float32Array(ids.length).fill(1) }
  })
  const funnel = defineFunnel<PageQuery>({
    steps: [step],
    retrievers: [...parts.rowRetrievers, { retriever: rows, limit: MOST_FOUND }],
    stages,
    merge,
    fallback,
    limit: MOST_FOUND,
    clock: live.clock,
  })

  return (request, now) => {
    const { rows: wanted, limit = options.rows.limit, timeoutMs = options.timeoutMs, ...words } = request
    const understood = parts.understand({ ...words, placement: request.item === undefined ? "home" : "item", limit, timeoutMs }, now)
    const plans = planned(understood).filter(({ kind }) => !Array.isArray(wanted) || wanted.includes(kind))
    const resumed = plans.find((plan) => plan.resumed !== undefined)?.resumed
    const query: PageQuery = { ...understood, ...(resumed && { resumed }), plans, depth: limit * SPARE, found: new Map() }
    const rules = { ...options.rows, limit, most: typeof wanted === "number" ? wanted : options.rows.most }
    const shown = parts.shown(query, funnel.sources)
    const rowWords = new Map<string, RowWords>()
    return {
      features: query.features,
      featureSet: live.features,
      timeoutMs,
      words: rowWords,
      async run(scope) {
        const { candidates, stages, degraded } = await runFunnel(funnel, query, scope)
        const rows = await rowsFrom(candidates, query, rules, scope)
        const lists = rows.map(({ plan, list }): MadeList => {
          const row = wordsOf(plan, query.placement, options.rows)
          rowWords.set(plan.id, row)
          const run: FunnelAnswer = { candidates: list, stages, degraded, more: false }
          return {
            name: plan.id,
            request: { ...words, placement: row.placement, limit },
            shown: ofRow(shown, row.placement, plan.itemReason),
            run,
          }
        })
        return { lists, stages, degraded }
      },
    }
  }

  /** Cuts the page's scored list into rows. */
  async function rowsFrom(list: Candidates, query: PageQuery, rules: PageRowRules, scope: RequestScope) {
    const scores = valuesOf(list, orderColumn(query, ranker, list))
    const places = new Map(Array.from(list.ids.subarray(0, list.size), (id, place) => [id, place]))
    const offers = []
    const going = new Set(query.resumed)
    for (const plan of query.plans) {
      const found = query.found.get(plan)
      if (found === undefined && plan.find !== undefined) continue
      // What a row offers to go on with stands in that row alone.
      const members = (found === undefined ? await arranged(list, query, rules.limit, scope, places) : placesIn(places, found)).filter(
        (place) => plan.resumed !== undefined || !going.has(list.ids[place]!),
      )
      // The list is in the order of its scores, so its places are too.
      if (found !== undefined && plan.order === "scored" && !scores.every(Number.isNaN)) members.sort()
      offers.push({ kind: plan.kind, ...(plan.about === undefined ? {} : { about: plan.about }), members, plan })
    }
    return composeRows(offers, scores, rules).map(({ offer, places: own }) => ({ plan: offer.plan, list: select(list, own) }))
  }

  /** The page as a whole, as `rank` would make it of what was not put aside; behind it what it left out, for where rows above take some. */
  async function arranged(list: Candidates, query: PageQuery, depth: number, scope: RequestScope, places: ReadonlyMap<number, number>) {
    const aside = new Set([...query.listed, ...(query.resumed ?? [])])
    const open = Uint32Array.from(list.ids.subarray(0, list.size).keys()).filter((place) => !aside.has(list.ids[place]!))
    let page = select(list, open)
    for (const stage of parts.arrange(depth)) if (stage.when?.(query) !== false && page.size > 0) page = await stage.run(query, page, scope)
    const first = placesIn(places, page.ids.subarray(0, Math.min(depth, page.size)))
    return Uint32Array.from(new Set([...first, ...open.subarray(0, depth * SPARE)]))
  }
}

/** How a row's list is shown: where the row is the whole reason, each item says so. */
function ofRow(shown: ShownList, placement: string, itemReason: RowPlan["itemReason"]): ShownList {
  if (itemReason === undefined) return { ...shown, placement }
  const reason = typeof itemReason === "string" ? () => itemReason : itemReason
  return {
    ...shown,
    placement,
    present: (answer, place) => ({ ...shown.present(answer, place), reasons: [reason(answer.candidates.ids[place]!)] }),
  }
}

/** Candidates that a page's rows are made of, at most. */
const MOST_FOUND = 5_000

function placesIn(places: ReadonlyMap<number, number>, ids: Uint32Array): Uint32Array {
  return Uint32Array.from([...ids].flatMap((id) => places.get(id) ?? []))
}

/** What rows are compared by: probabilities where the model scored, else the column that ordered; missing where only fused places did. */
function valuesOf(list: Candidates, column: string): Float32Array {
  const scores = list.scores.get(column)?.slice(0, list.size) ?? new Float32Array(list.size).fill(Number.NaN)
  if (column === LOGIT) return scores.map((logit) => 1 / (1 + Math.exp(-logit)))
  return column === "fusion" ? scores.fill(Number.NaN) : scores
}

function wordsOf({ id, kind, words, hasReason }: RowPlan, page: "home" | "item", { titles, reasons, verb }: PageRowRules): RowWords {
  const reason = hasReason ? filled(reasons[kind], { verb, ...words }) : ""
  return { id, kind, placement: `${page}/${kind}`, title: filled(titles[kind], { verb, ...words }), ...(reason === "" ? {} : { reason }) }
}
