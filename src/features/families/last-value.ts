import type { FeatureFactory } from "../family.ts"
import { codesLength, codesStart, fieldState } from "../states/field-state.ts"

/**
 * The share of the candidate's values of a category field that the last item of the user's history has too, such as the genre watched last:
 * `<field>.last`, in `[0, 1]`; NaN without a history or values. Off when timeless: nobody knows what came last.
 */
export function lastValue(field: string): FeatureFactory {
  return (binding) => {
    const state = fieldState(binding, "item", field, ["code", "codes"])
    const { timeless, history } = binding
    const columns = [`${field}.last`]
    return {
      name: `last value ${field}`,
      version: 1,
      config: { field },
      columns: timeless ? [] : columns,
      actors: ["user", "item"],
      states: [state, history],
      switchedOff: timeless ? columns : [],
      read(tables, request, candidates, out, firstColumn) {
        const values = tables.fixed(state.name)
        const list = tables.list(history.name)
        const length = request.user < 0 ? 0 : list.length(request.user)
        const last = length === 0 ? -1 : list.page(request.user)[list.start(request.user) + (length - 1) * list.width]!
        const had = codesLength(values, state, last)
        const page = values.page(last)
        const start = had === 0 ? 0 : codesStart(values, state, last)
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          const count = codesLength(values, state, item)
          let shared = 0
          if (had > 0 && count > 0) {
            const own = values.page(item)
            const first = codesStart(values, state, item)
            for (let c = first; c < first + count; c++) if (isAmong(page, start, had, own[c]!)) shared++
          }
          out.data[row * out.cols + firstColumn] = had === 0 ? Number.NaN : shared / count
        }
      },
    }
  }
}

function isAmong(page: Float64Array, start: number, count: number, code: number): boolean {
  for (let at = start; at < start + count; at++) if (page[at] === code) return true
  return false
}
