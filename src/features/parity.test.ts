import { expect, test } from "vitest"
import { candidates, createIdTable, field, type IdTable, type LogRecord, matrixFrom, random } from "../core/index.ts"
import { memoryStore } from "../storage/index.ts"
import {
  compareServed,
  type FeatureFactory,
  type FeatureSet,
  families,
  featureSet,
  type ReplayRead,
  type RequestRows,
  readOfServed,
  replay,
} from "./index.ts"

const HOUR = 3_600_000
const DAY = 24 * HOUR
const START = 20_000 * DAY

const schema = {
  item: { price: field.number(), director: field.category(), genre: field.categories(), released: field.time(), taste: field.vector(3) },
  user: { age: field.number() },
  context: { device: field.category() },
}

const likes = families.counter({ by: "item", types: ["like"], windows: ["1h", "1d"] })
const age = families.age("released")

const families30: readonly FeatureFactory[] = [
  families.number("price"),
  families.number("age", { of: "user" }),
  families.category("director"),
  families.category("device", { of: "context" }),
  families.categories("genre"),
  families.timeOfDay(),
  families.newness(),
  families.counter({ by: "item", types: ["click"], windows: ["1h", "1d", "all"] }),
  families.counter({ by: "user", types: ["click"], windows: ["1h", "all"] }),
  families.userCategory({ field: "genre", types: ["click"], windows: ["1h", "all"], limit: 32 }),
  families.rate({ name: "ctr", by: "item", numerator: ["click"], denominator: ["impression"], windows: ["1d", "all"] }),
  families.rate({ name: "ctr", by: "user", numerator: ["click"], denominator: ["served"], windows: ["all"] }),
  families.overlap("genre"),
  families.overlap("director"),
  families.jaccard("genre"),
  families.cosine("taste"),
]

function setOf(ids: IdTable, likesFamily = likes, ageFamily = age): FeatureSet {
  return featureSet({ families: [...families30, likesFamily, ageFamily], ids, collection: "films", schema, history: { limit: 40 } })
}

/** Serves `requests` while events come in, one in twenty late by up to three days, and returns the log with the rows as they were served. */
async function serve(requests: number, make: (ids: IdTable) => FeatureSet) {
  const ids = createIdTable()
  const set = make(ids)
  const store = memoryStore()
  const { tables } = await store.state.open(set.declarations, set.schemaHash)
  const chance = random(7)
  const served: RequestRows[] = []
  let now = START
  let id = 0

  const append = (record: Record<string, unknown>, time: number) => {
    const whole = { id: `e${id++}`, timestamp: time, ...record } as LogRecord
    for (const entry of store.log.append([{ record: whole, time }]).entries) set.observe(entry, tables)
  }
  const film = () => `film${chance.integer(60)}`
  const who = () => (chance.next() < 0.3 ? { session: `s${chance.integer(40)}` } : { user: `u${chance.integer(40)}` })
  const happens = () => (chance.next() < 0.05 ? now - chance.integer(3 * DAY) : now)
  const place = { collection: "films" }
  const acts: readonly (() => Record<string, unknown>)[] = [
    () => ({ event: "interaction", type: "click", item: film(), ...place, ...who() }),
    () => ({ event: "interaction", type: "like", item: film(), ...place, ...who() }),
    () => ({ event: "impression", system: "films", items: [film(), film()].map((item) => ({ id: item, ...place })), ...who() }),
    () => ({ event: "item", item: film(), ...place, fields: itemFields() }),
    () => ({ event: "user", user: `u${chance.integer(40)}`, fields: { age: chance.integer(90) } }),
    () =>
      chance.next() < 0.2
        ? { event: "alias", from: `s${chance.integer(40)}`, to: `u${chance.integer(40)}` }
        : { event: "item", item: film(), ...place, fields: { price: null } },
  ]
  const genres = ["crime", "drama", "horror", "comedy", "western"]
  const itemFields = () => ({
    price: chance.next() * 10,
    director: `d${chance.integer(8)}`,
    genre: genres.filter(() => chance.next() < 0.4),
    released: START - chance.integer(1000) * DAY,
    taste: [chance.normal(), chance.normal(), chance.normal()],
  })
  for (let request = 0; request < requests; request++) {
    now += chance.integer(60_000)
    append(acts[chance.integer(acts.length)]!(), happens())
    const asked = { ...who(), context: { device: `device${chance.integer(3)}` }, ...(chance.next() < 0.3 ? { item: film() } : {}) }
    const names = [...new Set([film(), film(), film()])]
    const list = candidates(names.length)
    const seen = set.request(tables, { now, ...asked })
    list.collections.fill(seen.collection)
    names.forEach((name, row) => {
      list.ids[row] = ids.collection("films").intern(name)
    })
    served.push({ requestId: `r${request}`, ids: list.ids, values: set.read(tables, seen, list) })
    const items = names.map((name) => ({ id: name, ...place }))
    append(
      {
        event: "served",
        system: "films",
        items,
        scores: names.map(() => 0),
        release: "x",
        variant: "y",
        readAt: store.log.end,
        ...asked,
        id: `r${request}`,
      },
      now,
    )
  }
  return { log: store.log, served, set, ids }
}

