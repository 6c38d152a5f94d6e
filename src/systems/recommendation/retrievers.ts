import type { Retriever } from "../../core/index.ts"
import { latestValue } from "../../features/index.ts"
import type { FunnelRetriever } from "../../funnel/index.ts"
import {
  ContentNeighbours,
  contentRetriever,
  givenRetriever,
  newItems,
  PopularityList,
  popularityRetriever,
  tokenLists,
  topListRetriever,
  trending,
} from "../../retrieval/index.ts"
import { popularityCounter } from "./features.ts"
import type { LiveParts } from "./funnel.ts"
import { categoryFields, type Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import type { ServedRetrieval } from "./retrieval.ts"
import { type Taste, tasteRetriever } from "./tastes.ts"

/** The window that trending items are counted over, one of {@link POPULARITY_WINDOWS}. */
const TRENDING_WINDOW = "1d"
/** Likeness by categories finds little that a longer history does not: it is asked for those who have up to this many items, and for items' pages. */
const CONTENT_UP_TO = 20
const NEW_FOR_MS = 14 * 86_400_000
/** Items of the moving lists, and how often they are made again. */
const LIST_DEPTH = 200
const LIST_REFRESH_MS = 5_000

type Q = RecommendationQuery

/** Who proposes candidates, who answers when nobody does, and what says that two items are alike. */
export interface Retrievers {
  readonly retrievers: readonly FunnelRetriever<Q>[]
  readonly fallback: Retriever<Q>
  readonly content: ContentNeighbours | undefined
}

/**
 * Retrieval of a release: items that go together (EASE, neighbours, spectral), that are alike (content), that are taken up now (trending), that came
 * in lately (new), that everybody likes (popular). A request that names its items is answered from those alone.
 */
export function retrieversOf(options: Recommendation, retrieval: ServedRetrieval, tastes: readonly Taste[], live: LiveParts): Retrievers {
  const collection = live.ids.collectionNumber(options.collection)
  const profile = (query: Q) => (query.seeds.length === 0 ? undefined : { items: query.seeds })
  const content = contentOf(options, live)
  const popular = popularityRetriever<Q>({
    name: "popular",
    collection,
    list: new PopularityList({ ids: retrieval.popular.items, scores: retrieval.popular.scores }),
  })
  const found: Retriever<Q>[] = [
    ...tastes.map((taste) => tasteRetriever(taste, collection)),
    ...(content === undefined ? [] : [contentRetriever<Q>({ name: "content", collection, content, profile })]),
    ...movingLists(options, live, collection),
    popular,
  ]
  const isNeeded = (name: string, query: Q) => name !== "content" || query.placement === "item" || query.seeds.length <= CONTENT_UP_TO
  const open = (name: string) => (query: Q) =>
    query.only === undefined && (query.sort === name || ((query.sort === "recommended" || query.sort === "score") && isNeeded(name, query)))
  const given = givenRetriever<Q>({ name: "given", collection, items: (query) => query.only })
  return {
    retrievers: [
      ...found.map((retriever) => ({ retriever, limit: options.retrieve, when: open(retriever.name) })),
      { retriever: given, limit: options.rank, when: (query) => query.only !== undefined },
    ],
    fallback: popular,
    content,
  }
}

/** Lists that move with time; none over timeless data. */
function movingLists(options: Recommendation, { ids, tables, features }: LiveParts, collection: number): Retriever<Q>[] {
  const firstSeen = features.declarations.find(({ name }) => name === `${options.collection}.first-seen`)
  const { windows: _, ...counted } = popularityCounter(options)
  const taken = features.counter({ ...counted, window: TRENDING_WINDOW })
  if (firstSeen === undefined || taken === undefined) return []
  const items = ids.collection(options.collection)
  const seen = tables.fixed(firstSeen.name)
  const timing = { depth: LIST_DEPTH, refreshMs: LIST_REFRESH_MS }
  const now = trending({ size: () => items.size, count: (id, at) => taken.count(tables, id, at) }, timing)
  const fresh = newItems({ size: () => items.size, firstSeenMs: (id) => latestValue(seen, id) }, { ...timing, windowMs: NEW_FOR_MS })
  return [topListRetriever<Q>({ name: "trending", collection, list: now }), topListRetriever<Q>({ name: "new", collection, list: fresh })]
}

/** Likeness by categories; undefined when items have none. As of loading: items that come later are proposed by the list of new ones. */
function contentOf(options: Recommendation, { ids, catalogue }: LiveParts): ContentNeighbours | undefined {
  const fields = categoryFields(options.schema)
  if (fields.length === 0) return undefined
  const size = ids.collection(options.collection).size
  const columns = fields.map((field) => ({ field, column: catalogue.categories(options.collection, field) }))
  function* words(dense: number) {
    for (const { field, column } of columns)
      for (let place = 0; place < column.length(dense); place++) yield `${field}:${column.name(column.at(dense, place))}`
  }
  function* items() {
    for (let dense = 0; dense < size; dense++) yield words(dense)
  }
  return ContentNeighbours.fit(tokenLists(items()))
}
