import { expect, test } from "vitest"
import { candidates, createIdTable, systemClock } from "../core/index.ts"
import { memoryStore, stateBytesPerKey } from "../storage/index.ts"
import { families, featureCost, featureSet, stateUse } from "./index.ts"
import { everySet, serveWorld, schema as worldSchema } from "./parity-world.test.helper.ts"
import { DAY, HOUR, NOW, smallWorld } from "./small-world.test.helper.ts"

test("keys, bytes and ages of every table and family, by hand", async () => {
  const world = await smallWorld([
    families.number("price"),
    families.counter({ by: "item", types: ["click"], windows: ["1d", "all"] }),
    families.pairHistory({ types: ["click"], windows: ["all"], limit: 8 }),
    families.timeOfDay(),
  ])
  world.item("heat", { price: 1 }, NOW - 2 * DAY)
  world.item("ronin", { price: 2 }, NOW - DAY)
  world.act({ user: "ann" }, "click", "heat", { time: NOW - HOUR })
  world.act({ user: "ann" }, "click", "ronin", { time: NOW - HOUR / 2 })
  const { tables, families: used } = stateUse(world.set, world.tables, NOW)
  const table = (name: string) => tables.find((use) => use.table === name)
  // A number is a timestamp and a value; a counter of 1d and all is a timestamp, 8 buckets and their head, 1 bucket and its head; 8 more a key.
  expect(table("films.field.price")).toEqual({
    table: "films.field.price",
    key: "item",
    keys: 2,
    bytes: 2 * (8 * 2 + 8),
    stalenessMs: DAY,
    medianAgeMs: 2 * DAY,
  })
  expect(table("films.item.click.1d,all")).toMatchObject({ keys: 2, bytes: 2 * (8 * (1 + 9 + 2) + 8), stalenessMs: HOUR / 2 })
  // A list of two tuples of two numbers, its length and start.
  expect(table("films.user.click")).toMatchObject({ keys: 1, bytes: 8 * (2 + 4) + 8, stalenessMs: HOUR / 2 })
  expect(used.map(({ family, bytes, stalenessMs }) => [family, bytes, stalenessMs])).toEqual([
    ["number item.price", 48, DAY],
    ["counter item.click", 208, HOUR / 2],
    ["pair history click", 56, HOUR / 2],
    ["time of day", 0, undefined],
  ])
  expect(JSON.parse(JSON.stringify({ tables, used }))).toEqual({ tables, used: used.map((use) => JSON.parse(JSON.stringify(use))) })
})

test("the formula is what the store takes, but for rounding to whole slabs; every family has a cost", async () => {
  const ids = createIdTable()
  const set = featureSet({
    ids,
    collection: "films",
    schema: worldSchema,
    families: [
      families.counter({ by: "item", types: ["click"], windows: ["1h", "1d", "all"] }),
      families.rate({ name: "ctr", by: "user+item.director", numerator: ["click"], denominator: ["impression"], windows: ["all"] }),
      families.pairHistory({ types: ["click"], windows: ["all"], limit: 16 }),
    ],
  })
  const { state } = memoryStore()
  const { tables } = await state.open(set.declarations, set.schemaHash)
  const tell = (position: number, record: object) =>
    set.observe({ position, time: NOW, record: { id: `e${position}`, timestamp: NOW, ...record } as never }, tables)
  for (let n = 0; n < 3_000; n++) {
    tell(2 * n, { event: "item", item: `i${n}`, collection: "films", fields: { director: `d${n % 50}` } })
    for (let i = 0; i < 3; i++)
      tell(2 * n + 1, { event: "interaction", type: "click", user: `u${(n * 3 + i) % 1_000}`, item: `i${n}`, collection: "films" })
  }
  const { tables: used } = stateUse(set, tables, NOW)
  const byFormula = used.reduce((sum, { bytes }) => sum + bytes, 0)
  const slabs = set.declarations.reduce((sum, one) => sum + (one.kind === "list" ? 9 : 1) * 2 * 70_000, 0)
  expect(byFormula).toBeGreaterThan(1e6)
  expect(state.bytes).toBeGreaterThan(byFormula * 0.9)
  expect(state.bytes).toBeLessThan(byFormula + slabs)
  expect(used.find(({ table }) => table === "films.item.click.1h,1d,all")!.bytes / 3_000).toBe(
    stateBytesPerKey(set.declarations.find(({ name }) => name === "films.item.click.1h,1d,all")!),
  )
})

test("what every family there is costs to read and to keep", async () => {
  const { set, ids } = await serveWorld(30)
  const { tables } = await memoryStore().state.open(set.declarations, set.schemaHash)
  const list = candidates(2)
  list.ids.set([ids.collection("films").intern("film1"), ids.collection("films").intern("film2")])
  const request = everySet(ids).request(tables, { now: NOW, user: "u1", query: "heat" })
  list.collections.fill(request.collection)
  const cost = featureCost({ set, tables, request, candidates: list, clock: systemClock, repeats: 2 })
  expect(cost.reads.map(({ family }) => family)).toEqual(set.families.map(({ name }) => name))
  expect(cost.reads.every(({ nsPerRow }) => nsPerRow >= 0)).toBe(true)
  expect(cost.state.map(({ table }) => table)).toEqual(set.declarations.map(({ name }) => name))
  expect(cost.state.every(({ bytesPerKey }) => bytesPerKey >= 16)).toBe(true)
})
