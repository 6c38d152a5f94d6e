/** How a search under a filter goes; an index must look at more than without one, by a factor. */
export type SearchPath = { readonly path: "filtered scan" } | { readonly path: "index"; readonly effortFactor: number }

/**
 * Below this share of the rows, looking at every allowed row is faster than an index that must skip the others, and it is exact.
 *
 * A scan of it costs a fiftieth of the exact scan; an index would meet fifty rows for each that it may answer.
 */
export const FILTERED_SHARE = 0.02

/**
 * The path of a filtered search: a scan of what is allowed when that is less than 2 % of the rows, the index otherwise.
 *
 * Where a share `s` of the rows is allowed, the `k` nearest of them lie as far out as the `k / s` nearest of all; effort grows with the root.
 * @param rows - rows of the index
 * @param lookedUntil - rows one must look at until so many are allowed, in any order that has nothing to do with the filter; nothing when
 * there are fewer
 */
export function searchPath(rows: number, lookedUntil: (count: number) => number | undefined): SearchPath {
  const count = Math.max(1, Math.ceil(rows * FILTERED_SHARE))
  const looked = lookedUntil(count)
  return looked === undefined ? { path: "filtered scan" } : { path: "index", effortFactor: Math.sqrt(looked / count) }
}

/** Nanoseconds of one thread, measured on 500,000 rows of 128 numbers, one query at a time; they scale with the dimension but for `row`. */
export const searchCosts = { f32Number: 0.5, int8Number: 0.05, row: 1 } as const

/** What an index is wanted for. */
export interface IndexNeed {
  readonly rows: number
  readonly dimension: number
  /** Time a search may take on one thread; default 1 ms. */
  readonly budgetMs?: number
  /** Whether answers must be those of the exact scan. */
  readonly isExact?: boolean
}

/** A kind of index for a need, what it would cost, and why. */
export interface IndexChoice {
  readonly family: "exact" | "int8" | "clusters"
  readonly expectedMs: number
  readonly reason: string
}

/**
 * The simplest index that keeps to the budget: the exact scan while it does, then its int8 codes, then clusters.
 *
 * Clusters are taken to look at two roots of the rows in centres and a fiftieth of the lists: recall near 0.95 on vectors that cluster.
 * Other families are for those who have seen their own curve: `trommel bench neighbours`.
 */
export function chooseIndex({ rows, dimension, budgetMs = 1, isExact = false }: IndexNeed): IndexChoice {
  const ms = (nsARow: number, looked: number) => ((nsARow * dimension + searchCosts.row) * looked) / 1e6
  const exactMs = ms(searchCosts.f32Number, rows)
  if (isExact) return { family: "exact", expectedMs: exactMs, reason: "answers must be exact" }
  if (exactMs <= budgetMs) return { family: "exact", expectedMs: exactMs, reason: `looking at all ${rows} rows fits ${budgetMs} ms` }
  const int8Ms = ms(searchCosts.int8Number, rows)
  if (int8Ms <= budgetMs) return { family: "int8", expectedMs: int8Ms, reason: `all ${rows} rows as int8 fit ${budgetMs} ms, nearly exact` }
  const clustersMs = ms(searchCosts.f32Number, 2 * Math.sqrt(rows)) + ms(searchCosts.int8Number, rows / 50)
  return { family: "clusters", expectedMs: clustersMs, reason: `${rows} rows are too many to look at in ${budgetMs} ms` }
}

/** Whether a live index should fold its changes in: the delta costs a search as much as the base does, or a fifth of the base is hidden. */
export function isRebuildDue({ added, hidden, rows }: { readonly added: number; readonly hidden: number; readonly rows: number }): boolean {
  return added > Math.max(1000, rows / 50) || hidden > Math.max(1000, rows / 5)
}
