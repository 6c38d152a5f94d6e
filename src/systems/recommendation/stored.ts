import type { Candidates, Retriever } from "../../core/index.ts"
import type { RankRequest, ServedSystem } from "../../definition/index.ts"
import { type FunnelStage, rankBy, type StoredPage } from "../../funnel/index.ts"
import { retriever } from "../../retrieval/index.ts"
import { placementOf, type RecommendationQuery } from "./query.ts"

// A page ranked ahead passes the same funnel when it is read: its items are proposed, the filters of this moment drop what was seen, blocked or sold
// out since, and what everybody likes fills the places that became free. Only scoring, ranking and the making of the page are left out.

/** The retriever and the order of pages ranked ahead. */
export const STORED = "stored"

/** Whose pages can be ranked ahead, and which of them answers a request: none where the request wants another order or other items. */
export const storedPages: NonNullable<ServedSystem["storedPages"]> = {
  placements: { home: "user", item: "item" },
  keyOf(request: RankRequest) {
    if ((request.sort ?? "recommended") !== "recommended" || request.items?.length) return undefined
    const placement = placementOf(request)
    if (placement === "item") return request.item === undefined ? undefined : { placement, of: "item", name: request.item }
    const name = request.user ?? (request.session === undefined ? undefined : `session:${request.session}`)
    return name === undefined ? undefined : { placement, of: "user", name }
  },
}

/** Proposes the items of the page that was made ahead. */
export function storedRetriever(collection: number): Retriever<RecommendationQuery> {
  return retriever({ name: STORED, collection }, ({ page }) =>
    page === undefined ? undefined : { ids: page.ids, scores: Float32Array.from(page.ids, (_, place) => 1 / (place + 1)) },
  )
}

/** The page's own order, then what fills it up. */
export function storedOrder(limit: number): FunnelStage<RecommendationQuery> {
  return {
    name: "stored order",
    limit,
    when: (query) => query.page !== undefined,
    run(query, list, scope) {
      const [own, popular] = ["stored.rank", "popular.rank"].map((name) => list.scores.get(name)!) as [Float32Array, Float32Array]
      const order = own.map((rank, at) => (rank > 0 ? -rank : -popular[at]! - limit))
      const scored: Candidates = { ...list, scores: new Map([...list.scores, [STORED, order]]) }
      return rankBy<RecommendationQuery>(STORED, { name: "stored order", limit }).run(query, scored, scope)
    },
  }
}

/** What a page says of an item, by dense id. */
export function placesIn({ ids }: StoredPage): ReadonlyMap<number, number> {
  return new Map(Array.from(ids, (id, place) => [id, place]))
}

/** Gives the items of a page back the retrievers that proposed them when it was ranked. */
export function restoreSources({ ids, size, sources }: Candidates, page: StoredPage, places: ReadonlyMap<number, number>): void {
  for (let at = 0; at < size; at++) {
    const place = places.get(ids[at]!)
    if (place !== undefined) sources[at] = page.sources[place]!
  }
}
