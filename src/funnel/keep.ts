import { type Candidates, candidates, select, type Trace, uint32 } from "../core/index.ts"

/** The first `limit` of `order` (places of `list`, best first) as candidates; the others are told as dropped by `limit`. */
export function keepTop(list: Candidates, order: ArrayLike<number>, limit: number, stage: string, trace: Trace): Candidates {
  if (order.length <= limit) return select(list, order)
  const places = uint32(order.length)
  places.set(order)
  trace.drop(stage, "limit", list, places.subarray(limit))
  return select(list, places.subarray(0, limit))
}

/** `list` cut to its first `limit`, the others told as dropped by `limit`; the list itself when it is short enough. */
export function keepFirst(list: Candidates, limit: number, stage: string, trace: Trace): Candidates {
  return list.size <= limit ? list : keepTop(list, placesOf(list.size), limit, stage, trace)
}

/** `0 .. size - 1`. */
export function placesOf(size: number): Uint32Array {
  const places = uint32(size)
  for (let i = 0; i < size; i++) places[i] = i
  return places
}

/**
 * Places ordered by score, best first; equal scores by dense id, then collection; NaN at the end in the same order.
 *
 * @param scores - score of each place
 * @returns the order, and how many of it have a score
 */
export function orderByScore(list: Candidates, scores: ArrayLike<number>): { readonly order: Uint32Array; readonly scored: number } {
  if (scores instanceof Float32Array && list.size < MOST_KEYED) return orderByKeys(list, scores)
  let unscored = 0
  for (let i = 0; i < list.size; i++) if (Number.isNaN(scores[i]!)) unscored++
  const byId = byDenseId(list)
  const order = placesOf(list.size).sort((a, b) => {
    const x = scores[a]!
    const y = scores[b]!
    if (x > y) return -1
    if (x < y) return 1
    if (x !== y) {
      const isLast = Number.isNaN(x)
      if (isLast !== Number.isNaN(y)) return isLast ? 1 : -1
    }
    return byId(a, b)
  })
  return { order, scored: list.size - unscored }
}

const byDenseId =
  ({ ids, collections }: Candidates) =>
  (a: number, b: number) =>
    ids[a]! - ids[b]! || collections[a]! - collections[b]!

/** Filled and read without a pause, so one serves all requests. */
let sorted = new Float64Array(1024)

/** Places that a key holds beside the 33 bits of its score. */
const MOST_KEYED = 2 ** 20

/**
 * The same by one number a candidate, made of its score's bits and its place: sorting numbers is several times as fast as calling back. What
 * shares a score is put in order afterwards.
 */
function orderByKeys(list: Candidates, scores: Float32Array): { readonly order: Uint32Array; readonly scored: number } {
  const { size } = list
  const bits = new Int32Array(scores.buffer, scores.byteOffset, size)
  if (size > sorted.length) sorted = new Float64Array(size * 2)
  const keys = sorted.subarray(0, size)
  let unscored = 0
  for (let i = 0; i < size; i++) {
    const score = scores[i]!
    let falling: number
    if (Number.isNaN(score)) {
      unscored++
      falling = 2 ** 32
    } else if (score === 0) falling = 2 ** 31
    else falling = bits[i]! < 0 ? 2 ** 31 + (bits[i]! & 0x7fffffff) : 2 ** 31 - bits[i]!
    keys[i] = falling * MOST_KEYED + i
  }
  keys.sort()
  const order = uint32(size)
  let from = 0
  let before = -1
  for (let at = 0; at < size; at++) {
    const falling = Math.floor(keys[at]! / MOST_KEYED)
    order[at] = keys[at]! - falling * MOST_KEYED
    if (falling === before) continue
    if (at - from > 1) order.subarray(from, at).sort(byDenseId(list))
    from = at
    before = falling
  }
  if (size - from > 1) order.subarray(from, size).sort(byDenseId(list))
  return { order, scored: size - unscored }
}

/** `head` and then the candidates of `list` from place `from`, at most `limit` in all; columns only the head has are NaN in the rest. */
export function appendRest(head: Candidates, list: Candidates, from: number, limit: number): Candidates {
  const added = Math.max(0, Math.min(list.size - from, limit - head.size))
  if (added === 0) return head
  const all = candidates(head.size + added, [...new Set([...head.scores.keys(), ...list.scores.keys()])])
  for (const [into, of, take] of [
    [all.ids, head.ids, list.ids],
    [all.collections, head.collections, list.collections],
    [all.sources, head.sources, list.sources],
  ] as const) {
    into.set(of.subarray(0, head.size))
    into.set(take.subarray(from, from + added), head.size)
  }
  for (const [name, column] of all.scores) {
    const first = head.scores.get(name)
    const rest = list.scores.get(name)
    if (first !== undefined) column.set(first.subarray(0, head.size))
    if (rest !== undefined) column.set(rest.subarray(from, from + added), head.size)
  }
  return all
}
