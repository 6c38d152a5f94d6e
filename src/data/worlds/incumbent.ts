import type { Random } from "../../core/index.ts"

const DECAY_PER_DAY = 0.97
/** Votes count for the start; later what is watched here decides. */
const START_WEIGHT = 30
const NEW_FILM_WEIGHT = 4
/** Popularity to this power is the chance of a place: below 1 lets the less popular through. */
const POWER = 0.9

/** The ranker that was there before: popularity with decay, places drawn without replacement in proportion to it. */
export interface Incumbent {
  /** Puts a film on offer. */
  add(film: number, isNew: boolean): void
  watched(film: number): void
  /** Ages yesterday's counts; call once a day. */
  startDay(): void
  /** Up to `limit` films on offer that pass, best place first; `uniform` ignores popularity. */
  page(limit: number, passes: (film: number) => boolean, draw: Random, uniform?: boolean): number[]
}

/**
 * @param votes - known popularity of each film at the start, any unit; shape `[films]`
 */
export function popularityIncumbent(votes: ArrayLike<number>): Incumbent {
  const size = votes.length
  let mostVotes = 1
  for (let film = 0; film < size; film++) mostVotes = Math.max(mostVotes, votes[film]!)
  const weights = new Float64Array(size)
  const cumulative = new Float64Array(size)
  const offered: number[] = []
  const sum = () => {
    let total = 0
    for (let film = 0; film < size; film++) {
      total += weights[film]! ** POWER
      cumulative[film] = total
    }
  }
  return {
    add(film, isNew) {
      offered.push(film)
      weights[film] = isNew ? NEW_FILM_WEIGHT : 0.3 + START_WEIGHT * Math.sqrt(votes[film]! / mostVotes)
    },
    watched(film) {
      weights[film]! += 1
    },
    startDay() {
      for (const film of offered) weights[film] = Math.max(0.3, weights[film]! * DECAY_PER_DAY)
      sum()
    },
    page(limit, passes, draw, uniform = false) {
      const total = cumulative[size - 1]!
      const chosen: number[] = []
      const tries = limit * 12
      for (let attempt = 0; chosen.length < limit && attempt < tries; attempt++) {
        const film = uniform ? offered[draw.integer(offered.length)]! : upperBound(cumulative, draw.next() * total)
        if (!chosen.includes(film) && passes(film)) chosen.push(film)
      }
      return chosen
    },
  }
}

/** First place whose value is above `wanted` in an ascending array. */
function upperBound(ascending: Float64Array, wanted: number): number {
  let low = 0
  let high = ascending.length - 1
  while (low < high) {
    const middle = (low + high) >> 1
    if (ascending[middle]! > wanted) high = middle
    else low = middle + 1
  }
  return low
}
