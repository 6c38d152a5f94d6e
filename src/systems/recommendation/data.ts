import { type CollectionIds, DEFAULT_COLLECTION, type IdTable, type LogEntry, random, USERS } from "../../core/index.ts"
import type { Action, Recommendation } from "./options.ts"

/** Who engaged with what, once a pair: dense ids in parallel columns, in log order of the first time. */
export interface Engagements {
  readonly users: Uint32Array
  readonly items: Uint32Array
  /** Epoch milliseconds of the first engagement. */
  readonly times: Float64Array
  /** One past the largest dense id seen. */
  readonly userCount: number
  readonly itemCount: number
  /** Time of the newest interaction of any kind, epoch milliseconds; 0 without one. */
  readonly until: number
  /** Items that a person took up so far that nobody can say whether they were liked, by user: no examples for a ranker. */
  readonly unsure: ReadonlyMap<number, ReadonlySet<number>>
}

/** A part of the past set aside: what `held` names is never folded, and what it contained is the truth to predict. */
export interface HoldOut {
  /** True for a record that lies behind the curtain. */
  held(entry: LogEntry): boolean
  /** Held-out items by user, ascending; only users with both a history and something held out. */
  readonly truth: ReadonlyMap<number, Uint32Array>
  /** The same of those who had no history before. */
  readonly newcomers: ReadonlyMap<number, Uint32Array>
  /** The moment at which the held-out part is predicted. */
  readonly now: number
  /** Places in the engagements that stay visible. */
  readonly visible: Uint32Array
  /** As {@link Engagements.unsure}. */
  readonly unsure: Engagements["unsure"]
}

/** Share of a person's items (timeless data) or of all engagements (the newest ones) that is held out. */
export const HELD_OUT_SHARE = 0.2

/** What an interaction says under these options. */
export function meaning(options: Pick<Recommendation, "actions">, type: string, value: number | undefined): Action["means"] {
  const action = options.actions[type]
  if (action === undefined) return "ignore"
  if (action.means !== "positive" || action.from === undefined || value === undefined) return action.means
  return value >= action.from ? "positive" : "ignore"
}

/** What an interaction is as an example: the ladder from no interest over what nobody can say to interest. */
export function rung({ actions }: Pick<Recommendation, "actions">, type: string, value: number | undefined): "yes" | "unsure" | "no" {
  const { from = 0, sureFrom = from, noUpTo = from } = actions[type]!
  if (value === undefined || value >= sureFrom) return "yes"
  return value <= noUpTo || (value < from && noUpTo >= from) ? "no" : "unsure"
}

const hasLadder = (action: Action | undefined) =>
  action?.means === "positive" && (action.sureFrom !== undefined || action.noUpTo !== undefined)

/**
 * Reads the whole log once and keeps who engaged with what. An item somebody hid is not an engagement of theirs; aliases are followed.
 *
 * Takes 16 bytes an engagement, and a hash entry each while reading.
 */
export async function gatherEngagements(
  entries: AsyncIterable<readonly LogEntry[]>,
  ids: IdTable,
  options: Recommendation,
  signal: AbortSignal,
): Promise<Engagements> {
  const people = ids.collection(USERS)
  const items = ids.collection(options.collection)
  const first = new Map<number, number>()
  const hidden = new Set<number>()
  const aliases = new Map<number, number>()
  const rungs = new Map<number, "yes" | "unsure">()
  let until = 0
  for await (const batch of entries) {
    signal.throwIfAborted()
    for (const { record, time } of batch) {
      if (record.event === "alias") {
        for (const from of [record.from, `session:${record.from}`]) aliases.set(people.intern(from), people.intern(record.to))
      } else if (record.event === "item") {
        if ((record.collection ?? DEFAULT_COLLECTION) === options.collection) items.intern(record.item)
      } else if (record.event === "interaction" && (record.collection ?? DEFAULT_COLLECTION) === options.collection) {
        const user = personOf(people, record.user, record.session)
        if (user < 0) continue
        until = Math.max(until, time)
        const said = meaning(options, record.type, record.value)
        if (hasLadder(options.actions[record.type])) {
          const example = rung(options, record.type, record.value)
          const pair = pairKey(user, items.intern(record.item))
          if (example !== "no" && rungs.get(pair) !== "yes") rungs.set(pair, example)
        }
        if (said === "ignore" || said === "list") continue
        const pair = pairKey(user, items.intern(record.item))
        if (said === "negative") hidden.add(pair)
        else if (!first.has(pair)) first.set(pair, time)
      }
    }
  }
  for (const pair of hidden) first.delete(pair)
  return { ...columns(first, aliases, people.size, items.size), until, unsure: unsureOf(rungs, aliases) }
}

/**
 * Splits the engagements for choosing and for training the ranker. With times, the newest fifth is held out and everything after that
 * moment is behind the curtain; without, a seeded fifth of each person's items is.
 */
export function holdOut(engagements: Engagements, ids: IdTable, options: Recommendation, timeless: boolean, seed: number): HoldOut {
  return timeless ? heldByUser(engagements, ids, options, seed) : heldByTime(engagements)
}

