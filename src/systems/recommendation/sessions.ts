import { type SparseMatrix, sparseMatrix } from "../../core/index.ts"
import type { Engagements } from "./data.ts"

/**
 * Who engages in one go: a binary matrix `[visits, items]` of the engagements at these places, a visit ending where a person does nothing for a
 * while. Visits with one item say nothing of what goes together and are left out.
 *
 * @param gapMs - a longer pause begins a new visit
 */
export function visitMatrix({ users, items, times, itemCount }: Engagements, places: Uint32Array, gapMs: number): SparseMatrix {
  const order = places.slice().sort((a, b) => users[a]! - users[b]! || times[a]! - times[b]! || items[a]! - items[b]!)
  const rows: number[] = []
  const cols: number[] = []
  let visits = 0
  for (let start = 0; start < order.length; ) {
    let end = start + 1
    while (end < order.length && follows(order[end - 1]!, order[end]!)) end++
    if (end - start > 1) {
      for (let at = start; at < end; at++) {
        rows.push(visits)
        cols.push(items[order[at]!]!)
      }
      visits++
    }
    start = end
  }
  return sparseMatrix({ rows: visits, cols: itemCount }, Uint32Array.from(rows), Uint32Array.from(cols))

  function follows(before: number, after: number): boolean {
    return users[before] === users[after] && times[after]! - times[before]! <= gapMs
  }
}
