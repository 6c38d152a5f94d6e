import { rest, type StateTables } from "../../core/index.ts"
import { RECENT_TAKERS_WIDTH, recentTakersName } from "../../features/index.ts"
import { type FactorModel, type ItemSide, refreshedItem, vectorNorms } from "../../models/index.ts"
import { firstNumbers } from "./known.ts"

/** Time between two looks at what was taken up. */
const LOOK_MS = 2000
/** Items given a new vector in one look, and the newest people of each that it is solved from: two hundredths of a core at most. */
const ITEMS_A_LOOK = 8
const TAKERS = 64
/** People folded in between two rests, under a millisecond, and how long those are: all of a look is done before the next. */
const SLICE = 4
const REST_MS = 10
/** Items whose people are remembered, and people who are counted. */
const MOST_ITEMS = 20_000
const MOST_PEOPLE = 200_000

/** Item vectors between two trainings. */
export interface Refresh {
  /** Takes in what was taken up since the last look, beside the requests; does nothing when it was called a moment ago. */
  look(nowMs: number): void
}

/**
 * Keeps item vectors up to date with what was taken up since the training: each item is solved again from its vector of the release and the
 * people who took it up since, never from its last refresh, so that the distance to the release stays bounded. What the ring of takers still holds
 * is all that counts: servers that read the same events agree, a restart forgets what the ring has dropped.
 *
 * @param trainedUntil - time of the newest interaction of the training, epoch milliseconds
 * @param apply - puts an item's vector in place
 */
export function refreshItems(
  model: FactorModel & { readonly itemSide: ItemSide },
  { tables, collection, historyName, trainedUntil }: RefreshParts,
  apply: (item: number, vector: Float32Array) => void,
): Refresh {
  const { items, stride, itemFactors, itemSide } = model
  const norms = vectorNorms(itemFactors, stride)
  const zero = new Float32Array(stride)
  const ring = tables.fixed(recentTakersName(collection))
  const takers = new Map<number, Takers>()
  const came = new Set<number>()
  const due = new Set<number>()
  let [lookedAt, read] = [Number.NEGATIVE_INFINITY, 0]
  let isWorking = false

  /** Puts the ring's new tuples with their items. */
  const take = () => {
    if (!ring.has(0)) return
    const page = ring.page(0)
    const start = ring.offset(0)
    const count = page[start]!
    const length = Math.floor((ring.stride - 1) / RECENT_TAKERS_WIDTH)
    for (let n = Math.max(read, count - length); n < count; n++) {
      const at = start + 1 + (n % length) * RECENT_TAKERS_WIDTH
      const [user, item, time] = [page[at]!, page[at + 1]!, page[at + 2]!]
      if (user < 0 || !(time > trainedUntil)) continue
      const known = takers.get(item) ?? { users: new Uint32Array(TAKERS), size: 0, taken: 0 }
      takers.delete(item)
      takers.set(item, known)
      addTaker(known, user)
      if (came.size < MOST_PEOPLE) came.add(user)
      due.add(item)
    }
    read = count
    for (const item of takers.keys()) {
      if (takers.size <= MOST_ITEMS) break
      takers.delete(item)
      due.delete(item)
    }
  }
  const solve = async () => {
    let folded = 0
    for (const item of [...due].slice(0, ITEMS_A_LOOK)) {
      due.delete(item)
      const vectors: Float32Array[] = []
      const { users, size, taken } = takers.get(item)!
      for (const user of users.slice(0, size)) {
        const history = firstNumbers(tables, historyName, user)
        if (history.length > 0) vectors.push(model.foldIn(history).slice())
        if (++folded % SLICE === 0) await rest(REST_MS)
      }
      const trained = item < items ? itemFactors.subarray(item * stride, (item + 1) * stride) : zero
      const since = { count: itemSide.counts[item] ?? 0, takers: vectors, taken, cameShare: came.size / Math.max(1, itemSide.people) }
      apply(item, refreshedItem(itemSide, trained, since, { norms }))
    }
  }
  return {
    look(nowMs) {
      if (isWorking || nowMs - lookedAt < LOOK_MS) return
      lookedAt = nowMs
      take()
      if (due.size === 0) return
      isWorking = true
      // A server that closes meanwhile takes its tables away: vectors then stay as they are.
      solve()
        .catch(() => {})
        .finally(() => {
          isWorking = false
        })
    },
  }
}

/** The newest people who took an item up, each once, the last one last, and how many did. */
interface Takers {
  readonly users: Uint32Array
  size: number
  taken: number
}

function addTaker(known: Takers, user: number): void {
  const { users } = known
  let at = users.subarray(0, known.size).indexOf(user)
  if (at < 0) {
    known.taken++
    at = known.size < TAKERS ? known.size++ : 0
  }
  for (; at < known.size - 1; at++) users[at] = users[at + 1]!
  users[known.size - 1] = user
}

/** Where {@link refreshItems} reads what was taken up, and by whom. */
export interface RefreshParts {
  readonly tables: StateTables
  readonly collection: string
  readonly historyName: string
  readonly trainedUntil: number
}
