import type { Candidates, Matrix } from "../../core/index.ts"
import type { FeatureFactory, FeatureRequest } from "../family.ts"
import { HistoryWindow } from "../history-window.ts"

const DAY_MS = 86_400_000

/** How similar two items are, by dense id; NaN when it cannot be said. */
export type ItemSimilarity = (a: number, b: number) => number

/** Which part of the history is compared; see {@link similarity}. */
export interface SimilarityOptions {
  /** Newest interactions compared with; default 20. */
  readonly recent?: number
  /** Days after which an interaction counts half in the mean; default 14, no decay when timeless. */
  readonly halfLifeDays?: number
}

/**
 * Similarity of the candidate to the user's newest interactions and to the page's item, by any function of two items:
 * `<name>.max`, `<name>.mean` (weighted by recency) and `<name>.item`; NaN where there is nothing to compare with.
 *
 * The candidate itself is left out of the history, or having been there before would be read as perfect likeness.
 *
 * @param version - raised when the function changes, since a function has no other identity
 */
export function similarity(name: string, version: number, between: ItemSimilarity, options: SimilarityOptions = {}): FeatureFactory {
  const { recent = 20, halfLifeDays = 14 } = options
  return (binding) => {
    const halfLifeMs = binding.timeless ? Number.POSITIVE_INFINITY : halfLifeDays * DAY_MS
    const window = new HistoryWindow(binding.history.name, recent)
    return {
      name: `similarity ${name}`,
      version,
      config: { name, recent, halfLifeDays: binding.timeless ? null : halfLifeDays },
      columns: [`${name}.max`, `${name}.mean`, `${name}.item`],
      actors: ["user", "item"],
      states: [binding.history],
      read(tables, request, candidates, out, firstColumn) {
        window.fill(tables, request.user, request.now, halfLifeMs)
        writeSimilarities(between, window, request, candidates, out, firstColumn)
      },
    }
  }
}

function writeSimilarities(
  between: ItemSimilarity,
  window: HistoryWindow,
  request: FeatureRequest,
  candidates: Candidates,
  out: Matrix,
  column: number,
): void {
  for (let row = 0; row < candidates.size; row++) {
    const item = candidates.ids[row]!
    let most = Number.NaN
    let sum = 0
    let total = 0
    for (let i = 0; i < window.size; i++) {
      const other = window.items[i]!
      const value = other === item ? Number.NaN : between(item, other)
      if (Number.isNaN(value)) continue
      if (!(value <= most)) most = value
      sum += value * window.weights[i]!
      total += window.weights[i]!
    }
    const at = row * out.cols + column
    out.data[at] = most
    out.data[at + 1] = sum / total
    out.data[at + 2] = request.item < 0 ? Number.NaN : between(item, request.item)
  }
}
