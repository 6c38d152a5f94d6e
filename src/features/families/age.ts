import type { FeatureFactory } from "../family.ts"
import { latestValue } from "../state-access.ts"
import { fieldState } from "../states/field-state.ts"

const DAY_MS = 86_400_000

/** Days from a time field of the item, such as its release, to the request: `<field>.ageDays`, negative before it. Off when timeless. */
export function age(field: string): FeatureFactory {
  return (binding) => {
    const state = fieldState(binding, "item", field, ["time"])
    const columns = [`${field}.ageDays`]
    return {
      name: `age ${field}`,
      version: 1,
      config: { field },
      columns: binding.timeless ? [] : columns,
      actors: ["item"],
      states: [state],
      switchedOff: binding.timeless ? columns : [],
      read(tables, request, candidates, out, firstColumn) {
        const table = tables.fixed(state.name)
        for (let row = 0; row < candidates.size; row++) {
          out.data[row * out.cols + firstColumn] = (request.now - latestValue(table, candidates.ids[row]!)) / DAY_MS
        }
      },
    }
  }
}
