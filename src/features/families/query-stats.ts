import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"
import { textStatistics } from "../text-statistics.ts"

/** The shape of what was typed: `query.characters`, `query.words`, `query.digits` (share of characters); NaN without a query. */
export function queryStats(): FeatureFactory {
  return () => ({
    name: "query statistics",
    version: 1,
    config: {},
    columns: ["query.characters", "query.words", "query.digits"],
    actors: ["query"],
    states: [],
    read(_tables, request, candidates, out, firstColumn) {
      const found = request.query === undefined ? undefined : textStatistics(request.query)
      fillColumn(out, candidates.size, firstColumn, found?.characters ?? Number.NaN)
      fillColumn(out, candidates.size, firstColumn + 1, found?.words ?? Number.NaN)
      fillColumn(out, candidates.size, firstColumn + 2, found?.digits ?? Number.NaN)
    },
  })
}
