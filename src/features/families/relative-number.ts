import type { FeatureFactory } from "../family.ts"
import { latestValue } from "../state-access.ts"
import { fieldState } from "../states/field-state.ts"

/**
 * A number beside those of the other items that were considered: `<field>.relative`, 0 for the smallest and 1 for the largest;
 * `<field>.standing`, the share of the list below it, equals counting half; `<field>.deviation`, how many standard deviations above the mean.
 * NaN when missing; 0.5, 0.5 and 0 where all are equal.
 *
 * The list is `FeatureRequest.list`, or the candidates themselves.
 */
export function relativeNumber(field: string): FeatureFactory {
  return (binding) => {
    const state = fieldState(binding, "item", field, ["number", "time"])
    let sorted = new Float64Array(64)
    return {
      name: `relative ${field}`,
      version: 1,
      config: { field },
      columns: [`${field}.relative`, `${field}.standing`, `${field}.deviation`],
      actors: ["item", "list"],
      listwise: true,
      states: [state],
      read(tables, request, candidates, out, firstColumn) {
        const table = tables.fixed(state.name)
        const list = request.list ?? candidates.ids
        const listed = request.list === undefined ? candidates.size : list.length
        if (sorted.length < listed) sorted = new Float64Array(listed * 2)
        let count = 0
        for (let i = 0; i < listed; i++) {
          const value = latestValue(table, list[i]!)
          if (!Number.isNaN(value)) sorted[count++] = value
        }
        const known = sorted.subarray(0, count).sort()
        const low = known[0]!
        const span = known[count - 1]! - low
        const { mean, deviation } = moments(known)
        for (let row = 0; row < candidates.size; row++) {
          const value = latestValue(table, candidates.ids[row]!)
          const at = row * out.cols + firstColumn
          out.data[at] = Number.isNaN(value) || span > 0 ? (value - low) / span : 0.5
          out.data[at + 1] = Number.isNaN(value) ? value : (below(known, value, false) + below(known, value, true)) / (2 * count)
          out.data[at + 2] = Number.isNaN(value) || deviation > 0 ? (value - mean) / deviation : 0
        }
      },
    }
  }
}

function moments(values: Float64Array): { readonly mean: number; readonly deviation: number } {
  let sum = 0
  for (let i = 0; i < values.length; i++) sum += values[i]!
  const mean = sum / values.length
  let squares = 0
  for (let i = 0; i < values.length; i++) squares += (values[i]! - mean) ** 2
  return { mean, deviation: Math.sqrt(squares / values.length) }
}

/** How many sorted values are below `value`, or not above it. */
function below(sorted: Float64Array, value: number, orEqual: boolean): number {
  let low = 0
  let high = sorted.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (sorted[middle]! < value || (orEqual && sorted[middle] === value)) low = middle + 1
    else high = middle
  }
  return low
}
