import { murmur3, type StateTables } from "../core/index.ts"
import type { Binding, FeatureRequest, StateFamily } from "./family.ts"
import { CATEGORIES_KEPT, codesLength, codesStart, fieldState } from "./states/field-state.ts"

/** A category field and whose it is. */
export interface CategorySource {
  readonly field: string
  readonly of: "item" | "user" | "context"
}

/** Reads the values of a category field of a candidate, its user or the request, one after another. */
export interface CategoryReader {
  readonly states: readonly StateFamily[]
  /** Finds the values and returns how many there are, 0 when missing. */
  read(tables: StateTables, request: FeatureRequest, item: number): number
  /** Value number `i` of those found last. */
  value(i: number): string
  /** Its murmur3 hash: the same in every process, whatever ids were given out. */
  hash(i: number): number
}

/** How columns name the source: an item's field by its name alone, others `<of>.<field>`. */
export function sourceName({ field, of }: CategorySource): string {
  return of === "item" ? field : `${of}.${field}`
}

/** @throws {@link NotFound} on a field the schema does not have, {@link InvalidArgument} on one without categories */
export function categoryReader(binding: Omit<Binding, "history" | "timeless">, { field, of }: CategorySource): CategoryReader {
  return of === "context" ? contextReader(field) : storedReader(binding, field, of)
}

function storedReader(binding: Omit<Binding, "history" | "timeless">, field: string, of: "item" | "user"): CategoryReader {
  const state = fieldState(binding, of, field, ["code", "codes"])
  const names = state.codes!
  const codes = new Float64Array(CATEGORIES_KEPT)
  const texts: string[] = []
  let hashes = new Float64Array(64).fill(-1)
  return {
    states: [state],
    read(tables, request, item) {
      const key = of === "item" ? item : request.user
      const table = tables.fixed(state.name)
      const count = codesLength(table, state, key)
      if (count === 0) return 0
      const page = table.page(key)
      const start = codesStart(table, state, key)
      let kept = 0
      for (let i = 0; i < count; i++) if (page[start + i]! >= 0) codes[kept++] = page[start + i]!
      return kept
    },
    value(i) {
      const code = codes[i]!
      texts[code] ??= names.name(code)
      return texts[code]
    },
    hash(i) {
      const code = codes[i]!
      if (code >= hashes.length) {
        const more = new Float64Array(Math.max(code + 1, hashes.length * 2)).fill(-1)
        more.set(hashes)
        hashes = more
      }
      if (hashes[code]! < 0) hashes[code] = murmur3(names.name(code))
      return hashes[code]!
    },
  }
}

function contextReader(field: string): CategoryReader {
  let values: readonly string[] = []
  return {
    states: [],
    read(_tables, request) {
      const value = request.context[field]
      values = Array.isArray(value) ? value.map(String) : typeof value === "string" || typeof value === "number" ? [String(value)] : []
      return values.length
    },
    value: (i) => values[i]!,
    hash: (i) => murmur3(values[i]!),
  }
}
