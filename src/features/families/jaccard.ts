import type { FixedTable } from "../../core/index.ts"
import type { FeatureFactory } from "../family.ts"
import { codesLength, codesStart, type FieldState, fieldState } from "../states/field-state.ts"
import { type ItemSimilarity, type SimilarityOptions, similarityFamily } from "./similarity.ts"

/**
 * Likeness by shared values of a categories field, shared over all values of either item, in `[0, 1]`: `<field>.jaccard.max`, `.mean` over
 * the user's newest interactions, `.item` with the page's item. NaN where an item has no values.
 *
 * @see Jaccard 1901, doi:10.5169/seals-266450
 */
export function jaccard(field: string, options: SimilarityOptions = {}): FeatureFactory {
  return (binding) => {
    const state = fieldState(binding, "item", field, ["code", "codes"])
    let table: FixedTable | undefined
    const between: ItemSimilarity = (a, b) => jaccardOf(table!, state, a, b)
    return similarityFamily(binding, {
      name: `${field}.jaccard`,
      version: 1,
      states: [state],
      between(tables) {
        table = tables.fixed(state.name)
        return between
      },
      ...options,
    })
  }
}

function jaccardOf(table: FixedTable, state: FieldState, a: number, b: number): number {
  const lengthA = codesLength(table, state, a)
  const lengthB = codesLength(table, state, b)
  if (lengthA === 0 || lengthB === 0) return Number.NaN
  const pageA = table.page(a)
  const pageB = table.page(b)
  const startA = codesStart(table, state, a)
  const startB = codesStart(table, state, b)
  let shared = 0
  for (let i = startA; i < startA + lengthA; i++) {
    for (let j = startB; j < startB + lengthB; j++) {
      if (pageA[i] === pageB[j]) {
        shared++
        break
      }
    }
  }
  return shared / (lengthA + lengthB - shared)
}
