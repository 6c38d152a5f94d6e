import type { StateTables } from "../../core/index.ts"
import type { FeatureFactory, FeatureRequest } from "../family.ts"
import { type FieldState, fieldState } from "../states/field-state.ts"

/** How two vectors are compared: inner product, angle, or Euclidean distance. */
export type VectorMeasure = "dot" | "cosine" | "distance"

/** What the item's vector is compared with; see {@link vectorMatch}. */
export interface VectorMatchOptions {
  /** A vector field of the user, a list of numbers in the request's context (such as a query's embedding), or the page's item, same field. */
  readonly with: { readonly of: "user" | "context"; readonly field: string } | { readonly of: "page" }
  /** Default all three. */
  readonly by?: readonly VectorMeasure[]
}

/**
 * The item's embedding against another one: `<field>.<other>.dot`, `.cosine` in `[-1, 1]`, `.distance` of at least 0. NaN where either is missing,
 * has another length, or, for the cosine, is all zeros. Against the user's own history see `cosine`.
 */
export function vectorMatch(field: string, options: VectorMatchOptions): FeatureFactory {
  const { with: other, by = ["dot", "cosine", "distance"] } = options
  return (binding) => {
    const state = fieldState(binding, "item", field, ["vector"])
    const asker = other.of === "user" ? fieldState(binding, "user", other.field, ["vector"]) : undefined
    const target = new Float64Array(state.width)
    const name = `${field}.${other.of === "page" ? "page" : `${other.of}.${other.field}`}`
    const fill = (tables: StateTables, request: FeatureRequest): boolean => {
      if (other.of === "context") return copyList(request.context[other.field], target)
      return other.of === "page" ? copyRow(tables, state, request.item, target) : copyRow(tables, asker!, request.user, target)
    }
    return {
      name: `vector match ${name}`,
      version: 1,
      config: { field, with: other, by },
      columns: by.map((measure) => `${name}.${measure}`),
      actors: [other.of === "page" ? "context" : other.of, "item"],
      states: asker === undefined ? [state] : [state, asker],
      read(tables, request, candidates, out, firstColumn) {
        const table = tables.fixed(state.name)
        const known = fill(tables, request)
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          const at = row * out.cols + firstColumn
          const there = known && table.has(item)
          const page = table.page(item)
          const start = table.offset(item) + 1
          for (let m = 0; m < by.length; m++) out.data[at + m] = there ? MEASURES[by[m]!](page, start, target) : Number.NaN
        }
      },
    }
  }
}

const MEASURES: Readonly<Record<VectorMeasure, (page: Float64Array, start: number, target: Float64Array) => number>> = {
  dot(page, start, target) {
    let sum = 0
    for (let d = 0; d < target.length; d++) sum += page[start + d]! * target[d]!
    return sum
  },
  cosine(page, start, target) {
    let sum = 0
    let left = 0
    let right = 0
    for (let d = 0; d < target.length; d++) {
      sum += page[start + d]! * target[d]!
      left += page[start + d]! ** 2
      right += target[d]! ** 2
    }
    return left > 0 && right > 0 ? sum / Math.sqrt(left * right) : Number.NaN
  },
  distance(page, start, target) {
    let sum = 0
    for (let d = 0; d < target.length; d++) sum += (page[start + d]! - target[d]!) ** 2
    return Math.sqrt(sum)
  },
}

function copyList(value: unknown, target: Float64Array): boolean {
  if (!Array.isArray(value) || value.length !== target.length) return false
  for (let d = 0; d < target.length; d++) target[d] = typeof value[d] === "number" ? value[d] : Number.NaN
  return true
}

function copyRow(tables: StateTables, state: FieldState, key: number, target: Float64Array): boolean {
  const table = tables.fixed(state.name)
  if (key < 0 || !table.has(key) || state.width !== target.length) return false
  const start = table.offset(key) + 1
  for (let d = 0; d < target.length; d++) target[d] = table.page(key)[start + d]!
  return true
}
