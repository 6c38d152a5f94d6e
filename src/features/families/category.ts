import { fillColumn } from "../columns.ts"
import type { FeatureFactory } from "../family.ts"
import { HistoryProfile, RECENT } from "../history-profile.ts"
import { latestValue } from "../state-access.ts"
import { fieldNumber, fieldState } from "../states/field-state.ts"

/** Codes of context values: FNV-1a in 20 bits, exact in f32. They need no table, so they are the same in every process and replay. */
const CONTEXT_CODES = 2 ** 20

/**
 * A category as a number that trees can split on: the dense code of its value, in order of first sight (item, user), or a hash (context).
 * Numbers say nothing about nearness. For items a second column, `<field>.favourite`, is 1 when the value is the commonest one of the
 * user's last 200 interactions, 0 when not, NaN without history or value.
 */
export function category(field: string, { of = "item" }: { readonly of?: "item" | "user" | "context" } = {}): FeatureFactory {
  return of === "item" ? itemCategory(field) : of === "user" ? userCategoryField(field) : contextCategory(field)
}

function itemCategory(field: string): FeatureFactory {
  return (binding) => {
    const state = fieldState(binding, "item", field, ["code"])
    const profile = new HistoryProfile(binding.history.name, state)
    return {
      name: `category item.${field}`,
      version: 1,
      config: { field, recent: RECENT },
      columns: [field, `${field}.favourite`],
      actors: ["item", "user"],
      codes: [field],
      states: [state, binding.history],
      read(tables, request, candidates, out, firstColumn) {
        const table = tables.fixed(state.name)
        profile.collect(tables, request.user, request.now, RECENT)
        const favourite = profile.favourite()
        for (let row = 0; row < candidates.size; row++) {
          const code = latestValue(table, candidates.ids[row]!)
          const at = row * out.cols + firstColumn
          out.data[at] = code
          out.data[at + 1] = favourite < 0 || Number.isNaN(code) ? Number.NaN : code === favourite ? 1 : 0
        }
      },
    }
  }
}

function userCategoryField(field: string): FeatureFactory {
  return (binding) => {
    const state = fieldState(binding, "user", field, ["code"])
    return {
      name: `category user.${field}`,
      version: 1,
      config: { field },
      columns: [`user.${field}`],
      actors: ["user"],
      codes: [`user.${field}`],
      states: [state],
      read(tables, request, candidates, out, firstColumn) {
        fillColumn(out, candidates.size, firstColumn, fieldNumber(tables, state, request.user))
      },
    }
  }
}

function contextCategory(field: string): FeatureFactory {
  return () => ({
    name: `category context.${field}`,
    version: 1,
    config: { field },
    columns: [`context.${field}`],
    actors: ["context"],
    codes: [`context.${field}`],
    states: [],
    read(_tables, request, candidates, out, firstColumn) {
      const value = request.context[field]
      fillColumn(out, candidates.size, firstColumn, typeof value === "string" ? hashCode(value) : Number.NaN)
    },
  })
}

function hashCode(value: string): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < value.length; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % CONTEXT_CODES
}
