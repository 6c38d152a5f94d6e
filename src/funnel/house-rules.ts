import { type Candidates, InvalidArgument, scoreColumn, withScore } from "../core/index.ts"
import { fade } from "../retrieval/index.ts"
import type { ItemTest } from "./filter-stage.ts"
import type { FunnelStage } from "./funnel.ts"
import { keepTop, orderByScore } from "./keep.ts"

/** When a rule holds, epoch milliseconds: from `fromMs` on, until just before `untilMs`. Always, when left out. */
export interface RuleTime {
  readonly fromMs?: number
  readonly untilMs?: number
}

/** Puts one item at a fixed place, from 0; at the last place when the list is shorter. The first rule to name a place gets it. */
export interface PinRule extends RuleTime {
  readonly kind: "pin"
  readonly name: string
  readonly id: number
  /** Number of its collection; any when absent. */
  readonly collection?: number
  readonly place: number
}

/** Raises the score of items: `times` it (a negative score is divided), then `plus`; with `halfLifeMs` the raise fades from `fromMs` on. */
export interface BoostRule extends RuleTime {
  readonly kind: "boost"
  readonly name: string
  readonly matches: ItemTest
  /** Above 0; below 1 lowers. Default 1. */
  readonly times?: number
  /** Default 0. */
  readonly plus?: number
  readonly halfLifeMs?: number
}

/** Puts items behind all others, in their order. */
export interface BuryRule extends RuleTime {
  readonly kind: "bury"
  readonly name: string
  readonly matches: ItemTest
}

/** A rule of the house. */
export type HouseRule = PinRule | BoostRule | BuryRule

/**
 * Pins, boosts and buries. Boosts apply first, then what is buried goes last, then pins take their places.
 *
 * Only candidates are placed: let a retriever propose what is pinned. Its order is that of the raised score, equal scores by dense id,
 * without a score last. The raised score is in the column of its name; how often each rule applied is noted in the trace.
 * @param config - `column`: the score to raise; `rulesFor`: the rules of a request
 */
export function houseRules<Query>(config: {
  readonly name?: string
  readonly limit: number
  readonly column: string
  rulesFor(query: Query): readonly HouseRule[]
}): FunnelStage<Query> {
  const { name = "rules", limit, column } = config
  return {
    name,
    limit,
    async run(query, list, scope) {
      const rules = config.rulesFor(query).filter((rule) => holds(rule, scope.now))
      const scores = scoreColumn(list, column).slice(0, list.size)
      const applied: Record<string, number> = {}
      for (const rule of rules) {
        const count = rule.kind === "boost" ? boost(list, scores, rule, scope.now) : 0
        if (count > 0) applied[rule.name] = count
      }
      const raised = withScore(list, name, scores)
      let order = orderByScore(raised, scores).order
      for (const rule of rules) if (rule.kind === "bury") order = bury(list, order, rule, applied)
      order = pin(list, order, rules, Math.min(limit, list.size), applied)
      if (Object.keys(applied).length > 0) scope.trace.note(name, "applied", applied)
      return keepTop(raised, order, limit, name, scope.trace)
    },
  }
}

function holds(rule: RuleTime, now: number): boolean {
  return now >= (rule.fromMs ?? Number.NEGATIVE_INFINITY) && now < (rule.untilMs ?? Number.POSITIVE_INFINITY)
}

/** Raises the scores of what matches; says how many. */
function boost(list: Candidates, scores: Float32Array, rule: BoostRule, now: number): number {
  const { times = 1, plus = 0, halfLifeMs, fromMs = now } = rule
  if (!(times > 0) || !Number.isFinite(plus)) {
    throw new InvalidArgument(
      `boost ${rule.name}`,
      "times above 0 and a finite plus",
      `${times} and ${plus}`,
      "Use bury to put items last.",
    )
  }
  const share = halfLifeMs === undefined ? 1 : fade(now - fromMs, halfLifeMs)
  const factor = times ** share
  let count = 0
  for (let i = 0; i < list.size; i++) {
    if (!rule.matches(list.ids[i]!, list.collections[i]!)) continue
    const score = scores[i]!
    scores[i] = (score < 0 ? score / factor : score * factor) + plus * share
    count++
  }
  return count
}

/** What matches goes behind the rest, both in their order. */
function bury(list: Candidates, order: Uint32Array, rule: BuryRule, applied: Record<string, number>): Uint32Array {
  const isBuried = (place: number) => rule.matches(list.ids[place]!, list.collections[place]!)
  const last = order.filter(isBuried)
  if (last.length === 0) return order
  applied[rule.name] = last.length
  const moved = new Uint32Array(order.length)
  moved.set(order.filter((place) => !isBuried(place)))
  moved.set(last, order.length - last.length)
  return moved
}

/** Pinned candidates at their places within the first `shown`, the others around them in their order. */
function pin(
  list: Candidates,
  order: Uint32Array,
  rules: readonly HouseRule[],
  shown: number,
  applied: Record<string, number>,
): Uint32Array {
  const fixed = new Map<number, number>()
  const isPinned = new Set<number>()
  for (const rule of rules) {
    if (rule.kind !== "pin") continue
    const place = order.find(
      (at) => list.ids[at] === rule.id && (rule.collection === undefined || list.collections[at] === rule.collection),
    )
    if (place === undefined || isPinned.has(place)) continue
    const wanted = freePlace(fixed, Math.min(rule.place, shown - 1), shown)
    if (wanted < 0) continue
    fixed.set(wanted, place)
    isPinned.add(place)
    applied[rule.name] = 1
  }
  if (fixed.size === 0) return order
  const others = order.filter((place) => !isPinned.has(place))
  let next = 0
  return order.map((_, at) => fixed.get(at) ?? others[next++]!)
}

/** The wanted place or the next free one after it, else the nearest before; -1 when all are taken. */
function freePlace(fixed: ReadonlyMap<number, number>, wanted: number, shown: number): number {
  for (let place = Math.max(0, wanted); place < shown; place++) if (!fixed.has(place)) return place
  for (let place = Math.min(wanted, shown) - 1; place >= 0; place--) if (!fixed.has(place)) return place
  return -1
}
