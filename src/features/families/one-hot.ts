import { type CategorySource, categoryReader, sourceName } from "../category-source.ts"
import type { FeatureFactory } from "../family.ts"

/**
 * One column a listed value of a category field, `<field>=<value>`: 1 when it is among the values, 0 when not, NaN when the field is missing.
 * The list is part of the definition, so columns never move; what is not listed shows as all zeros.
 */
export function oneHot(
  field: string,
  values: readonly string[],
  { of = "item" }: { readonly of?: CategorySource["of"] } = {},
): FeatureFactory {
  return (binding) => {
    const source = categoryReader(binding, { field, of })
    const name = sourceName({ field, of })
    return {
      name: `one-hot ${of}.${field}`,
      version: 1,
      config: { field, of, values },
      columns: values.map((value) => `${name}=${value}`),
      actors: [of],
      states: source.states,
      read(tables, request, candidates, out, firstColumn) {
        for (let row = 0; row < candidates.size; row++) {
          const at = row * out.cols + firstColumn
          const count = source.read(tables, request, candidates.ids[row]!)
          out.data.fill(count === 0 ? Number.NaN : 0, at, at + values.length)
          for (let i = 0; i < count; i++) {
            const place = values.indexOf(source.value(i))
            if (place >= 0) out.data[at + place] = 1
          }
        }
      },
    }
  }
}
