import type { FixedTable } from "../../core/index.ts"
import type { FeatureFactory } from "../family.ts"
import { HistoryWindow } from "../history-window.ts"
import { vectorNorm } from "../state-access.ts"
import { fieldState } from "../states/field-state.ts"
import type { SimilarityOptions } from "./similarity.ts"

const DAY_MS = 86_400_000

/**
 * Cosine of the candidate's vector with the recency-weighted mean direction of the user's newest interactions, `<field>.cosine`, and with the
 * page's item, `<field>.cosineItem`; in `[-1, 1]`, NaN where a vector is missing. The candidate itself is left out of the history.
 */
export function cosine(field: string, { recent = 20, halfLifeDays = 14 }: SimilarityOptions = {}): FeatureFactory {
  return (binding) => {
    const state = fieldState(binding, "item", field, ["vector"])
    const halfLifeMs = binding.timeless ? Number.POSITIVE_INFINITY : halfLifeDays * DAY_MS
    const window = new HistoryWindow(binding.history.name, recent)
    const mean = new Float64Array(state.width)
    return {
      name: `cosine ${field}`,
      version: 1,
      config: { field, recent, halfLifeDays: binding.timeless ? null : halfLifeDays },
      columns: [`${field}.cosine`, `${field}.cosineItem`],
      actors: ["user", "item"],
      states: [state, binding.history],
      read(tables, request, candidates, out, firstColumn) {
        const table = tables.fixed(state.name)
        window.fill(tables, request.user, request.now, halfLifeMs)
        mean.fill(0)
        for (let i = 0; i < window.size; i++) addDirection(table, window.items[i]!, window.weights[i]!, mean)
        for (let row = 0; row < candidates.size; row++) {
          const item = candidates.ids[row]!
          const at = row * out.cols + firstColumn
          out.data[at] = cosineWithout(table, item, mean, weightOf(window, item))
          out.data[at + 1] = cosineBetween(table, item, request.item, state.width)
        }
      },
    }
  }
}

function addDirection(table: FixedTable, item: number, weight: number, mean: Float64Array): void {
  const norm = vectorNorm(table, item, mean.length)
  if (!(norm > 0)) return
  const page = table.page(item)
  const start = table.offset(item) + 1
  for (let d = 0; d < mean.length; d++) mean[d]! += (weight * page[start + d]!) / norm
}

/** The candidate's own part of the mean is `weight` times its direction, so it is taken out again: no second pass over the history. */
function cosineWithout(table: FixedTable, item: number, mean: Float64Array, weight: number): number {
  const norm = vectorNorm(table, item, mean.length)
  if (!(norm > 0)) return Number.NaN
  const page = table.page(item)
  const start = table.offset(item) + 1
  let dot = 0
  let square = 0
  for (let d = 0; d < mean.length; d++) {
    const direction = page[start + d]! / norm
    const rest = mean[d]! - weight * direction
    dot += direction * rest
    square += rest * rest
  }
  return square > TINY ? dot / Math.sqrt(square) : Number.NaN
}

/** What rounding leaves when the candidate was the whole history. */
const TINY = 1e-18

function cosineBetween(table: FixedTable, a: number, b: number, width: number): number {
  const norms = vectorNorm(table, a, width) * vectorNorm(table, b, width)
  if (!(norms > 0)) return Number.NaN
  const pageA = table.page(a)
  const pageB = table.page(b)
  const startA = table.offset(a) + 1
  const startB = table.offset(b) + 1
  let dot = 0
  for (let d = 0; d < width; d++) dot += pageA[startA + d]! * pageB[startB + d]!
  return dot / norms
}

function weightOf(window: HistoryWindow, item: number): number {
  let weight = 0
  for (let i = 0; i < window.size; i++) if (window.items[i] === item) weight += window.weights[i]!
  return weight
}
