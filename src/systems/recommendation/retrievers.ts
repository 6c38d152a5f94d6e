import { type Retriever, topK } from "../../core/index.ts"
import { latestValue, takenAtName, type Window } from "../../features/index.ts"
import type { FunnelRetriever } from "../../funnel/index.ts"
import {
  givenRetriever,
  newItems,
  PopularityList,
  popularityRetriever,
  retriever,
  type Scored,
  TopList,
  topListRetriever,
} from "../../retrieval/index.ts"
import type { LiveContent } from "./content.ts"
import { EXPLORE, poolRetriever } from "./explore.ts"
import { placeField, popularityCounter } from "./features.ts"
import type { LiveParts } from "./funnel.ts"
import { type ItemVectors, nearestRetriever } from "./item-vectors.ts"
import type { Recommendation } from "./options.ts"
import { placesTrending } from "./places-trending.ts"
import { MAX_LIMIT, type RecommendationQuery } from "./query.ts"
import type { ServedRetrieval } from "./retrieval.ts"
import { storedRetriever } from "./stored.ts"
import { type Taste, tasteRetriever } from "./tastes.ts"

/** Windows that trending items are counted over; what a longer one adds counts a tenth, so that a quiet day has a list. */
const TRENDING_WINDOWS: readonly Window[] = ["1d", "7d", "28d"]
/** Likeness by categories finds little that a longer history does not: it is asked for those who have up to this many items, and for items' pages. */
const CONTENT_UP_TO = 20
const NEW_FOR_MS = 14 * 86_400_000
/** Items of the moving lists, and how often they are made again. */
const LIST_DEPTH = 200
const LIST_REFRESH_MS = 5_000
/** Items looked at in one request while a list is made: under a millisecond. */
const LIST_SLICE = 2_000
/** What being new counts beside being alike, in the order of new items. */
const NEWNESS_SHARE = 0.1
/** Newest items of a history that new items are compared with. */
const ALIKE_TO = 50

type Q = RecommendationQuery

/** Who proposes candidates, and who answers when nobody does. */
export interface Retrievers {
  readonly retrievers: readonly FunnelRetriever<Q>[]
  readonly fallback: Retriever<Q>
}

/** What retrievers read beside the release. */
export interface RetrieverParts {
  readonly retrieval: ServedRetrieval
  readonly tastes: readonly Taste[]
  readonly content: LiveContent | undefined
  readonly vectors: ItemVectors | undefined
  readonly live: LiveParts
}

/**
 * Retrieval of a release: items that go together (EASE, neighbours, spectral, in one visit), that are alike (content, vectors), that a person put aside or
 * follows the makers of, that are taken up now, everywhere or around, that came in lately, that everybody likes, and what chance brings. A request
 * that names its items is answered from those alone.
 */
export function retrieversOf(options: Recommendation, { retrieval, tastes, content, vectors, live }: RetrieverParts): Retrievers {
  const collection = live.ids.collectionNumber(options.collection)
  const popular = popularityRetriever<Q>({
    name: "popular",
    collection,
    list: new PopularityList({ ids: retrieval.popular.items, scores: retrieval.popular.scores }),
  })
  const listed = retriever<Q>({ name: "listed", collection }, ({ listed: ids }, limit) => falling(ids.slice(0, limit)))
  const found: Retriever<Q>[] = [
    ...tastes.map((taste) => tasteRetriever(taste, collection)),
    ...(content === undefined ? [] : [alikeRetriever(content, collection), followedRetriever(content, collection)]),
    ...(vectors === undefined ? [] : [nearestRetriever(vectors, collection)]),
    ...movingLists(options, content, live, collection),
    listed,
    ...(options.explore > 0 ? [poolRetriever(options, live, collection)] : []),
    popular,
  ]
  const open = (name: string) => (query: Q) =>
    query.page === undefined &&
    query.only === undefined &&
    (query.sort === name || ((query.sort === "recommended" || query.sort === "score") && applies(name, query)))
  const given = givenRetriever<Q>({ name: "given", collection, items: (query) => query.only })
  return {
    retrievers: [
      ...found.map((one) => ({
        retriever: one,
        limit: options.retrieve,
        when: one === popular ? orFilling(open(one.name)) : open(one.name),
      })),
      { retriever: storedRetriever(collection), limit: MAX_LIMIT, when: (query) => query.page !== undefined },
      { retriever: given, limit: options.rank, when: (query) => query.only !== undefined },
    ],
    fallback: popular,
  }
}

/** What everybody likes also fills up a page that was ranked ahead. */
const orFilling = (open: (query: Q) => boolean) => (query: Q) => open(query) || (query.page !== undefined && query.placement !== "item")

