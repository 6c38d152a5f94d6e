import { InvalidArgument } from "./errors.ts"

/** What {@link selectTopK} may be told. */
export interface TopKOptions {
  /** Non-zero = never choose this index; as long as `scores`. */
  readonly skip?: Uint8Array
  /** Only the first `length` scores count; all when absent. */
  readonly length?: number
}

/**
 * Indexes of the `k` largest scores, best first; equal scores by lower index. NaN is never chosen.
 *
 * @returns at most `k` indexes: fewer when fewer can be chosen
 * @throws {@link InvalidArgument} when `k` is not a whole number >= 0
 */
export function topK(scores: Float32Array | Float64Array, k: number, options: TopKOptions = {}): Uint32Array {
  const room = Math.min(k, scores.length)
  if (!(Number.isInteger(k) && k >= 0))
    throw new InvalidArgument("topK", "a whole number k >= 0", String(k), "Pass the page size, such as 20.")
  const places = new Uint32Array(room)
  const found = selectTopK(scores, room, places, new Float64Array(room), options)
  return found === room ? places : places.slice(0, found)
}

/**
 * {@link topK} without allocating: writes indexes to `places` and their scores to `best`, best first, and returns how many.
 *
 * A heap of `k` entries with the worst on top: one comparison for most scores when `k` is much smaller than their number.
 * @param places - room for at least `k`
 * @param best - room for at least `k`
 */
export function selectTopK(
  scores: Float32Array | Float64Array,
  k: number,
  places: Uint32Array,
  best: Float32Array | Float64Array,
  options: TopKOptions = {},
): number {
  const { skip, length = scores.length } = options
  if (k < 1) return 0
  let size = 0
  let at = 0
  for (; at < length && size < k; at++) {
    const score = scores[at]!
    if (Number.isNaN(score) || (skip !== undefined && skip[at] !== 0)) continue
    siftUp(best, places, size++, score, at)
  }
  for (; at < length; at++) {
    const score = scores[at]!
    // An equal score loses to the ones before it, and NaN compares false.
    if (!(score > best[0]!) || (skip !== undefined && skip[at] !== 0)) continue
    siftDown(best, places, size, score, at)
  }
  // Takes the worst off the heap again and again: they fill the list from its end.
  for (let end = size - 1; end > 0; end--) {
    const score = best[end]!
    const place = places[end]!
    best[end] = best[0]!
    places[end] = places[0]!
    siftDown(best, places, end, score, place)
  }
  return size
}

type Scores = Float32Array | Float64Array

/** Puts a new entry at the end and lifts it over every better parent. */
function siftUp(best: Scores, places: Uint32Array, end: number, score: number, place: number): void {
  let hole = end
  while (hole > 0) {
    const parent = (hole - 1) >>> 1
    if (best[parent]! < score || (best[parent] === score && places[parent]! > place)) break
    best[hole] = best[parent]!
    places[hole] = places[parent]!
    hole = parent
  }
  best[hole] = score
  places[hole] = place
}

/** Replaces the top of a heap of `size` and lets the entry sink below every worse child. */
function siftDown(best: Scores, places: Uint32Array, size: number, score: number, place: number): void {
  let hole = 0
  for (let child = 1; child < size; child = 2 * hole + 1) {
    const right = child + 1
    if (right < size && (best[right]! < best[child]! || (best[right] === best[child] && places[right]! > places[child]!))) child = right
    if (score < best[child]! || (score === best[child] && place > places[child]!)) break
    best[hole] = best[child]!
    places[hole] = places[child]!
    hole = child
  }
  best[hole] = score
  places[hole] = place
}