async function replayed(log: Awaited<ReturnType<typeof serve>>["log"], ids: IdTable) {
  const reads: ReplayRead[] = []
  for await (const batch of log.read()) {
    for (const entry of batch) {
      const read = readOfServed(entry, "films")
      if (read !== undefined) reads.push(read)
    }
  }
  const set = setOf(ids)
  const { tables } = await memoryStore().state.open(set.declarations, set.schemaHash)
  const rows: RequestRows[] = []
  const counts = await replay({
    entries: log.read(),
    set,
    tables,
    ids,
    at: reads,
    onRead: ({ read, candidates: list, rows: values }) => rows.push({ requestId: read.requestId, ids: list.ids, values }),
  })
  return { rows, counts, set }
}

test("10,000 requests served amid late and out-of-order events replay from the log without one differing cell", {
  timeout: 60_000,
}, async () => {
  const { log, served, set, ids } = await serve(10_000, setOf)
  const { rows, counts, set: other } = await replayed(log, ids)
  const report = await compareServed({ columns: set.columns, served, replayed: rows })
  expect(report).toMatchObject({ differing: 0, missing: 0, mismatches: [] })
  expect(report.rows).toBe(served.reduce((sum, request) => sum + request.ids.length, 0))
  expect(counts).toEqual({ entries: 20_000, reads: 10_000 })
  expect([other.schemaHash, other.lateCount]).toEqual([set.schemaHash, set.lateCount])
  expect(set.lateCount).toBeGreaterThan(100)
  const columns = set.columns.map(() => new Set<number>())
  for (const { values } of served.slice(-500)) {
    for (let i = 0; i < values.data.length; i++) columns[i % values.cols]!.add(values.data[i]!)
  }
  expect(set.columns.filter((_, column) => columns[column]!.size < 2)).toEqual([])
})

test("a replay that gives out ids anew reads the same cells", async () => {
  const { log, served, set } = await serve(1_500, setOf)
  const report = await compareServed({ columns: set.columns, served, replayed: (await replayed(log, createIdTable())).rows })
  expect(report).toMatchObject({ differing: 0, missing: 0 })
})

test("a unit that changed in serving is found and named", async () => {
  const hours: FeatureFactory = (binding) => {
    const family = age(binding)
    return {
      ...family,
      read(tables, request, list, out, firstColumn) {
        family.read(tables, request, list, out, firstColumn)
        for (let row = 0; row < list.size; row++) out.data[row * out.cols + firstColumn]! *= 24
      },
    }
  }
  const { log, served, set, ids } = await serve(300, (table) => setOf(table, likes, hours))
  const report = await compareServed({ columns: set.columns, served, replayed: (await replayed(log, ids)).rows })
  expect(report.mismatches.map(({ feature }) => feature)).toEqual(["released.ageDays"])
  const { first, rate } = report.mismatches[0]!
  expect(first.served).toBeCloseTo(first.replayed * 24, 1)
  expect(rate).toBeGreaterThan(0.2)
})

test("a counter that misses updates in serving is found and named", async () => {
  const stale: FeatureFactory = (binding) => {
    const family = likes(binding)
    const states = family.states.map((state) => ({
      ...state,
      observe: (...[event, tables]: Parameters<typeof state.observe>) =>
        event.position % 4 === 1 ? undefined : state.observe(event, tables),
    }))
    return { ...family, states }
  }
  const { log, served, set, ids } = await serve(2_000, (table) => setOf(table, stale))
  const report = await compareServed({ columns: set.columns, served, replayed: (await replayed(log, ids)).rows })
  expect(report.mismatches.map(({ feature }) => feature).sort()).toEqual(["item.like.1d", "item.like.1h"])
  expect(report.mismatches[0]!.first.served).toBeLessThan(report.mismatches[0]!.first.replayed)
})

test("rows are matched by request and item; what one side lacks is counted", async () => {
  const rows = (requestId: string, ids: number[], values: number[][]): RequestRows => ({ requestId, ids, values: matrixFrom(values) })
  const report = await compareServed({
    columns: ["a", "b"],
    served: [
      rows(
        "r1",
        [1, 2],
        [
          [1, Number.NaN],
          [2, 5],
        ],
      ),
      rows("r2", [1], [[0, 0]]),
    ],
    replayed: [
      rows("r3", [9], [[0, 0]]),
      rows(
        "r1",
        [2, 1, 7],
        [
          [2, 6],
          [1, Number.NaN],
          [0, 0],
        ],
      ),
    ],
  })
  expect(report).toEqual({
    rows: 2,
    cells: 4,
    differing: 1,
    missing: 3,
    mismatches: [{ feature: "b", cells: 1, rate: 0.5, first: { requestId: "r1", id: 2, served: 5, replayed: 6 } }],
  })
  await expect(compareServed({ columns: ["a"], served: [rows("r1", [1], [[1, 2]])], replayed: [] })).rejects.toThrow(
    /request r1: expected 1 columns, came 2/,
  )
})