function heldByTime(engagements: Engagements): HoldOut {
  const sorted = engagements.times.toSorted()
  const now = sorted[Math.floor(sorted.length * (1 - HELD_OUT_SHARE))] ?? 0
  const hidden = new Uint8Array(engagements.times.length)
  for (let i = 0; i < hidden.length; i++) hidden[i] = engagements.times[i]! > now ? 1 : 0
  return { held: (entry) => entry.time > now, now, unsure: engagements.unsure, ...partition(engagements, hidden) }
}

function heldByUser(engagements: Engagements, ids: IdTable, options: Recommendation, seed: number): HoldOut {
  const byUser = placesByUser(engagements.users)
  const chance = random(seed).split("held-out")
  const hidden = new Uint8Array(engagements.users.length)
  const pairs = new Set<number>()
  for (const [user, places] of byUser) {
    const drawn = chance.split(user).shuffle(places)
    for (const place of drawn.slice(0, Math.floor(drawn.length * HELD_OUT_SHARE))) {
      hidden[place] = 1
      pairs.add(pairKey(user, engagements.items[place]!))
    }
  }
  const people = ids.collection(USERS)
  const items = ids.collection(options.collection)
  return {
    held({ record }) {
      if (record.event !== "interaction" || (record.collection ?? DEFAULT_COLLECTION) !== options.collection) return false
      const user = personOf(people, record.user, record.session)
      return user >= 0 && pairs.has(pairKey(user, items.find(record.item)))
    },
    now: engagements.times.reduce((latest, time) => Math.max(latest, time), 0),
    unsure: engagements.unsure,
    ...partition(engagements, hidden),
  }
}

function placesByUser(users: Uint32Array): Map<number, number[]> {
  const byUser = new Map<number, number[]>()
  for (let place = 0; place < users.length; place++) {
    const known = byUser.get(users[place]!)
    if (known === undefined) byUser.set(users[place]!, [place])
    else known.push(place)
  }
  return byUser
}

/** Truth of the hidden places, of people who keep something visible and of the others, and the places that stay. */
function partition({ users, items }: Engagements, hidden: Uint8Array): Pick<HoldOut, "truth" | "newcomers" | "visible"> {
  const withHistory = new Set<number>()
  const visible: number[] = []
  for (let place = 0; place < users.length; place++) {
    if (hidden[place] === 1) continue
    visible.push(place)
    withHistory.add(users[place]!)
  }
  const truth = new Map<number, number[]>()
  const newcomers = new Map<number, number[]>()
  for (let place = 0; place < users.length; place++) {
    const user = users[place]!
    if (hidden[place] !== 1) continue
    const group = withHistory.has(user) ? truth : newcomers
    const held = group.get(user)
    if (held === undefined) group.set(user, [items[place]!])
    else held.push(items[place]!)
  }
  const sorted = (group: typeof truth) => new Map([...group].map(([user, held]) => [user, Uint32Array.from(held).sort()]))
  return { visible: Uint32Array.from(visible), truth: sorted(truth), newcomers: sorted(newcomers) }
}

function columns(
  first: ReadonlyMap<number, number>,
  aliases: ReadonlyMap<number, number>,
  userCount: number,
  itemCount: number,
): Omit<Engagements, "unsure" | "until"> {
  const seen = new Set<number>()
  const users: number[] = []
  const items: number[] = []
  const times: number[] = []
  for (const [pair, time] of first) {
    const user = canonical(aliases, Math.floor(pair / PAIR_BASE))
    const item = pair % PAIR_BASE
    const key = pairKey(user, item)
    if (seen.has(key)) continue
    seen.add(key)
    users.push(user)
    items.push(item)
    times.push(time)
  }
  return { users: Uint32Array.from(users), items: Uint32Array.from(items), times: Float64Array.from(times), userCount, itemCount }
}

function unsureOf(rungs: ReadonlyMap<number, "yes" | "unsure">, aliases: ReadonlyMap<number, number>): Map<number, Set<number>> {
  const unsure = new Map<number, Set<number>>()
  for (const [pair, example] of rungs) {
    if (example !== "unsure") continue
    const user = canonical(aliases, Math.floor(pair / PAIR_BASE))
    const known = unsure.get(user)
    if (known === undefined) unsure.set(user, new Set([pair % PAIR_BASE]))
    else known.add(pair % PAIR_BASE)
  }
  return unsure
}

function canonical(aliases: ReadonlyMap<number, number>, user: number): number {
  let known = user
  for (let hops = 0; aliases.has(known) && hops < 8; hops++) known = aliases.get(known)!
  return known
}

/** Room for 2^26 items and 2^27 users in a safe integer. */
const PAIR_BASE = 67_108_864
/** One number for a person and an item. */
export const pairKey = (user: number, item: number) => user * PAIR_BASE + item

function personOf(people: CollectionIds, user: string | undefined, session: string | undefined): number {
  if (user !== undefined) return people.intern(user)
  return session === undefined ? -1 : people.intern(`session:${session}`)
}
