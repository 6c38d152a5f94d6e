import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"
import { latestValue } from "../state-access.ts"
import type { FieldOwner } from "../states/field-state.ts"
import { TEXT_STATISTICS, textStatsState } from "../states/text-stats-state.ts"

/**
 * Length and make-up of a text field of the item or the user, `<field>.characters`, `.words`, `.wordLength`, `.digits`, `.capitals` and
 * `.symbols` (shares in `[0, 1]`); NaN when missing. Counted once when the text comes, not at every read.
 */
export function textStats(field: string, { of = "item" }: { readonly of?: FieldOwner } = {}): FeatureFactory {
  return (binding) => {
    const state = textStatsState(binding, of, field)
    const name = of === "item" ? field : `user.${field}`
    return {
      name: `text statistics ${of}.${field}`,
      version: 1,
      config: { field, of },
      columns: TEXT_STATISTICS.map((statistic) => `${name}.${statistic}`),
      actors: [of],
      states: [state],
      read(tables, request, candidates, out, firstColumn) {
        const table = tables.fixed(state.name)
        for (let s = 0; s < TEXT_STATISTICS.length; s++) {
          if (of === "user") fillColumn(out, candidates.size, firstColumn + s, latestValue(table, request.user, s))
          else {
            for (let row = 0; row < candidates.size; row++) {
              out.data[row * out.cols + firstColumn + s] = latestValue(table, candidates.ids[row]!, s)
            }
          }
        }
      },
    }
  }
}
