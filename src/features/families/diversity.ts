import { CodeWeights } from "../code-weights.ts"
import type { FeatureFactory } from "../family.ts"
import { codesLength, codesStart, fieldState } from "../states/field-state.ts"

/**
 * How unlike the rest of the list an item is by a category field, `<field>.diversity` in `[0, 1]`: 1 minus the share of the other items that
 * have a value of it, the mean over its values. NaN for an item without a value, or alone in the list.
 *
 * The list is `FeatureRequest.list`, or the candidates themselves; an item that is not in it is compared with all of it.
 */
export function diversity(field: string): FeatureFactory {
  return (binding) => {
    const state = fieldState(binding, "item", field, ["code", "codes"])
    const counts = new CodeWeights()
    const members = new Set<number>()
    return {
      name: `diversity ${field}`,
      version: 1,
      config: { field },
      columns: [`${field}.diversity`],
      actors: ["item", "list"],
      listwise: true,
      states: [state],
      read(tables, request, candidates, out, firstColumn) {
        const table = tables.fixed(state.name)
        const list = request.list ?? candidates.ids
        const listed = request.list === undefined ? candidates.size : list.length
        counts.clear()
        members.clear()
        for (let i = 0; i < listed; i++) {
          const item = list[i]!
          members.add(item)
          const page = table.page(item)
          const start = codesStart(table, state, item)
          const length = codesLength(table, state, item)
          for (let c = start; c < start + length; c++) counts.add(page[c]!, 1)
        }
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          const length = codesLength(table, state, item)
          const page = table.page(item)
          const start = codesStart(table, state, item)
          const own = members.has(item) ? 1 : 0
          const others = listed - own
          let shared = 0
          for (let c = start; c < start + length; c++) shared += counts.of(page[c]!) - own
          out.data[row * out.cols + firstColumn] = others === 0 ? Number.NaN : 1 - shared / (length * others)
        }
      },
    }
  }
}
