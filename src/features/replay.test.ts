import { expect, test } from "vitest"
import { createIdTable, field, type LogEntry, type LogRecord, manualClock } from "../core/index.ts"
import { memoryStore } from "../storage/index.ts"
import { Catalogue, families, featureCost, featureSet, type ReplayRead, readOfServed, replay } from "./index.ts"

const HOUR = 3_600_000
const NOW = 1000 * 24 * HOUR
const schema = { item: { price: field.number(), genre: field.category() } }

const entry = (position: number, record: Record<string, unknown>, time = NOW): LogEntry => ({
  position,
  time,
  record: { id: `e${position}`, timestamp: time, ...record } as LogRecord,
})
const click = (position: number) => entry(position, { event: "interaction", type: "click", user: "ann", item: "a", collection: "films" })
const price = (position: number, value: number) =>
  entry(position, { event: "item", item: "a", collection: "films", fields: { price: value } })
const read = (readAt: number, items = ["a", "b"]): ReplayRead => ({
  requestId: `r${readAt}`,
  readAt,
  asked: { now: NOW, user: "ann" },
  items,
})

async function world() {
  const ids = createIdTable()
  const set = featureSet({
    ids,
    collection: "films",
    schema,
    families: [families.number("price"), families.counter({ by: "item", types: ["click"], windows: ["1d"] })],
  })
  const store = memoryStore()
  const { tables } = await store.state.open(set.declarations, set.schemaHash)
  return { ids, set, tables, values: store.values }
}

async function* log(...batches: LogEntry[][]) {
  yield* batches
}

test("a read sees the state with its position folded and nothing after it, across batches", async () => {
  const { ids, set, tables } = await world()
  const seen: number[][] = []
  const at = [read(0), read(1), read(2), read(2), read(5), read(99)]
  const done = await replay({
    entries: log([price(1, 10), click(2)], [price(4, 20), click(5)], [click(7)]),
    set,
    tables,
    ids,
    at,
    onRead: ({ rows, index, read: asked }) => {
      expect(asked).toBe(at[index])
      seen.push([...rows.data])
    },
  })
  const none = [Number.NaN, 0]
  expect(done).toEqual({ entries: 5, reads: 6 })
  expect(seen).toEqual([
    [...none, ...none],
    [10, 0, ...none],
    [10, 1, ...none],
    [10, 1, ...none],
    [20, 2, ...none],
    [20, 3, ...none],
  ])
})

test("a replay folds the catalogue along", async () => {
  const { ids, set, tables, values } = await world()
  const catalogue = new Catalogue({ ids, values })
  await replay({ entries: log([price(1, 10), price(2, 20)]), set, tables, ids, catalogue })
  expect(catalogue.fields("films", 0)).toEqual({ price: 20 })
})

test("a served record tells what it read, for the items of one collection", () => {
  const served = entry(9, {
    event: "served",
    system: "films",
    session: "s",
    item: "page",
    context: { device: "tv" },
    items: [{ id: "a", collection: "films" }, { id: "x" }],
    scores: [1, 0],
    release: "r",
    variant: "v",
    readAt: 7,
  })
  expect(readOfServed(served, "films")).toEqual({
    requestId: "e9",
    readAt: 7,
    asked: { now: NOW, session: "s", item: "page", context: { device: "tv" } },
    items: ["a"],
  })
  expect(readOfServed(served, "items")?.items).toEqual(["x"])
  expect(readOfServed(served, "books")).toBeUndefined()
  expect(readOfServed(click(1), "films")).toBeUndefined()
})

test("families of a set share one counter with the windows of them all, and a set tells a counter by its window", async () => {
  const ids = createIdTable()
  const set = featureSet({
    ids,
    collection: "films",
    schema,
    families: [
      families.counter({ by: "item", types: ["rate", "click"], windows: ["7d", "1d"], from: { rate: 4 } }),
      families.rate({
        name: "ctr",
        by: "item",
        numerator: ["click", "rate"],
        denominator: ["impression"],
        windows: ["all", "1d"],
        from: { rate: 4 },
      }),
    ],
  })
  expect(set.declarations.map(({ name }) => name)).toEqual([
    "users.alias",
    "films.history",
    "films.item.click+rate>=4.1d,7d,all",
    "films.item.impression.1d,all",
    "films.global.click+rate>=4.all",
    "films.global.impression.all",
  ])
  const { tables } = await memoryStore().state.open(set.declarations, set.schemaHash)
  const rated = (position: number, value?: number) =>
    entry(position, {
      event: "interaction",
      type: "rate",
      user: "ann",
      item: "a",
      collection: "films",
      ...(value === undefined ? {} : { value }),
    })
  for (const one of [rated(1, 3), rated(2, 4), rated(3), click(4)]) set.observe(one, tables)
  const counter = set.counter({ by: "item", types: ["click", "rate"], window: "7d", from: { rate: 4 } })
  expect(counter?.count(tables, 0, NOW)).toBe(3)
  expect(set.counter({ by: "item", types: ["click"], window: "7d" })).toBeUndefined()
  expect(set.counter({ by: "item", types: ["click", "rate"], window: "30d", from: { rate: 4 } })).toBeUndefined()
})

test("the cost report names every family and table, with nanoseconds by the clock and bytes by formula", async () => {
  const { set, tables } = await world()
  const clock = manualClock()
  const request = set.request(tables, { now: NOW, user: "ann" })
  const list = {
    size: 2,
    ids: new Uint32Array(2),
    collections: new Uint16Array(2).fill(request.collection),
    sources: new Uint32Array(2),
    scores: new Map(),
  }
  const ticking = {
    now: clock.now,
    monotonicMs() {
      clock.advance(1)
      return clock.monotonicMs()
    },
  }
  const { reads, state } = featureCost({ set, tables, request, candidates: list, clock: ticking, repeats: 5 })
  // One millisecond passes between two looks at the clock: 1e6 ns over 5 repeats of 2 rows.
  expect(reads).toEqual([
    { family: "number item.price", columns: 1, nsPerRow: 100_000, tables: ["films.field.price"] },
    { family: "counter item.click", columns: 1, nsPerRow: 100_000, tables: ["films.item.click.1d"] },
  ])
  expect(state.find(({ table }) => table === "films.item.click.1d")).toEqual({
    table: "films.item.click.1d",
    key: "item",
    bytesPerKey: 8 * 10 + 8,
  })
})