/** Lists that move with time: nobody is held out for them, but people without a history read them. */
export const MOVING = ["trending", "trending-here", "new"] as const

/** Retrievers of the home page alone: they know nothing of the item whose page is shown. */
const HOME = new Set(["followed", "trending", "trending-here", "new", "listed", "explore", "popular"])

function applies(name: string, query: Q): boolean {
  if (query.placement === "item") return !HOME.has(name)
  switch (name) {
    case "content":
      return query.seeds.length <= CONTENT_UP_TO
    case "followed":
      return query.interests.length > 0
    case "trending-here":
      return query.place >= 0
    case "listed":
      return query.listed.length > 0
    case EXPLORE:
      return query.sort === "recommended"
    default:
      return true
  }
}

/** Items alike the seeds; an item newer than the index is compared by its own words. */
function alikeRetriever(content: LiveContent, collection: number): Retriever<Q> {
  return retriever<Q>({ name: "content", collection }, ({ seeds }, limit) => {
    const index = content.current()
    if (seeds.length === 0) return undefined
    if (seeds.length === 1 && seeds[0]! >= index.items) return index.forTokens(content.tokensOf(seeds[0]!), limit, { skip: seeds })
    return index.forHistory(seeds, limit)
  })
}

/** Items of the actors, makers and kinds that a person follows or picked. */
function followedRetriever(content: LiveContent, collection: number): Retriever<Q> {
  return retriever<Q>({ name: "followed", collection }, ({ interests }, limit) => {
    const tokens = interests.map(({ field, value }) => content.token(field, value)).filter((token) => token >= 0)
    return tokens.length === 0 ? undefined : content.current().forTokens(tokens, limit)
  })
}

/** Lists that move with time; none over timeless data. */
function movingLists(
  options: Recommendation,
  content: LiveContent | undefined,
  { ids, tables, features }: LiveParts,
  collection: number,
): Retriever<Q>[] {
  const firstSeen = features.declarations.find(({ name }) => name === `${options.collection}.first-seen`)
  const { windows: _, ...counted } = popularityCounter(options)
  const taken = TRENDING_WINDOWS.map((window) => features.counter({ ...counted, window }))
  if (firstSeen === undefined || taken.some((counter) => counter === undefined)) return []
  const items = ids.collection(options.collection)
  const seen = tables.fixed(firstSeen.name)
  const timing = { depth: LIST_DEPTH, refreshMs: LIST_REFRESH_MS, sliceItems: LIST_SLICE }
  const now = new TopList({
    ...timing,
    size: () => items.size,
    score(id, at) {
      // The longest window holds the others: most items of a large catalogue end here.
      const last = taken.length - 1
      let sum = taken[last]!.count(tables, id, at) / 10 ** last
      if (sum === 0) return Number.NaN
      for (let place = 0; place < last; place++) sum += taken[place]!.count(tables, id, at) / 10 ** place
      return sum
    },
  })
  const fresh = newItems({ size: () => items.size, firstSeenMs: (id) => latestValue(seen, id) }, { ...timing, windowMs: NEW_FOR_MS })
  const place = placeField(options)
  return [
    topListRetriever<Q>({ name: "trending", collection, list: now }),
    ...(place === undefined
      ? []
      : [placesTrending<Q>({ collection, tables, ring: takenAtName(options.collection, place), of: (query) => query.place })]),
    newRetriever(content, fresh, collection),
  ]
}

/** What came in lately, most like the person's history first: nobody has taken it up, so what it is must tell. */
function newRetriever(content: LiveContent | undefined, list: TopList, collection: number): Retriever<Q> {
  return retriever<Q>({ name: "new", collection }, ({ seeds }, limit, scope) => {
    const { ids, scores } = list.list(scope.now)
    const index = content?.kinds()
    if (index === undefined || seeds.length === 0 || ids.length === 0) return { ids: ids.slice(0, limit), scores: scores.slice(0, limit) }
    const alike = index.likeness(seeds.subarray(0, ALIKE_TO), ids)
    // Newness decides among what is as much alike; what is not alike at all comes last.
    const both = Float32Array.from(ids, (_, at) => alike[at]! + NEWNESS_SHARE * scores[at]!)
    const order = topK(both, limit)
    return { ids: order.map((at) => ids[at]!), scores: Float32Array.from(order, (at) => both[at]!) }
  })
}

/** A list as it stands, with falling scores from 1. */
function falling(ids: Uint32Array): Scored {
  return { ids, scores: Float32Array.from(ids, (_, place) => 1 / (place + 1)) }
}
