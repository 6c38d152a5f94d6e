import type { Ratings } from "./movielens.ts"

/** Residuals of ratings near a row: of films alike by the same person, of people alike for the same film, and near in time. */
export interface Neighbourhood {
  films(row: number): number
  people(row: number): number
  /** The person's residuals around the row's time, weighted by `exp(-distance / seconds)`. */
  near(row: number, seconds: number): number
  /** The film's residuals around the row's time. */
  filmThen(row: number): number
  /** Days since the person's first rating. */
  since(row: number): number
}

/** Neighbours that count, the alikest that have rated. */
const NEIGHBOURS = 30
/** Ratings in common that a correlation is held towards 0 by, and similarity that a mean of residuals is. */
const COMMON = 50
const HELD = 0.5
const MONTH = 30 * 86_400

/** Learns from the residuals of the `train` rows. */
export function residualNeighbours(data: Ratings, train: Uint32Array, residual: Float32Array): Neighbourhood {
  const { users, items, times, userCount, itemCount } = data
  const byUser = rowsBy(users, userCount, train)
  const byItem = rowsBy(items, itemCount, train)
  const filmsAlike = correlations(byUser, items, itemCount, residual)
  const peopleAlike = correlations(byItem, users, userCount, residual)
  const first = byUser.map((rows) => rows.reduce((least, row) => Math.min(least, times[row]!), Number.POSITIVE_INFINITY))
  return {
    films: (row) => weighted(byUser[users[row]!]!, items[row]!, items, itemCount, filmsAlike, residual),
    people: (row) => weighted(byItem[items[row]!]!, users[row]!, users, userCount, peopleAlike, residual),
    near: (row, seconds) => aroundTime(byUser[users[row]!]!, times, times[row]!, seconds, residual),
    filmThen: (row) => aroundTime(byItem[items[row]!]!, times, times[row]!, MONTH, residual),
    since: (row) => (times[row]! - first[users[row]!]!) / 86_400,
  }
}

/** Train rows of each user, or of each film. */
function rowsBy(own: Uint32Array, size: number, train: Uint32Array): number[][] {
  const rows: number[][] = Array.from({ length: size }, () => [])
  for (const row of train) rows[own[row]!]!.push(row)
  return rows
}

/** Correlation of the residuals of every two, over the groups that hold both, times `n / (n + COMMON)`; shape `[size, size]`. */
function correlations(groups: readonly number[][], own: Uint32Array, size: number, residual: Float32Array): Float32Array {
  const zeros = () => new Float32Array(size * size)
  const [dot, left, right, common] = [zeros(), zeros(), zeros(), zeros()]
  for (const rows of groups) {
    for (const a of rows) {
      const [start, x] = [own[a]! * size, residual[a]!]
      for (const b of rows) {
        const [at, y] = [start + own[b]!, residual[b]!]
        dot[at]! += x * y
        left[at]! += x * x
        right[at]! += y * y
        common[at]!++
      }
    }
  }
  return dot.map((sum, at) => (sum === 0 ? 0 : (sum / Math.sqrt(left[at]! * right[at]!)) * (common[at]! / (common[at]! + COMMON))))
}

/** Mean residual of the rows of the alikest to `self`, weighted by how alike they are. */
function weighted(
  rows: readonly number[],
  self: number,
  own: Uint32Array,
  size: number,
  alike: Float32Array,
  residual: Float32Array,
): number {
  const near = rows
    .map((row) => ({ row, similarity: alike[self * size + own[row]!]! }))
    .filter(({ similarity }) => similarity > 0)
    .sort((a, b) => b.similarity - a.similarity)
    .slice(0, NEIGHBOURS)
  let [sum, weight] = [0, HELD]
  for (const { row, similarity } of near) {
    sum += similarity * residual[row]!
    weight += similarity
  }
  return sum / weight
}

/** Mean residual of rows, weighted by how near in time they are, held towards 0 by one row. */
function aroundTime(rows: readonly number[], times: Float64Array, time: number, seconds: number, residual: Float32Array): number {
  let [sum, weight] = [0, 1]
  for (const row of rows) {
    const closeness = Math.exp(-Math.abs(times[row]! - time) / seconds)
    sum += closeness * residual[row]!
    weight += closeness
  }
  return sum / weight
}
