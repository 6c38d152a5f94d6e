/** How a search under a filter goes. */
export type SearchPath = "filtered scan" | "index"

/** Below this share of the rows, looking at every allowed row is faster and exact. */
export const FILTERED_SHARE = 0.02

/**
 * The path of a filtered search: a scan of what is allowed when that is less than 2 % of the rows, the index otherwise.
 *
 * @param rows - rows of the index
 * @param countAllowed - counts allowed rows, and may stop at the number it is given
 */
export function searchPath(rows: number, countAllowed: (most: number) => number): SearchPath {
  const most = Math.ceil(rows * FILTERED_SHARE)
  return countAllowed(most) < most ? "filtered scan" : "index"
}
