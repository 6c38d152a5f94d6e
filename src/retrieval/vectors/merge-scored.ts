import type { Scored } from "../scored.ts"

/** The first `k` of two lists without an id in common, each best first; equal scores by lower id. */
export function mergeScored(a: Scored, b: Scored, k: number): Scored {
  const size = Math.min(k, a.ids.length + b.ids.length)
  const ids = new Uint32Array(size)
  const scores = new Float32Array(size)
  for (let i = 0, j = 0; i + j < size; ) {
    const isFirst = j === b.ids.length || (i < a.ids.length && isBefore(a, i, b, j))
    const [from, at] = isFirst ? [a, i] : [b, j]
    ids[i + j] = from.ids[at]!
    scores[i + j] = from.scores[at]!
    if (isFirst) i++
    else j++
  }
  return { ids, scores }
}

function isBefore(a: Scored, i: number, b: Scored, j: number): boolean {
  const [x, y] = [a.scores[i]!, b.scores[j]!]
  return x > y || (x === y && a.ids[i]! < b.ids[j]!)
}
