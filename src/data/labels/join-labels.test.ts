import fc from "fast-check"
import { expect, test } from "vitest"
import type { ImpressionEvent, InteractionEvent, LogEntry, LogRecord, ServedRecord } from "../../core/index.ts"
import { joinLabels, type LabelJoinOptions, type LabelledList } from "./join-labels.ts"
import { countForJoin, reconcileJoin } from "./reconcile.ts"

const clicked = (interactions: readonly InteractionEvent[]) => interactions.length
const base: LabelJoinOptions = { system: "films", windowMs: 100, slackMs: 10, label: clicked, source: "served" }

/** A log whose positions count from 1. */
const log = (...records: (LogRecord & { timestamp: number })[]): LogEntry[] =>
  records.map((record, i) => ({ position: i + 1, time: record.timestamp, record }))

async function* batches(entries: readonly LogEntry[], size = 3) {
  for (let i = 0; i < entries.length; i += size) yield entries.slice(i, i + size)
}

async function run(entries: readonly LogEntry[], options: Partial<LabelJoinOptions> = {}) {
  const join = joinLabels(batches(entries), { ...base, ...options })
  const lists: LabelledList[] = []
  for await (const list of join) lists.push(list)
  // Whatever the case, every record is accounted for.
  reconcileJoin(join.stats, await countForJoin(batches(entries), base.system))
  return { lists, stats: join.stats }
}

const served = (id: string, timestamp: number, items: string, more: object = {}) => ({
  ...{
    id,
    timestamp,
    event: "served" as const,
    system: "films",
    items: [...items].map((item) => ({ id: item })),
    scores: [...items].map(() => 0),
  },
  ...{ release: "r", variant: "live", readAt: 0, user: "u" },
  ...more,
})
const click = (id: string, timestamp: number, item: string, more: object = {}) => ({
  ...{ id, timestamp, event: "interaction" as const, type: "click", item, user: "u" },
  ...more,
})
const seen = (id: string, timestamp: number, items: string, more: object = {}) => ({
  ...{ id, timestamp, event: "impression" as const, system: "films", items: [...items].map((item) => ({ id: item })), user: "u" },
  ...more,
})

test.each([
  { name: "by person and item", records: [served("r", 0, "abc"), click("1", 50, "b")], labels: [[0, 1, 0]] },
  { name: "at the window's end", records: [served("r", 0, "a"), click("1", 100, "a"), click("2", 101, "a")], labels: [[1]] },
  { name: "of another person", records: [served("r", 0, "a"), click("1", 5, "a", { user: "v" })], labels: [[0]] },
  {
    name: "by session",
    records: [served("r", 0, "a", { session: "s" }), click("1", 5, "a", { user: undefined, session: "s" })],
    labels: [[1]],
  },
  { name: "to the newest list", records: [served("r", 0, "a"), served("q", 10, "a"), click("1", 20, "a")], labels: [[0], [1]] },
  {
    name: "to the request it names",
    records: [served("r", 0, "a"), served("q", 10, "a"), click("1", 20, "a", { request: "r" })],
    labels: [[1], [0]],
  },
  {
    name: "named, by somebody unknown",
    records: [served("r", 0, "a"), click("1", 20, "a", { request: "r", user: undefined })],
    labels: [[1]],
  },
  {
    name: "named, but the item is elsewhere",
    records: [served("r", 0, "a"), served("q", 10, "b"), click("1", 20, "b", { request: "r" })],
    labels: [[0], [1]],
  },
  { name: "named, with a clock that is behind", records: [served("r", 50, "a"), click("1", 41, "a", { request: "r" })], labels: [[1]] },
  { name: "twice the same", records: [served("r", 0, "a"), click("1", 20, "a"), click("1", 20, "a")], labels: [[1]] },
  { name: "two of one kind", records: [served("r", 0, "a"), click("1", 20, "a"), click("2", 20, "a")], labels: [[2]] },
  { name: "out of order within the slack", records: [click("1", 5, "a"), served("r", 0, "a")], labels: [[1]] },
  { name: "another system's list", records: [served("r", 0, "a", { system: "books" }), click("1", 5, "a")], labels: [] },
])("an interaction $name", async ({ records, labels }) => {
  expect((await run(log(...records))).lists.map((list) => [...list.labels])).toEqual(labels)
})

