import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"
import { fieldState } from "../states/field-state.ts"
import { ANY_GROUP, type TakenByOptions, takenBy } from "../states/taken-by.ts"

/** Takers an item is credited with that are mixed as all are: an item few took up says little. */
const PRIOR = 20

/**
 * How much more of the item's takers are of the user's group, by a field such as gender or age, than of all takers: the logarithm of one share
 * over the other, `group.<field>.lift`, 0 where they are alike. NaN for somebody of no known group.
 */
export function groupLift(options: TakenByOptions): FeatureFactory {
  return (binding) => {
    const state = takenBy(binding, options)
    // Filled and read without a pause, so two serve all requests.
    let inGroup = new Float64Array(256)
    let inAll = new Float64Array(256)
    return {
      name: `group lift ${options.field}`,
      version: 1,
      config: { ...(state.config as object), prior: PRIOR },
      columns: [`group.${options.field}.lift`],
      actors: ["user", "item"],
      states: [fieldState(binding, "user", options.field, ["code", "number"]), state],
      read(tables, request, candidates, out, firstColumn) {
        const group = state.groupOf(tables, request.user)
        const items = tables.fixed(state.name)
        const all = tables.fixed(state.totals)
        const share = group < 0 ? Number.NaN : state.ofItem(all, 0, group) / state.ofItem(all, 0, ANY_GROUP)
        if (!(share > 0)) {
          fillColumn(out, candidates.size, firstColumn, Number.NaN)
          return
        }
        if (candidates.size > inGroup.length) {
          inGroup = new Float64Array(candidates.size * 2)
          inAll = new Float64Array(candidates.size * 2)
        }
        // Rows lie far apart: read one after the other without work between them, they are waited for together.
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          inGroup[row] = state.ofItem(items, item, group)
          inAll[row] = state.ofItem(items, item, ANY_GROUP)
        }
        for (let row = 0; row < candidates.size; row++)
          out.data[row * out.cols + firstColumn] = Math.log((inGroup[row]! + PRIOR * share) / ((inAll[row]! + PRIOR) * share))
      },
    }
  }
}
