import { type Candidates, type RequestScope, select, withScore } from "../../core/index.ts"
import { appendRest, type FunnelStage } from "../../funnel/index.ts"
import type { RecommendationQuery } from "./query.ts"

// Items that chance may put on a page travel with the list without competing for a place, so that the page is the same whatever chance brings.

/** 1 for what travels along, and for what is to travel along once the page's stages leave it out. */
export const ASIDE = "chance.aside"
export const KEPT = "chance.kept"

type Stage = FunnelStage<RecommendationQuery>

/** Items travelling along, at most: by exploration, and the new ones. */
export const MOST_ASIDE = 1200

/** A stage that scores: those aside are scored too, by themselves, and come behind. */
export function scoringAside(stage: Stage): Stage {
  return withRoom(stage, async (query, list, scope) => {
    if (!list.scores.has(ASIDE)) return stage.run(query, list, scope)
    const { main, aside } = parted(list)
    if (aside.length === 0) return stage.run(query, list, scope)
    const ranked = await stage.run(query, select(list, main), scope)
    const others = await stage.run(query, select(list, aside), scope)
    return appendRest(ranked, others, 0, Number.POSITIVE_INFINITY)
  })
}

/** A stage of the page: those aside pass it by, and those it drops that are to be kept go aside. */
export function carrying(stage: Stage): Stage {
  return withRoom(stage, (query, list, scope) => carryOver(list, (main) => stage.run(query, main, scope)))
}

/** Runs the competing items through `run`; those aside, and those dropped that are to be kept, come behind its answer. */
export async function carryOver(list: Candidates, run: (main: Candidates) => Promise<Candidates>): Promise<Candidates> {
  const kept = list.scores.get(KEPT)
  if (kept === undefined) return run(list)
  const { main, aside } = parted(list)
  const answer = await run(aside.length === 0 ? list : select(list, main))
  const stays = new Set(answer.ids.subarray(0, answer.size))
  const behind = [...aside, ...main.filter((at) => kept[at] === 1 && !stays.has(list.ids[at]!))]
  if (behind.length === 0) return answer
  const ones = new Float32Array(behind.length).fill(1)
  return appendRest(answer, withScore(select(list, behind), ASIDE, ones), 0, Number.POSITIVE_INFINITY)
}

/** Places of those that compete, and of those aside, in the list's order. */
export function parted({ size, scores }: Candidates): { readonly main: readonly number[]; readonly aside: readonly number[] } {
  const off = scores.get(ASIDE)
  const places = Array.from({ length: size }, (_, at) => at)
  return { main: places.filter((at) => off?.[at] !== 1), aside: off === undefined ? [] : places.filter((at) => off[at] === 1) }
}

function withRoom(stage: Stage, run: (query: RecommendationQuery, list: Candidates, scope: RequestScope) => Promise<Candidates>): Stage {
  return { ...stage, limit: stage.limit + MOST_ASIDE, ...(stage.when === undefined ? {} : { when: (query) => stage.when!(query) }), run }
}
