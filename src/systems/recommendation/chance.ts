import { type Candidates, type RequestScope, select, withScore } from "../../core/index.ts"
import type { FunnelStage } from "../../funnel/index.ts"
import { parted } from "./carry.ts"
import { type Draw, drawStage, EXPLORE } from "./explore.ts"
import type { LiveParts } from "./funnel.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"

/** The chance with which an item had its place on the page. */
export const PROPENSITY = "chance.propensity"
/** 1 for what is on the page by chance. */
export const BY_CHANCE = "chance.placed"
/** Place of a new item among the new ones that fit best, from 1. */
export const FRESH = "fresh.rank"

/** Places of a page that `least` is said for, and from which share of a page on new items are placed. */
const FULL_PAGE = 20
const FRESH_FROM = 0.6
/** New items beside those with a place that the draw is among. */
const DRAWN_FROM = 2

/** The two steps of chance for pages of a depth: what is drawn before anything is scored, and where it is put once the page stands. */
export interface Chance {
  readonly draw: readonly FunnelStage<RecommendationQuery>[]
  readonly place: FunnelStage<RecommendationQuery>
}

/**
 * Chance on a page, with probabilities that are exact. The page is made without it. Where it has fewer than `least` new items, those
 * that are missing get places in its second half, drawn from the ones that fit best, for the first to be clicked would otherwise keep out all that came
 * after it; what they push down stays in order. Then
 * places after the first quarter that were drawn for exploration are given to the items drawn, where those are not on the page and no cap forbids it.
 *
 * An item put there by chance has the probability of its draw; one that chance could have replaced has what is left; all others have 1.
 * @param sources - names of retrievers by bit
 */
export function chanceOf(
  options: Recommendation,
  live: LiveParts,
  { depth, sources, when }: { readonly depth: number; readonly sources: readonly string[]; when(query: RecommendationQuery): boolean },
): Chance {
  const { explore, newItems, caps, collection } = options
  const firstFresh = Math.floor(depth * FRESH_FROM)
  const least = Math.floor((newItems.least * depth) / FULL_PAGE + 0.5)
  const pinned = new Set(Object.values(options.rules.pin ?? {}).map((place) => place - 1))
  const isReserved = (place: number) => (place >= firstFresh && place < firstFresh + least) || pinned.has(place)
  const places = Array.from({ length: depth }, (_, place) => place).filter((place) => place >= Math.floor(depth / 4) && !isReserved(place))
  const draws = new WeakMap<RequestScope, Draw>()
  const window = Math.max(0, ...caps.map(({ within }) => within))
  const allowed = capTests(options, live)
  return {
    draw: explore > 0 ? [drawStage(explore, { bit: sources.indexOf(EXPLORE), places, window, draws })] : [],
    place: {
      name: "chance",
      limit: depth,
      when,
      async run(_query, list, scope) {
        const page = parted(list).main.slice(0, depth)
        const missing = Math.max(0, least - freshOn(list, page))
        const fresh = freshBeside(list, page, (at) => allowed(list, page, firstFresh, list.ids[at]!, []), missing)
        const drawn = scope.random
          .split("new")
          .shuffle([...fresh])
          .slice(0, missing)
        page.splice(firstFresh, 0, ...drawn)
        page.length = Math.min(page.length, depth)
        const chances = new Float32Array(page.length).fill(1)
        const isDrawn = new Float32Array(page.length)
        for (let place = 0; place < page.length; place++) {
          if (!drawn.includes(page[place]!)) continue
          chances[place] = 1 / fresh.length
          isDrawn[place] = 1
        }
        const found = draws.get(scope)
        if (found !== undefined) explorePlaces(list, { page, fresh, drawn }, found, { chances, isDrawn })
        return withScore(withScore(select(list, page), PROPENSITY, chances), BY_CHANCE, isDrawn)
      },
    },
  }

  /** Gives drawn places to the items drawn for them. */
  function explorePlaces(
    list: Candidates,
    { page, fresh, drawn }: { readonly page: number[]; readonly fresh: readonly number[]; readonly drawn: readonly number[] },
    { pool, placed, chanceAt }: Draw,
    { chances, isDrawn }: { readonly chances: Float32Array; readonly isDrawn: Float32Array },
  ): void {
    // Which new item was drawn must not matter: none of them is brought by exploration too, and any of them may stand in their places.
    const before = page.filter((at) => !drawn.includes(at)).map((at) => list.ids[at]!)
    const taken = new Set([...before, ...fresh.map((at) => list.ids[at]!)])
    const asDrawn = page.slice()
    for (let place = 0; place < page.length; place++) {
      const chance = chanceAt(place)
      if (chance === 0) continue
      const others = drawn.length === 0 ? [] : fresh
      const fits = (item: number) => !taken.has(item) && allowed(list, asDrawn, place, item, others, drawn)
      const item = placed.get(place)
      if (item !== undefined && fits(item)) {
        page[place] = placeOf(list, item)
        chances[place] = chance
        isDrawn[place] = 1
      } else chances[place] = 1 - chance * pool.filter(fits).length
    }
  }

  /** New items that are on the page anyway. */
  function freshOn(list: Candidates, page: readonly number[]): number {
    const ranks = list.scores.get(FRESH)
    return ranks === undefined ? 0 : page.filter((at) => ranks[at]! > 0).length
  }

  /** New items not on the page that fit best, in that order, some more than are missing from it: places in the list. */
  function freshBeside(list: Candidates, page: readonly number[], fits: (at: number) => boolean, missing: number): readonly number[] {
    const ranks = list.scores.get(FRESH)
    if (ranks === undefined || missing === 0) return []
    const isOn = new Set(page)
    return Array.from({ length: list.size }, (_, at) => at)
      .filter((at) => ranks[at]! > 0 && !isOn.has(at) && fits(at))
      .sort((a, b) => ranks[a]! - ranks[b]!)
      .slice(0, missing + DRAWN_FROM)
  }

  function capTests({ schema: _ }: Recommendation, { catalogue }: LiveParts) {
    const columns = caps.map(({ field, most, within }) => {
      const column = catalogue.categories(collection, field)
      return { most, within, valuesOf: (id: number) => Array.from({ length: column.length(id) }, (_, at) => column.at(id, at)) }
    })
    /** True when no cap forbids an item at a place, whichever of `others` stand where the drawn ones do. */
    return (
      list: Candidates,
      page: readonly number[],
      place: number,
      item: number,
      others: readonly number[],
      drawn: readonly number[] = [],
    ): boolean =>
      columns.every(({ most, within, valuesOf }) => {
        if (place >= within) return true
        const beside = page.slice(0, within).filter((at, other) => other !== place && !drawn.includes(at))
        const open = page.slice(0, within).filter((at) => drawn.includes(at)).length
        return valuesOf(item).every((value) => {
          const has = (at: number) => valuesOf(list.ids[at]!).includes(value)
          return beside.filter(has).length + (others.some(has) ? open : 0) < most
        })
      })
  }
}

function placeOf(list: Candidates, item: number): number {
  return list.ids.subarray(0, list.size).indexOf(item)
}
