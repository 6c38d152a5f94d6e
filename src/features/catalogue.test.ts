import fc from "fast-check"
import { expect, test } from "vitest"
import { createIdTable, type LogEntry, type LogRecord, type Value } from "../core/index.ts"
import { type KeyValue, memoryStore } from "../storage/index.ts"
import { Catalogue } from "./catalogue.ts"

const values = (): KeyValue => memoryStore().values

const entry = (position: number, time: number, record: Record<string, unknown>): LogEntry => ({
  position,
  time,
  record: { id: String(position), timestamp: time, collection: "films", ...record } as LogRecord,
})
const item = (position: number, time: number, id: string, fields: Record<string, Value>) =>
  entry(position, time, { event: "item", item: id, fields })
const gone = (position: number, time: number, id: string) => entry(position, time, { event: "delete", item: id })

function catalogueOf(...entries: LogEntry[]): Catalogue {
  const catalogue = new Catalogue({ ids: createIdTable(), values: values() })
  for (const one of entries) catalogue.apply(one)
  return catalogue
}

test.each([
  { name: "fields add up", entries: [item(1, 1, "a", { x: 1 }), item(2, 2, "a", { y: "b" })], fields: { x: 1, y: "b" }, has: true },
  { name: "null unsets", entries: [item(1, 1, "a", { x: 1, y: 2 }), item(2, 2, "a", { x: null })], fields: { y: 2 }, has: true },
  {
    name: "an older value comes too late",
    entries: [item(1, 5, "a", { x: 1 }), item(2, 3, "a", { x: 0, y: 2 })],
    fields: { x: 1, y: 2 },
    has: true,
  },
  { name: "equal times: the later position", entries: [item(1, 5, "a", { x: 1 }), item(2, 5, "a", { x: 2 })], fields: { x: 2 }, has: true },
  { name: "a deletion withdraws", entries: [item(1, 1, "a", { x: 1 }), gone(2, 2, "a")], fields: {}, has: false },
  {
    name: "what is older than a deletion stays away",
    entries: [item(1, 1, "a", { x: 1 }), gone(2, 5, "a"), item(3, 4, "a", { y: 1 })],
    fields: {},
    has: false,
  },
  {
    name: "what is newer brings it back without its past",
    entries: [item(1, 1, "a", { x: 1 }), gone(2, 5, "a"), item(3, 6, "a", { y: 1 })],
    fields: { y: 1 },
    has: true,
  },
  {
    name: "a late deletion leaves what is newer",
    entries: [item(1, 1, "a", { x: 1 }), item(2, 6, "a", { y: 1 }), gone(3, 5, "a")],
    fields: { y: 1 },
    has: true,
  },
  { name: "an item without fields is one", entries: [item(1, 1, "a", {})], fields: {}, has: true },
])("catalogue, $name", ({ entries, fields, has }) => {
  const catalogue = catalogueOf(...entries)
  expect(catalogue.fields("films", 0)).toEqual(fields)
  expect([catalogue.has("films", 0), catalogue.size("films"), [...catalogue.items("films")]]).toEqual([has, has ? 1 : 0, has ? [0] : []])
})

const events = fc.array(
  fc.record({
    time: fc.integer({ min: 0, max: 6 }),
    id: fc.constantFrom("a", "b"),
    fields: fc.option(fc.dictionary(fc.constantFrom("x", "y"), fc.option(fc.integer({ min: 0, max: 9 }))), { freq: 4 }),
  }),
  { maxLength: 20 },
)

test("property: applying the last part of the log again changes nothing, and columns equal the fields", () => {
  fc.assert(
    fc.property(events, fc.nat(20), (log, from) => {
      const entries = log.map(({ time, id, fields }, i) =>
        fields === null ? gone(i + 1, time, id) : item(i + 1, time, id, fields as Record<string, Value>),
      )
      const once = catalogueOf(...entries)
      const again = catalogueOf(...entries, ...entries.slice(from))
      const column = again.numbers("films", "x")
      for (const dense of [0, 1]) {
        expect(again.fields("films", dense)).toEqual(once.fields("films", dense))
        expect(again.has("films", dense)).toBe(once.has("films", dense))
        expect(column.at(dense)).toBe(once.fields("films", dense).x ?? Number.NaN)
      }
      expect(again.size("films")).toBe(once.size("films"))
    }),
  )
})

test("flush writes what changed and load brings it back, also when a write failed before", async () => {
  const store = values()
  const puts: string[] = []
  let broken = true
  const flaky: KeyValue = {
    get: (key) => store.get(key),
    delete: (key) => store.delete(key),
    range: (options) => store.range(options),
    async put(key, value) {
      if (broken) throw new Error("disk full")
      puts.push(key)
      await store.put(key, value)
    },
  }
  const catalogue = new Catalogue({ ids: createIdTable(), values: flaky })
  for (const one of [item(1, 1, "a/b", { x: 1 }), item(2, 1, "c", { tags: ["u", "v"] }), gone(3, 2, "c")]) catalogue.apply(one)
  await expect(catalogue.flush()).rejects.toThrow("disk full")
  broken = false
  await catalogue.flush()
  await catalogue.flush()
  expect(puts).toEqual(["catalogue/films/a/b", "catalogue/films/c"])

  const loaded = new Catalogue({ ids: createIdTable(), values: store })
  await loaded.load()
  expect([loaded.size("films"), loaded.fields("films", 0), loaded.has("films", 1)]).toEqual([1, { x: 1 }, false])
  loaded.apply(item(4, 1, "c", { x: 5 }))
  expect(loaded.has("films", 1)).toBe(false)
})

test("columns follow changes: numbers, booleans, times; one or many categories", () => {
  const catalogue = catalogueOf(item(1, 1, "a", { price: 3, private: true, expires: "1970-01-01T00:00:01Z", tags: ["u"], kind: "film" }))
  const column = (field: string) => catalogue.numbers("films", field)
  expect([column("price").at(0), column("private").at(0), column("expires").at(0), column("price").at(9)]).toEqual([3, 1, 1000, Number.NaN])
  const tags = catalogue.categories("films", "tags")
  const kind = catalogue.categories("films", "kind")
  expect(kind.has(0, kind.code("film"))).toBe(true)
  catalogue.apply(item(2, 2, "a", { tags: ["u", "v", "w"], price: null }))
  for (let i = 0; i < 100; i++) catalogue.apply(item(3 + i, 3, `x${i}`, { tags: ["z", `t${i}`], price: i }))
  expect([tags.length(0), tags.has(0, tags.code("w")), tags.code("never"), tags.has(0, -1)]).toEqual([3, true, -1, false])
  expect([tags.name(tags.at(60, 1)), column("price").at(60), column("price").at(0)]).toEqual(["t59", 59, Number.NaN])
  catalogue.apply(gone(200, 9, "a"))
  expect([tags.length(0), column("private").at(0)]).toEqual([0, Number.NaN])
  expect(catalogue.bytes).toBeGreaterThan(1000)
})
