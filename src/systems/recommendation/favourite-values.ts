import type { CategoryColumn } from "../../features/index.ts"

/** Items of the popularity list that are read, and those kept for a value. */
const LOOKED_AT = 20_000
const KEPT = 500

/** The most popular items of each value of a category field, such as a genre, and which values a history favours. */
export interface PopularByValue {
  /** Most popular first; none for a value nothing popular has. */
  items(code: number): Uint32Array
  /** Up to `k` codes that a history favours: how often it has the value, divided by the root of how many popular items have it. */
  favoured(history: Uint32Array, k: number): number[]
  /** The `k` codes that most popular items have. */
  common(k: number): number[]
}

/** Reads the popularity list once. @param popular - dense ids, most popular first */
export function popularByValue(column: CategoryColumn, popular: Uint32Array): PopularByValue {
  const lists = new Map<number, number[]>()
  const counts = new Map<number, number>()
  for (const item of popular.subarray(0, LOOKED_AT)) {
    for (let place = 0; place < column.length(item); place++) {
      const code = column.at(item, place)
      counts.set(code, (counts.get(code) ?? 0) + 1)
      const list = lists.get(code) ?? []
      if (list.length < KEPT) list.push(item)
      lists.set(code, list)
    }
  }
  const kept = new Map([...lists].map(([code, list]) => [code, Uint32Array.from(list)]))
  const best = (scores: Iterable<readonly [number, number]>, k: number) =>
    [...scores]
      .sort(([a, x], [b, y]) => y - x || a - b)
      .slice(0, k)
      .map(([code]) => code)
  return {
    items: (code) => kept.get(code) ?? new Uint32Array(),
    favoured(history, k) {
      const own = new Map<number, number>()
      for (const item of history)
        for (let place = 0; place < column.length(item); place++)
          own.set(column.at(item, place), (own.get(column.at(item, place)) ?? 0) + 1)
      return best(
        [...own].flatMap(([code, count]) => (counts.has(code) ? [[code, count / Math.sqrt(counts.get(code)!)] as const] : [])),
        k,
      )
    },
    common: (k) => best(counts, k),
  }
}
