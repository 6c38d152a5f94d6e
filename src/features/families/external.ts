import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"
import { type FieldOwner, fieldState } from "../states/field-state.ts"

const HOUR_MS = 3_600_000

/**
 * A number that another system pushes, such as a stock level or a score computed elsewhere, with its age: `<field>` and `<field>.ageHours`.
 * Past `maxAgeHours` the value is missing rather than wrong; the age still tells. Timeless data keeps the value alone.
 */
export function external(
  field: string,
  { of = "item", maxAgeHours = Number.POSITIVE_INFINITY }: { readonly of?: FieldOwner; readonly maxAgeHours?: number } = {},
): FeatureFactory {
  return (binding) => {
    const state = fieldState(binding, of, field, ["number"])
    const { timeless } = binding
    const name = of === "item" ? field : `user.${field}`
    const age = `${name}.ageHours`
    return {
      name: `external ${of}.${field}`,
      version: 1,
      config: { field, of, maxAgeHours: Number.isFinite(maxAgeHours) ? maxAgeHours : null },
      columns: timeless ? [name] : [name, age],
      actors: [of],
      states: [state],
      switchedOff: timeless ? [age] : [],
      read(tables, request, candidates, out, firstColumn) {
        const table = tables.fixed(state.name)
        const rows = of === "item" ? candidates.size : Math.min(1, candidates.size)
        for (let row = 0; row < rows; row++) {
          const key = of === "item" ? candidates.ids[row]! : request.user
          const held = key >= 0 && table.has(key)
          const start = held ? table.offset(key) : 0
          const ageHours = held ? (request.now - table.page(key)[start]!) / HOUR_MS : Number.NaN
          const value = held && (timeless || ageHours <= maxAgeHours) ? table.page(key)[start + 1]! : Number.NaN
          if (of === "item") {
            out.data[row * out.cols + firstColumn] = value
            if (!timeless) out.data[row * out.cols + firstColumn + 1] = ageHours
          } else {
            fillColumn(out, candidates.size, firstColumn, value)
            if (!timeless) fillColumn(out, candidates.size, firstColumn + 1, ageHours)
          }
        }
      },
    }
  }
}
