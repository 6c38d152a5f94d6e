import type { FeatureFactory } from "../family.ts"
import { latestValue } from "../state-access.ts"
import { fieldState } from "../states/field-state.ts"

/** How many values a list of categories has, `<field>.count`; NaN when missing. What they are is for `overlap`, `jaccard` and `userCategory`. */
export function categories(field: string): FeatureFactory {
  return (binding) => {
    const state = fieldState(binding, "item", field, ["codes"])
    return {
      name: `categories ${field}`,
      version: 1,
      config: { field },
      columns: [`${field}.count`],
      actors: ["item"],
      states: [state],
      read(tables, _request, candidates, out, firstColumn) {
        const table = tables.fixed(state.name)
        for (let row = 0; row < candidates.size; row++) {
          out.data[row * out.cols + firstColumn] = latestValue(table, candidates.ids[row]!)
        }
      },
    }
  }
}
