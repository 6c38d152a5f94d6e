import type { FeatureFactory } from "../family.ts"
import { latestValue } from "../state-access.ts"
import { firstSeen } from "../states/first-seen.ts"

const DAY_MS = 86_400_000

/** Days since the item was first heard of, `newness.days`; NaN for an item without any item event. Off when timeless. */
export function newness(): FeatureFactory {
  return (binding) => {
    const state = firstSeen()(binding)
    const columns = ["newness.days"]
    return {
      name: "newness",
      version: 1,
      config: {},
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
