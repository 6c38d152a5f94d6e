import { scoreColumn } from "../core/index.ts"
import type { FunnelStage } from "./funnel.ts"
import { keepTop, orderByScore } from "./keep.ts"

/**
 * Orders by a score column, best first, and keeps the first `limit`. Equal scores by lower dense id; those without a score come last and
 * are noted.
 */
export function rankBy<Query>(
  column: string,
  config: { readonly name?: string; readonly limit: number; when?(query: Query): boolean },
): FunnelStage<Query> {
  const { name = "rank", limit } = config
  return {
    name,
    limit,
    ...(config.when === undefined ? {} : { when: (query: Query) => config.when!(query) }),
    async run(_query, list, scope) {
      const { order, scored } = orderByScore(list, scoreColumn(list, column))
      if (scored < list.size) scope.trace.note(name, "without a score", list.size - scored)
      return keepTop(list, order, limit, name, scope.trace)
    },
  }
}