test("an impression narrows a served list; what was clicked was seen", async () => {
  const entries = log(served("r", 0, "abcd"), seen("i", 5, "ab", { request: "r" }), click("1", 9, "d"), served("q", 10, "xy"))
  const { lists } = await run(entries)
  expect(lists.map((list) => [list.items.map(({ id }) => id).join(""), [...list.labels], [...list.places]])).toEqual([
    ["abd", [0, 0, 1], [0, 1, 3]],
    ["xy", [0, 0], [0, 1]],
  ])
  const onlySeen = await run(entries, { source: "impression" })
  expect(onlySeen.lists).toEqual([lists[0]])
  expect(onlySeen.stats).toMatchObject({ lists: 1, unseen: 1, attributed: 1 })
})

test("impressions without a served list are lists of their own, with the places the client said", async () => {
  const entries = log(seen("i", 0, "ab"), seen("j", 1, "cd", { offset: 2, placement: "home" }), click("1", 9, "d"))
  const { lists } = await run(entries, { source: "impression" })
  expect(lists.map(({ labels, places, readAt, requestId }) => [requestId, [...labels], [...places], readAt])).toEqual([
    ["i", [0, 0], [0, 1], 0],
    ["j", [0, 1], [2, 3], 1],
  ])
  expect(lists[1]).toMatchObject({ placement: "home", user: "u", system: "films", time: 1 })
})

test("unsure labels are NaN; late, outside and unattributed are counted", async () => {
  const entries = log(
    served("r", 0, "a"),
    click("1", 150, "a", { request: "r" }),
    click("2", 9, "z"),
    served("q", 200, "a"),
    click("3", 50, "a"),
  )
  const { lists, stats } = await run(entries, { label: (taken) => (taken.length === 0 ? undefined : 1), slackMs: 30 })
  expect(lists.map((list) => [...list.labels])).toEqual([[Number.NaN], [Number.NaN]])
  expect(stats).toMatchObject({ lists: 2, outside: 1, unattributed: 1, late: 1, attributed: 0 })
})

test("a client whose clock runs ahead does not make the others late", async () => {
  const { stats, lists } = await run(log(served("r", 0, "a"), click("far", 80_000_000, "x"), click("1", 50, "a"), served("q", 60, "b")))
  expect(stats).toMatchObject({ late: 0, attributed: 1, unattributed: 1 })
  expect([...lists[0]!.labels]).toEqual([1])
})

test("memory is bounded by open windows, not by the log", async () => {
  const records = Array.from({ length: 5000 }, (_, i) => served(`r${i}`, i * 10, "ab"))
  const { stats } = await run(log(...records))
  expect(stats.lists).toBe(5000)
  expect(stats.mostOpen).toBeLessThan(20)
})

test("the account names where every record went, and refuses one that does not add up", async () => {
  const entries = log(
    served("r", 0, "ab"),
    seen("i", 5, "a", { request: "r" }),
    seen("j", 6, "xy"),
    served("r", 7, "ab"),
    click("1", 9, "a"),
    click("1", 9, "a"),
    click("2", 9, "z"),
    served("q", 2000, "c"),
    click("3", 9, "a"),
  )
  const { stats } = await run(entries)
  const counted = await countForJoin(batches(entries), "films")
  expect(reconcileJoin(stats, counted).map(({ what, in: came, out }) => [what, came, ...Object.values(out)])).toEqual([
    ["interactions", 4, 1, 1, 0, 1, 1],
    ["impressions", 2, 1, 1, 0, 0],
    ["served lists and lists of impressions", 4, 3, 0, 1, 0],
  ])
  expect(() => reconcileJoin(stats, { ...counted, interaction: 5 })).toThrow("expected 5 interactions, came 4: 1 attributed, 1 duplicates")
})

