import { InvalidArgument, TooLarge } from "../../core/index.ts"

/** What somebody was shown, or did: dense ids and epoch milliseconds in parallel columns. */
export interface PairColumns {
  readonly users: Uint32Array
  readonly items: Uint32Array
  readonly times: Float64Array
}

/** How {@link joinColumns} joins. */
export interface ColumnJoinOptions {
  /** How long after being shown an action still speaks of it: 900,000 for a quarter of an hour. */
  readonly windowMs: number
  /** Refuses joins that would take more, see {@link joinColumnsBytes}; 2 GiB without. */
  readonly maxBytes?: number
}

/** Labels of what was shown, and where each action went. */
export interface ColumnJoin {
  /** Actions that belong to each shown row, at most 255; shape `[shown]`. */
  readonly labels: Uint8Array
  /** The shown row an action belongs to, -1 for none; shape `[actions]`. */
  readonly shownRow: Int32Array
  readonly attributed: number
}

/**
 * The label join over columns, for whole histories in memory: an action belongs to the newest row that showed its user its item at most
 * `windowMs` before (of equal times the last row). The rule is that of {@link joinLabels} for actions that name no request.
 *
 * Linear: a hash table over the pairs of the actions, a filter in the cache that most shown rows fail, then a merge by time within each pair.
 * Rows in order of time are quickest; others are sorted within their pair.
 * @throws {@link InvalidArgument} on columns of different lengths, {@link TooLarge} above `maxBytes`
 */
export function joinColumns(shown: PairColumns, actions: PairColumns, { windowMs, maxBytes = 2 ** 31 }: ColumnJoinOptions): ColumnJoin {
  check(shown, actions, windowMs)
  const bytes = joinColumnsBytes(shown.users.length, actions.users.length)
  if (bytes > maxBytes) {
    throw new TooLarge("joinColumns", `at most ${maxBytes} bytes`, `${bytes} in the worst case`, "Join day by day, or raise maxBytes.")
  }
  const pairs = new Pairs(actions)
  const acts = grouped(pairs.slotOfAction, pairs.count, actions.times)
  const matched = pairs.match(shown)
  const shows = grouped(matched.slots, pairs.count, shown.times, matched.rows)
  const labels = new Uint8Array(shown.users.length)
  const shownRow = new Int32Array(actions.users.length).fill(-1)
  let attributed = 0
  for (let slot = 0; slot < pairs.count; slot++) {
    let next = shows.starts[slot]!
    const end = shows.starts[slot + 1]!
    for (let at = acts.starts[slot]!; at < acts.starts[slot + 1]!; at++) {
      const action = acts.rows[at]!
      const time = actions.times[action]!
      while (next < end && shown.times[shows.rows[next]!]! <= time) next++
      if (next === shows.starts[slot]!) continue
      const row = shows.rows[next - 1]!
      if (time - shown.times[row]! > windowMs) continue
      shownRow[action] = row
      if (labels[row]! < 255) labels[row]!++
      attributed++
    }
  }
  return { labels, shownRow, attributed }
}

/** The most bytes a join allocates besides its columns: `17 shown + 24 actions` and the table and filter of the pairs. Usually far fewer shown rows match. */
export function joinColumnsBytes(shown: number, actions: number): number {
  // Shown: label 1; matched row and slot 4 each, half as much again while they grow; grouped row 4. Actions: six numbers of 4.
  return 17 * shown + 24 * actions + 4 * tableSize(actions) + filterBits(actions) / 8
}

const tableSize = (actions: number) => 2 ** Math.ceil(Math.log2(Math.max(2, 2 * actions)))
const filterBits = (actions: number) => 2 ** Math.ceil(Math.log2(Math.max(32, 12 * actions)))

/** The distinct (user, item) pairs of the actions, numbered by first occurrence. */
class Pairs {
  count = 0
  readonly slotOfAction: Uint32Array
  readonly #users: Uint32Array
  readonly #items: Uint32Array
  /** First action of each pair. */
  readonly #heads: Uint32Array
  /** Pair number plus 1; 0 is empty. */
  readonly #table: Uint32Array
  readonly #filter: Uint32Array
  readonly #filterMask: number

