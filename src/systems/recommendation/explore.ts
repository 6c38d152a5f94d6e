import { type Candidates, type Random, type RequestScope, type Retriever, random, select, withScore } from "../../core/index.ts"
import type { FunnelStage } from "../../funnel/index.ts"
import { retriever } from "../../retrieval/index.ts"
import { ASIDE, KEPT } from "./carry.ts"
import type { LiveParts } from "./funnel.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"

/** Name of the retriever of what chance may bring. */
export const EXPLORE = "explore"
/** Items that chance draws from for one person within an hour. */
const POOL = 64
const HOUR_MS = 3_600_000

/** What chance decided for a request: which places go to it, if the page allows, and with which chance each does. */
export interface Draw {
  /** What passed the filters of what chance may bring: dense ids. */
  readonly pool: readonly number[]
  /** Items by the place that they are to have, from 0. */
  readonly placed: ReadonlyMap<number, number>
  /** The chance with which one certain item of the pool is drawn for a place; 0 where chance has no say. */
  chanceAt(place: number): number
}

/**
 * Items of the hour, for each person others: any item of the collection is as likely as any other. Within the hour they stay the same, so that the
 * chance with which one is shown can be said exactly.
 */
export function poolRetriever(options: Recommendation, { ids, catalogue }: LiveParts, collection: number): Retriever<RecommendationQuery> {
  const items = ids.collection(options.collection)
  return retriever({ name: EXPLORE, collection }, ({ features }) => {
    const { user, session, now } = features
    const chance = random(0).split(`${user} ${session} ${Math.floor(now / HOUR_MS)}`)
    const found = new Set<number>()
    for (let draw = 0; draw < 2 * POOL && found.size < Math.min(POOL, items.size); draw++) found.add(chance.integer(items.size))
    const known = [...found].filter((item) => catalogue.size(options.collection) === 0 || catalogue.has(options.collection, item))
    return { ids: Uint32Array.from(known), scores: new Float32Array(known.length).fill(1) }
  })
}

/**
 * Draws from the items of the hour, once they passed the filters, those that get a place, and sets them aside; the others leave, unless another
 * retriever brought them too. Each place that may be explored goes to chance with probability `share`, all but independently: of those before `window`,
 * where caps hold, at most one, and then with a chance that is as large. The items are drawn without replacement.
 * @param bit - of {@link Candidates.sources}
 * @param places - places that may be explored, ascending
 */
export function drawStage(
  share: number,
  {
    bit,
    places,
    window,
    draws,
  }: { readonly bit: number; readonly places: readonly number[]; readonly window: number; readonly draws: WeakMap<RequestScope, Draw> },
): FunnelStage<RecommendationQuery> {
  const inside = places.filter((place) => place < window)
  const shareInside = inside.length === 0 ? 0 : Math.min(share, 1 / inside.length)
  return {
    name: "draw",
    limit: Number.POSITIVE_INFINITY,
    when: (query) => query.sort === "recommended" && query.only === undefined && query.placement === "home",
    async run(_query, list, scope) {
      const proposed = list.scores.get(EXPLORE)
      const isOfPool = (at: number) => proposed !== undefined && !Number.isNaN(proposed[at]!)
      const pool = placesWhere(list, isOfPool)
      const slots = Math.max(pool.length, places.length)
      const chance = scope.random.split("places")
      const open = [...oneOf(inside, shareInside, chance), ...places.filter((place) => place >= window && chance.next() < share)]
      const order = chance.shuffle(Uint32Array.from({ length: slots }, (_, slot) => slot))
      const drawn = open.flatMap((place, at) => (order[at]! < pool.length ? [{ place, at: pool[order[at]!]! }] : []))
      draws.set(scope, {
        pool: pool.map((at) => list.ids[at]!),
        placed: new Map(drawn.map(({ place, at }) => [place, list.ids[at]!])),
        chanceAt: (place) => (places.includes(place) ? (place < window ? shareInside : share) / slots : 0),
      })
      return setAside(list, new Set(drawn.map(({ at }) => at)), (at) => isOfPool(at) && list.sources[at] === (1 << bit) >>> 0, scope)
    },
  }
}

/** One of the places, each with the same chance, or none. */
function oneOf(places: readonly number[], each: number, chance: Random): readonly number[] {
  return chance.next() < each * places.length ? [places[chance.integer(places.length)]!] : []
}

/** Those drawn are kept; those that chance alone brought do not compete, and leave when they were not drawn. */
function setAside(list: Candidates, drawn: ReadonlySet<number>, isOfChanceAlone: (at: number) => boolean, scope: RequestScope): Candidates {
  const stays = placesWhere(list, (at) => drawn.has(at) || !isOfChanceAlone(at))
  scope.trace.drop(
    "draw",
    "not drawn",
    list,
    placesWhere(list, (at) => !drawn.has(at) && isOfChanceAlone(at)),
  )
  const flag = (test: (at: number) => boolean) => Float32Array.from(stays, (at) => Number(test(at)))
  const kept = withScore(
    stays.length === list.size ? list : select(list, stays),
    KEPT,
    flag((at) => drawn.has(at)),
  )
  return withScore(kept, ASIDE, flag(isOfChanceAlone))
}

function placesWhere(list: Candidates, test: (at: number) => boolean): number[] {
  return Array.from({ length: list.size }, (_, at) => at).filter(test)
}