/** The same join by looking at every pair: on-time records first, then lists, then for each interaction every list. */
function bruteForce(entries: readonly LogEntry[], { windowMs, slackMs = 0, source }: LabelJoinOptions): string[] {
  let clock = Number.NEGATIVE_INFINITY
  let servedCame = false
  const onTime = entries.filter(({ time, record }) => {
    if (time < clock - slackMs) return false
    const isServed = record.event === "served"
    if (isServed || !servedCame) clock = isServed && !servedCame ? time : Math.max(clock, time)
    servedCame ||= isServed
    return true
  })
  const byTime = (event: string) =>
    onTime.filter(({ record }) => record.event === event).sort((a, b) => a.time - b.time || a.position - b.position)
  const lists = byTime("served").map((entry) => {
    const record = entry.record as ServedRecord
    return {
      id: record.id,
      record: record as ServedRecord | ImpressionEvent,
      time: entry.time,
      position: entry.position,
      seen: undefined as Set<string> | undefined,
      taken: new Map<string, Set<string>>(),
    }
  })
  const inReach = (list: (typeof lists)[number], time: number) => time >= list.time - slackMs && time <= list.time + windowMs
  for (const { time, position, record } of byTime("impression")) {
    const shown = record as ImpressionEvent
    // A request is remembered until its window is over and nothing about it can still be on its way.
    const own = lists.find(
      (list) =>
        list.record.event === "served" &&
        list.id === shown.request &&
        list.time <= time + slackMs &&
        time <= list.time + 2 * windowMs + slackMs,
    )
    if (own === undefined) {
      lists.push({
        id: shown.request ?? shown.id,
        record: shown,
        time,
        position,
        seen: new Set(shown.items.map(({ id }) => id)),
        taken: new Map(),
      })
    } else if (inReach(own, time)) {
      own.seen ??= new Set()
      for (const { id } of shown.items) own.seen.add(id)
    }
  }
  const shows = (list: (typeof lists)[number], item: string) => list.record.items.some(({ id }) => id === item)
  for (const { time, record } of byTime("interaction")) {
    const { id, item, request, user, session } = record as InteractionEvent
    const open = lists.filter((list) => time <= list.time + windowMs && shows(list, item))
    const named = lists.filter((list) => list.id === request && shows(list, item) && time <= list.time + windowMs)
    const target =
      named.find((list) => inReach(list, time)) ??
      (lists.some((list) => list.id === request && shows(list, item) && time > list.time + windowMs && time <= list.time + 2 * windowMs)
        ? undefined
        : open
            .filter(
              ({ record: list, time: at }) =>
                at <= time && ((user !== undefined && list.user === user) || (session !== undefined && list.session === session)),
            )
            .sort((a, b) => b.time - a.time || b.position - a.position)[0])
    if (target === undefined) continue
    const ids = target.taken.get(item) ?? new Set()
    target.taken.set(item, ids.add(id))
  }
  const kept = lists.filter((list) => source === "served" || list.seen !== undefined)
  return kept.map((list) => {
    const items = list.record.items.filter(({ id }) => list.seen === undefined || list.seen.has(id) || list.taken.has(id))
    return told(
      list.id,
      list.time,
      items.map(({ id }) => `${id}${list.taken.get(id)?.size ?? 0}`),
    )
  })
}

const told = (id: string, time: number, items: readonly string[]) => `${id} at ${time}: ${items.join(" ")}`

test("property: the same labels as a join over all pairs", async () => {
  const item = fc.constantFrom("a", "b", "c", "d")
  const user = fc.constantFrom("u", "v", undefined)
  const request = fc.option(fc.integer({ min: 0, max: 5 }), { nil: undefined })
  const step = fc.record({
    kind: fc.constantFrom("served", "seen", "click", "again"),
    gap: fc.integer({ min: 0, max: 8 }),
    back: fc.constantFrom(0, 0, 3, 9),
    items: fc.uniqueArray(item, { minLength: 1 }),
    item,
    user,
    request,
    session: user,
  })
  const logs = fc.array(step, { maxLength: 40, size: "max" }).map((steps) => {
    let now = 1000
    const records: (LogRecord & { timestamp: number })[] = []
    const requests: string[] = []
    for (const [i, { kind, gap, back, items, item: one, request: back2, ...who }] of steps.entries()) {
      now += gap
      // A click names one of the last requests, so that it is mostly, but not always, still open.
      const named = back2 === undefined ? undefined : requests.at(-1 - back2)
      const person = { user: who.user, session: who.session, ...(named === undefined ? {} : { request: named }) }
      if (kind === "served") requests.push(`r${i}`)
      if (kind === "served") records.push(served(`r${i}`, now, items.join(""), { user: who.user, session: who.session }) as never)
      else if (kind === "seen") records.push(seen(`s${i}`, now - back, items.join(""), person) as never)
      else if (kind === "click") records.push(click(`c${i}`, now - back, one, person) as never)
      else if (records.at(-1)?.event === "interaction") records.push({ ...records.at(-1)! } as never)
    }
    return log(...records)
  })
  await fc.assert(
    fc.asyncProperty(
      logs,
      fc.constantFrom("served" as const, "impression" as const),
      fc.constantFrom(6, 30),
      async (entries, source, windowMs) => {
        const options = { ...base, source, windowMs, slackMs: 10 }
        const { lists } = await run(entries, options)
        const joined = lists.map(({ requestId, time, items, labels }) =>
          told(
            requestId,
            time,
            items.map((entry, i) => `${entry.id}${labels[i]}`),
          ),
        )
        expect(joined.sort()).toEqual(bruteForce(entries, options).sort())
      },
    ),
    { numRuns: 300 },
  )
})