  constructor({ users, items }: PairColumns) {
    const n = users.length
    this.#users = users
    this.#items = items
    this.slotOfAction = new Uint32Array(n)
    this.#heads = new Uint32Array(n)
    this.#table = new Uint32Array(tableSize(n))
    this.#filter = new Uint32Array(filterBits(n) / 32)
    this.#filterMask = this.#filter.length * 32 - 1
    const mask = this.#table.length - 1
    for (let action = 0; action < n; action++) {
      const hash = hashPair(users[action]!, items[action]!)
      const bit = (hash >>> 3) & this.#filterMask
      this.#filter[bit >>> 5]! |= 1 << (bit & 31)
      let place = hash & mask
      for (let found = this.#table[place]!; ; found = this.#table[place]!) {
        if (found === 0) {
          this.#heads[this.count] = action
          this.slotOfAction[action] = this.count++
          this.#table[place] = this.count
          break
        }
        const head = this.#heads[found - 1]!
        if (users[head] === users[action] && items[head] === items[action]) {
          this.slotOfAction[action] = found - 1
          break
        }
        place = (place + 1) & mask
      }
    }
  }

  /** The shown rows whose pair has an action, in order, and that pair. */
  match({ users, items }: PairColumns): { readonly rows: Uint32Array; readonly slots: Uint32Array } {
    const mask = this.#table.length - 1
    const [table, filter, filterMask, heads, ours, theirs] = [
      this.#table,
      this.#filter,
      this.#filterMask,
      this.#heads,
      this.#users,
      this.#items,
    ]
    let rows = new Uint32Array(1024)
    let slots = new Uint32Array(1024)
    let count = 0
    for (let row = 0; row < users.length; row++) {
      const user = users[row]!
      const item = items[row]!
      const hash = hashPair(user, item)
      const bit = (hash >>> 3) & filterMask
      if ((filter[bit >>> 5]! & (1 << (bit & 31))) === 0) continue
      let place = hash & mask
      for (let found = table[place]!; found !== 0; found = table[place]!) {
        const head = heads[found - 1]!
        if (ours[head] === user && theirs[head] === item) {
          if (count === rows.length) [rows, slots] = [doubled(rows, users.length), doubled(slots, users.length)]
          rows[count] = row
          slots[count++] = found - 1
          break
        }
        place = (place + 1) & mask
      }
    }
    return { rows: rows.subarray(0, count), slots: slots.subarray(0, count) }
  }
}

function doubled(values: Uint32Array, most: number): Uint32Array<ArrayBuffer> {
  const more = new Uint32Array(Math.min(most, values.length * 2))
  more.set(values)
  return more
}

/** Rows by slot, in order of time within each (equal times as they came). `rows` are 0, 1, 2 ... when absent. */
function grouped(slots: Uint32Array, slotCount: number, times: Float64Array, rows?: Uint32Array) {
  const starts = new Uint32Array(slotCount + 1)
  for (let i = 0; i < slots.length; i++) starts[slots[i]! + 1]!++
  for (let slot = 0; slot < slotCount; slot++) starts[slot + 1]! += starts[slot]!
  const sorted = new Uint32Array(slots.length)
  // Fills each slot from its start; the starts are moved on, and shifted back by one slot afterwards.
  for (let i = 0; i < slots.length; i++) sorted[starts[slots[i]!]!++] = rows === undefined ? i : rows[i]!
  starts.copyWithin(1, 0, slotCount)
  starts[0] = 0
  for (let slot = 0; slot < slotCount; slot++) {
    const [from, to] = [starts[slot]!, starts[slot + 1]!]
    for (let at = from + 1; at < to; at++) {
      if (times[sorted[at]!]! >= times[sorted[at - 1]!]!) continue
      sorted.subarray(from, to).sort((a, b) => times[a]! - times[b]! || a - b)
      break
    }
  }
  return { starts, rows: sorted }
}

/** Mixes two ids into 32 bits; the multipliers and shifts are murmur3's. */
function hashPair(user: number, item: number): number {
  let h = Math.imul(user, 0xcc9e2d51) ^ Math.imul(item, 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 15), 0x1b873593)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function check(shown: PairColumns, actions: PairColumns, windowMs: number): void {
  for (const [name, { users, items, times }] of Object.entries({ shown, actions })) {
    if (users.length === items.length && users.length === times.length) continue
    const came = `${users.length}, ${items.length} and ${times.length}`
    throw new InvalidArgument("joinColumns", `${name} columns of one length`, came, "Give every row a user, an item and a time.")
  }
  if (!(windowMs >= 0)) throw new InvalidArgument("joinColumns", "windowMs of at least 0", String(windowMs), "Pass such as 900000.")
}
