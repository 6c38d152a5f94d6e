import type { FeatureFactory } from "../family.ts"
import { codesLength, codesStart, fieldState } from "../states/field-state.ts"

/**
 * 1 when the candidate has a value that the user's own field names, such as a language somebody speaks, 0 when not, NaN where either has none:
 * `match.<field>`. Values are compared by their names: users and items number them apart.
 *
 * @param field - category field of the item
 * @param options.user - category field of the user; the same name when absent
 */
export function fieldMatch(field: string, { user = field }: { readonly user?: string } = {}): FeatureFactory {
  return (binding) => {
    const items = fieldState(binding, "item", field, ["code", "codes"])
    const users = fieldState(binding, "user", user, ["code", "codes"])
    const wanted = new Set<number>()
    return {
      name: `field match ${field}`,
      version: 1,
      config: { field, user },
      columns: [`match.${field}`],
      actors: ["user", "item"],
      states: [items, users],
      read(tables, request, candidates, out, firstColumn) {
        const own = tables.fixed(users.name)
        const said = codesLength(own, users, request.user)
        wanted.clear()
        for (let c = 0; c < said; c++)
          wanted.add(items.codes!.find(users.codes!.name(own.page(request.user)[codesStart(own, users, request.user) + c]!)))
        const values = tables.fixed(items.name)
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          const count = codesLength(values, items, item)
          let match = said === 0 || count === 0 ? Number.NaN : 0
          if (match === 0) {
            const page = values.page(item)
            const start = codesStart(values, items, item)
            for (let c = start; c < start + count; c++) if (wanted.has(page[c]!)) match = 1
          }
          out.data[row * out.cols + firstColumn] = match
        }
      },
    }
  }
}
