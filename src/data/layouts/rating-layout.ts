import { basename } from "node:path"
import type { Event } from "../../core/index.ts"
import type { FieldTable } from "./field-table.ts"
import { BATCH, type DataLayout, eventId, inBatches, inCollection, type Opening, type Part } from "./layout.ts"
import { cutTime, type RatingFile, type Ratings, readRatings } from "./ratings.ts"

/** What tells one set of ratings with times from another. */
export interface RatingSet {
  readonly name: string
  readonly ratings: RatingFile
  readonly items?: FieldTable | undefined
  readonly users?: FieldTable | undefined
  /** Names of all files that are read. */
  readonly files: readonly string[]
}

/**
 * A layout over ratings with times: items and users stamped with the first rating's time, then ratings in order of time. Such sets have no split
 * of their own that keeps time, so the newest `testShare` of the ratings are held out.
 */
export function ratingLayout(opening: Opening, set: RatingSet): DataLayout {
  const { collection, testShare, relevantFrom } = opening
  const file = basename(set.ratings.path).replace(/\.gz$/, "")
  const problems: { file: string; line: number; reason: string }[] = []
  let loaded: Promise<Ratings> | undefined
  const load = (signal?: AbortSignal) => {
    const found: (typeof problems)[number][] = []
    loaded ??= readRatings(set.ratings, (problem) => found.length < 100 && found.push(problem), signal).then(
      (ratings) => {
        problems.push(...found)
        return ratings
      },
      (error) => {
        loaded = undefined
        throw error
      },
    )
    return loaded
  }

  async function* batches(part: Part, signal?: AbortSignal): AsyncGenerator<readonly Event[]> {
    const ratings = await load(signal)
    const timestamp = ratings.times[0] ?? 0
    if (part !== "test") {
      if (set.items) yield* inBatches(set.items.events({ timestamp, signal }))
      if (set.users) yield* inBatches(set.users.events({ timestamp, signal }))
    }
    const [start, end] = range(ratings, part, testShare)
    for (let from = start; from < end; from += BATCH) {
      yield Array.from({ length: Math.min(BATCH, end - from) }, (_, i) => ratingEvent(ratings, from + i, collection, file))
    }
  }

  return {
    name: set.name,
    timeless: false,
    collection,
    files: set.files,
    problems,
    schema: { item: set.items?.fields ?? {}, ...(set.users ? { user: set.users.fields } : {}) },
    split: `by time: the newest ${Math.round(testShare * 100)} % of the ratings are held out; right is a rating of ${relevantFrom} or more`,
    events: (part, { signal } = {}) => batches(part, signal),
    async testTruth({ signal } = {}) {
      const ratings = await load(signal)
      const truth = new Map<string, Set<string>>()
      const [start, end] = range(ratings, "test", testShare)
      for (let i = start; i < end; i++) {
        if (ratings.values[i]! < relevantFrom) continue
        const user = ratings.userNames[ratings.users[i]!]!
        const item = ratings.itemNames[ratings.items[i]!]!
        const items = truth.get(user)
        if (items === undefined) truth.set(user, new Set([item]))
        else items.add(item)
      }
      return new Map([...truth].map(([user, items]) => [user, [...items]]))
    },
  }
}

/** Places of a part among the ratings in order of time. */
function range(ratings: Ratings, part: Part, testShare: number): readonly [number, number] {
  if (part === "all") return [0, ratings.length]
  const cut = cutTime(ratings, testShare)
  const found = ratings.times.findIndex((time) => time >= cut)
  const at = found < 0 ? ratings.length : found
  return part === "train" ? [0, at] : [at, ratings.length]
}

function ratingEvent(ratings: Ratings, i: number, collection: string, file: string): Event {
  const user = ratings.userNames[ratings.users[i]!]!
  const item = ratings.itemNames[ratings.items[i]!]!
  const timestamp = ratings.times[i]!
  const id = eventId(collection, file, user, item, timestamp)
  return { id, timestamp, event: "interaction", item, ...inCollection(collection), type: "rating", user, value: ratings.values[i]! }
}
