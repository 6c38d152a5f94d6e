import { attributeCaps, diversityStage, type FunnelStage, type HouseRule, houseRules } from "../../funnel/index.ts"
import { carrying } from "./carry.ts"
import type { Chance } from "./chance.ts"
import type { LiveContent } from "./content.ts"
import type { LiveParts } from "./funnel.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import { PAGE, raiseStage } from "./raise.ts"
import type { Ranker } from "./ranker.ts"

/** Candidates for one place of the page that difference is sought among, and those picked beyond the page for the caps to choose from. */
const SHORTLIST = 3
const SPARE = 10

/** What makes a page of a ranked list: rules of the house, caps by attribute, difference between neighbours. All off with `sort`. */
export function pageStages(
  options: Recommendation,
  live: LiveParts,
  {
    content,
    ranker,
    depth,
    chance,
  }: { readonly content: LiveContent | undefined; readonly ranker: Ranker | undefined; readonly depth: number; readonly chance: Chance },
): FunnelStage<RecommendationQuery>[] {
  const { ids, catalogue } = live
  const items = ids.collection(options.collection)
  const shortlist = depth * SHORTLIST
  const raise = raiseStage(options, live, { ranker, limit: shortlist, when: isPage })
  const stages: FunnelStage<RecommendationQuery>[] = []
  const rules = houseRulesOf(options, (name) => items.find(name))
  if (rules.length > 0) {
    stages.push({
      name: "rules",
      limit: shortlist,
      when: isPage,
      run: (query, list, scope) =>
        houseRules<RecommendationQuery>({ limit: shortlist, column: PAGE, rulesFor: () => rules }).run(query, list, scope),
    })
  }
  if (content !== undefined && options.diversity < 1) {
    stages.push({
      name: "diversity",
      limit: shortlist,
      when: isPage,
      run(query, list, scope) {
        const kinds = content.kinds()
        return diversityStage<RecommendationQuery>({
          limit: Math.min(shortlist, depth + SPARE),
          column: rules.length > 0 ? "rules" : PAGE,
          lambda: options.diversity,
          similarity: (a, b) => kinds.similarity(a, b),
        }).run(query, list, scope)
      },
    })
  }
  if (options.caps.length > 0) {
    const caps = options.caps.map(({ field, most, within }) => {
      const column = catalogue.categories(options.collection, field)
      return {
        attribute: field,
        atMost: most,
        within,
        valuesOf: (id: number) => Array.from({ length: column.length(id) }, (_, place) => column.at(id, place)),
      }
    })
    stages.push(attributeCaps<RecommendationQuery>({ limit: depth, caps, short: "relax", when: isPage }))
  }
  return [raise, ...stages.map(carrying), chance.place]
}

/** Requests whose list is made into a page; the others get the order they asked for. */
export const isPage = (query: RecommendationQuery) => query.sort === "recommended" && query.only === undefined

function houseRulesOf({ rules }: Recommendation, find: (name: string) => number): HouseRule[] {
  const pins = Object.entries(rules.pin ?? {}).map(
    ([item, place]): HouseRule => ({ kind: "pin", name: `pin ${item}`, id: find(item), place: place - 1 }),
  )
  const boosts = Object.entries(rules.boost ?? {}).map(([item, times]): HouseRule => {
    const id = find(item)
    return { kind: "boost", name: `boost ${item}`, matches: (dense) => dense === id, plus: Math.log(times) }
  })
  const buried = (rules.bury ?? []).map((item): HouseRule => {
    const id = find(item)
    return { kind: "bury", name: `bury ${item}`, matches: (dense) => dense === id }
  })
  return [...boosts, ...buried, ...pins]
}
