import type { StateFamily } from "../family.ts"
import { codesLength, codesStart, type FieldState } from "./field-state.ts"

/**
 * What values of a category field a user's events touched: a list of (code, time), one tuple a value, as the item was when folded.
 *
 * It reads the field's own state, so families that use it name both, the field first.
 */
export function userCategoryState(
  { collection, collectionNumber }: { readonly collection: string; readonly collectionNumber: number },
  value: FieldState,
  field: string,
  types: readonly string[],
  limit: number,
): StateFamily {
  const kinds = [...new Set(types)].sort()
  const name = `${collection}.user.${kinds.join("+")}.${field}`
  return {
    name,
    version: 1,
    config: { collection, field: value.name, types: kinds },
    state: [{ kind: "list", name, key: "user", limit, width: 2 }],
    types: kinds,
    collection: collectionNumber,
    observe(event, tables) {
      if (event.user < 0 || event.collection !== collectionNumber) return
      const values = tables.fixed(value.name)
      const count = codesLength(values, value, event.item)
      if (count === 0) return
      const page = values.page(event.item)
      const start = codesStart(values, value, event.item)
      const list = tables.list(name)
      for (let c = start; c < start + count; c++) list.push(event.user, page[c]!, event.time)
    },
  }
}
