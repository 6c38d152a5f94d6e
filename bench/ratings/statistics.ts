import { type Matrix, matrix } from "../../src/core/index.ts"
import type { Ratings } from "./movielens.ts"
import { residualNeighbours } from "./neighbourhood.ts"

/** Ridge of the biases of users and items, in ratings. */
const USER_RIDGE = 4
const ITEM_RIDGE = 2
const SWEEPS = 10
/** Ratings that a mean residual is held towards 0 by. */
const PRIOR = 5
/** Ages that bands end below. */
const BANDS = [18, 25, 35, 45, 50, 56]

/** What some of the ratings tell of people and films, as columns for any other row: nothing of a row's own rating may be in it. */
export interface Statistics {
  readonly columns: readonly string[]
  of(rows: Uint32Array): Matrix
}

/** Learns biases and the mean residuals of groups from the `train` rows. */
export function statistics(data: Ratings, train: Uint32Array): Statistics {
  const bias = biases(data, train)
  const residual = new Float32Array(data.ratings.length)
  for (const row of train) residual[row] = data.ratings[row]! - bias.of(row)
  const { users, items, times, ages, women, jobs, years, genres } = data
  const band = (user: number) => BANDS.filter((end) => ages[user]! >= end).length
  const decade = (item: number) => (years[item]! > 0 ? Math.max(0, Math.floor((years[item]! - 1920) / 10)) : 9)
  const mean = (groupsOf: (row: number) => readonly number[]) => groupMeans(train, residual, groupsOf)
  const byGenre = mean((row) => genres[items[row]!]!.map((genre) => users[row]! * 32 + genre))
  const byDecade = mean((row) => [users[row]! * 16 + decade(items[row]!)])
  const bySex = mean((row) => [items[row]! * 2 + women[users[row]!]!])
  const byJob = mean((row) => [items[row]! * 32 + jobs[users[row]!]!])
  const byBand = mean((row) => [items[row]! * 8 + band(users[row]!)])
  const ofUser = spreads(users, data.userCount, train, residual)
  const ofItem = spreads(items, data.itemCount, train, residual)
  const alike = residualNeighbours(data, train, residual)
  const columns: Record<string, (row: number) => number> = {
    bias: bias.of,
    "user bias": (row) => bias.users[users[row]!]!,
    "film bias": (row) => bias.items[items[row]!]!,
    "user count": (row) => ofUser.count[users[row]!]!,
    "film count": (row) => ofItem.count[items[row]!]!,
    "user spread": (row) => ofUser.spread[users[row]!]!,
    "film spread": (row) => ofItem.spread[items[row]!]!,
    "user x genre": (row) => byGenre(row).mean,
    "user x genre count": (row) => byGenre(row).count,
    "user x decade": (row) => byDecade(row).mean,
    "film by sex": (row) => bySex(row).mean,
    "film by job": (row) => byJob(row).mean,
    "film by age": (row) => byBand(row).mean,
    "like films": (row) => alike.films(row),
    "like people": (row) => alike.people(row),
    "same hour": (row) => alike.near(row, 3600),
    "same week": (row) => alike.near(row, 7 * 86_400),
    "film then": (row) => alike.filmThen(row),
    "user since": (row) => alike.since(row),
    age: (row) => ages[users[row]!]!,
    sex: (row) => women[users[row]!]!,
    job: (row) => jobs[users[row]!]!,
    year: (row) => years[items[row]!]!,
    time: (row) => times[row]! / 86_400,
    genres: (row) => genres[items[row]!]!.length,
    ...Object.fromEntries(data.genreNames.map((name, genre) => [name, (row: number) => Number(genres[items[row]!]!.includes(genre))])),
  }
  const fields = Object.values(columns)
  return {
    columns: Object.keys(columns),
    of(rows) {
      const made = matrix(rows.length, fields.length)
      for (const [at, row] of rows.entries()) for (const [col, field] of fields.entries()) made.data[at * fields.length + col] = field(row)
      return made
    },
  }
}

/** `mean + user + item`, by alternating ridge regressions. */
function biases({ users, items, ratings, userCount, itemCount }: Ratings, train: Uint32Array) {
  const mean = train.reduce((sum, row) => sum + ratings[row]!, 0) / train.length
  const [ofUser, ofItem] = [new Float64Array(userCount), new Float64Array(itemCount)]
  const regress = (own: Uint32Array, bias: Float64Array, others: Uint32Array, other: Float64Array, ridge: number) => {
    const count = new Float64Array(bias.length).fill(ridge)
    bias.fill(0)
    for (const row of train) {
      bias[own[row]!]! += ratings[row]! - mean - other[others[row]!]!
      count[own[row]!]!++
    }
    for (let at = 0; at < bias.length; at++) bias[at]! /= count[at]!
  }
  for (let sweep = 0; sweep < SWEEPS; sweep++) {
    regress(items, ofItem, users, ofUser, ITEM_RIDGE)
    regress(users, ofUser, items, ofItem, USER_RIDGE)
  }
  return { users: ofUser, items: ofItem, of: (row: number) => mean + ofUser[users[row]!]! + ofItem[items[row]!]! }
}

/** Mean residual of the groups that a row is in, each held towards 0, averaged over them; and how many rows they have. */
function groupMeans(train: Uint32Array, residual: Float32Array, groupsOf: (row: number) => readonly number[]) {
  const sums = new Map<number, { sum: number; count: number }>()
  for (const row of train) {
    for (const group of groupsOf(row)) {
      const found = sums.get(group)
      if (found === undefined) sums.set(group, { sum: residual[row]!, count: 1 })
      else {
        found.sum += residual[row]!
        found.count++
      }
    }
  }
  return (row: number) => {
    const groups = groupsOf(row)
    let [total, count] = [0, 0]
    for (const group of groups) {
      const found = sums.get(group)
      if (found === undefined) continue
      total += found.sum / (found.count + PRIOR)
      count += found.count
    }
    return { mean: groups.length === 0 ? 0 : total / groups.length, count }
  }
}

/** How many ratings, and the standard deviation of their residuals, held towards 1 by `PRIOR` ratings. */
function spreads(own: Uint32Array, size: number, train: Uint32Array, residual: Float32Array) {
  const [count, spread] = [new Float64Array(size), new Float64Array(size).fill(PRIOR)]
  for (const row of train) {
    count[own[row]!]!++
    spread[own[row]!]! += residual[row]! ** 2
  }
  for (let at = 0; at < size; at++) spread[at] = Math.sqrt(spread[at]! / (count[at]! + PRIOR))
  return { count, spread }
}
