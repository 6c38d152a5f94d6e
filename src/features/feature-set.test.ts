import { expect, test } from "vitest"
import { type Candidates, candidates, createIdTable, field, type LogRecord, type StateTables } from "../core/index.ts"
import { memoryState } from "../storage/index.ts"
import { type FeatureFactory, type FeatureSet, type FeatureSetOptions, families, featureSet, states } from "./index.ts"

const DAY = 86_400_000
const NOW = 20_000 * DAY + DAY / 2

const schema = {
  item: {
    year: field.number({ default: 1990 }),
    director: field.category(),
    genre: field.categories(),
    released: field.time(),
    taste: field.vector(2),
  },
  user: { age: field.number(), country: field.category() },
  context: { device: field.category(), battery: field.number() },
}

const all: readonly FeatureFactory[] = [
  families.number("year"),
  families.number("age", { of: "user" }),
  families.number("battery", { of: "context" }),
  families.category("director"),
  families.category("country", { of: "user" }),
  families.category("device", { of: "context" }),
  families.categories("genre"),
  families.timeOfDay(),
  families.age("released"),
  families.newness(),
  families.counter({ by: "item", types: ["click"], windows: ["1d", "all"] }),
  families.counter({ by: "user", types: ["click"], windows: ["1d"], transform: "log1p" }),
  families.userCategory({ field: "genre", types: ["click"], windows: ["1d", "all"] }),
  families.rate({ name: "ctr", by: "item", numerator: ["click"], denominator: ["impression"], windows: ["7d"], strength: 2 }),
  families.overlap("genre", { halfLifeDays: 1 }),
  families.jaccard("genre"),
  families.cosine("taste"),
  families.similarity("near", 1, (a, b) => 1 / (1 + Math.abs(a - b))),
]

interface World {
  readonly set: FeatureSet
  readonly tables: StateTables
  tell(record: Record<string, unknown>, time?: number): void
  ask(user: string | undefined, items: readonly string[], extra?: { item?: string; context?: Record<string, string | number> }): Asked
}
type Asked = readonly Readonly<Record<string, number>>[]

async function world(options: Partial<FeatureSetOptions> = {}): Promise<World> {
  const ids = createIdTable()
  const set = featureSet({ families: all, ids, collection: "films", schema, ...options })
  const { tables } = await memoryState().open(set.declarations, "1")
  let position = 0
  const tell = (record: Record<string, unknown>, time = NOW - 60_000) => {
    position++
    const placed = "item" in record ? { collection: "films", ...record } : record
    set.observe({ position, time, record: { id: String(position), timestamp: time, ...placed } as LogRecord }, tables)
  }
  return {
    set,
    tables,
    tell,
    ask(user, items, extra = {}) {
      const list: Candidates = candidates(items.length)
      items.forEach((item, i) => {
        list.ids[i] = ids.collection("films").intern(item)
        list.collections[i] = ids.collectionNumber("films")
      })
      const rows = set.read(tables, set.request(tables, { now: NOW, ...(user === undefined ? {} : { user }), ...extra }), list)
      return items.map((_, row) => Object.fromEntries(set.columns.map((name, column) => [name, rows.data[row * rows.cols + column]!])))
    },
  }
}

const heat = {
  event: "item",
  item: "heat",
  fields: { year: 1995, director: "Mann", genre: ["crime", "drama"], released: NOW - 10 * DAY, taste: [1, 0] },
}
const ronin = {
  event: "item",
  item: "ronin",
  fields: { director: "Frankenheimer", genre: ["crime"], released: new Date(NOW - DAY).toISOString(), taste: [0, 2] },
}
const click = (user: string, item: string) => ({ event: "interaction", type: "click", user, item })
const seen = (user: string, ...items: string[]) => ({
  event: "impression",
  system: "films",
  user,
  items: items.map((id) => ({ id, collection: "films" })),
})

test("item, user and context fields: newest value, default, code, NaN when missing", async () => {
  const { tell, ask } = await world()
  tell(heat)
  tell(ronin)
  tell({ event: "user", user: "ann", fields: { age: 30, country: "FR" } })
  const [first, second] = ask("ann", ["heat", "ronin"], { context: { device: "phone", battery: 7 } })
  expect(first).toMatchObject({ year: 1995, director: 0, "genre.count": 2, "user.age": 30, "user.country": 0, "context.battery": 7 })
  expect(second).toMatchObject({ year: 1990, director: 1, "genre.count": 1, "released.ageDays": 1 })
  expect(first!["released.ageDays"]).toBe(10)
  expect(first!["newness.days"]).toBeCloseTo(1 / 1440, 6)
  expect(first!["context.device"]).toBe(second!["context.device"])
  const [unknown] = ask("bob", ["nothing"])
  expect(unknown).toMatchObject({
    director: Number.NaN,
    "user.age": Number.NaN,
    "context.device": Number.NaN,
    "released.ageDays": Number.NaN,
  })
})

test("an older value never replaces a newer one, null unsets", async () => {
  const { tell, ask } = await world()
  tell({ event: "item", item: "heat", fields: { year: 1995 } }, NOW - 10)
  tell({ event: "item", item: "heat", fields: { year: 1894, director: "Mann" } }, NOW - 20)
  expect(ask("ann", ["heat"])[0]).toMatchObject({ year: 1995, director: 0 })
  tell({ event: "item", item: "heat", fields: { year: null, director: null } }, NOW - 5)
  expect(ask("ann", ["heat"])[0]).toMatchObject({ year: 1990, director: Number.NaN })
})

test("time of day and week are points on circles: noon is (0, -1), a Monday noon is a fourteenth into the week", async () => {
  const monday = NOW - (((NOW - 4 * DAY) % (7 * DAY)) - DAY / 2)
  const { set, tables } = await world({ families: [families.timeOfDay()] })
  const list = candidates(1)
  list.collections[0] = set.request(tables, { now: monday }).collection
  const [daySin, dayCos, weekSin, weekCos] = set.read(tables, set.request(tables, { now: monday }), list).data
  expect(new Date(monday).getUTCDay()).toBe(1)
  expect(daySin).toBeCloseTo(0, 5)
  expect(dayCos).toBeCloseTo(-1, 6)
  expect(weekSin).toBeCloseTo(Math.sin(Math.PI / 7), 5)
  expect(weekCos).toBeCloseTo(Math.cos(Math.PI / 7), 5)
})

test("counters count by window, rates are pulled to the rate of everything", async () => {
  const { tell, ask } = await world()
  tell(heat)
  tell(seen("ann", "heat", "ronin", "heat", "ronin"))
  tell(click("ann", "heat"), NOW - 3 * DAY)
  tell(click("ann", "heat"))
  const [row, other] = ask("ann", ["heat", "ronin"])
  expect(row).toMatchObject({ "item.click.1d": 1, "item.click.all": 2 })
  expect(row!["user.click.1d"]).toBeCloseTo(Math.log(2), 6)
  // prior 2/4; heat 2 clicks of 2 views, ronin 0 of 2: (2 + 2 * 0.5) / (2 + 2) and (0 + 1) / 4
  expect(row!["ctr.item.7d"]).toBeCloseTo(0.75, 6)
  expect(other!["ctr.item.7d"]).toBeCloseTo(0.25, 6)
})

test("history: favourite, shares, user by category counts, similarities", async () => {
  const { tell, ask } = await world()
  tell(heat)
  tell(ronin)
  tell({ event: "item", item: "alien", fields: { director: "Mann", genre: ["horror"], taste: [1, 1] } })
  tell(click("ann", "heat"), NOW - 2 * DAY)
  tell(click("ann", "alien"), NOW)
  const [first, second] = ask("ann", ["ronin", "heat"], { item: "heat" })
  expect(first).toMatchObject({ "director.favourite": 0, "genre.share": 0.5, "user.click.genre.1d": 0, "user.click.genre.all": 1 })
  expect(second).toMatchObject({ "director.favourite": 1, "genre.share": 0.5 })
  // weights 0.25 (two half-lives) and 1: crime has 0.25 of 1.25
  expect(first!["genre.recentShare"]).toBeCloseTo(0.2, 6)
  expect(first).toMatchObject({ "genre.jaccard.max": 0.5, "genre.jaccard.item": 0.5 })
  // ronin's direction is (0, 1); history: heat (1, 0) with 2^(-2/14), alien (1, 1)/sqrt(2) with 1
  const w = 2 ** (-1 / 7)
  const [x, y] = [w + Math.SQRT1_2, Math.SQRT1_2]
  expect(first!["taste.cosine"]).toBeCloseTo(y / Math.hypot(x, y), 5)
  expect(second!["taste.cosine"]).toBeCloseTo(Math.SQRT1_2, 5)
  expect(first!["taste.cosineItem"]).toBeCloseTo(0, 6)
  expect(first).toMatchObject({ "near.max": 0.5, "near.item": 0.5 })
})

test("a user never seen, one without state and nobody at all read the same", async () => {
  const { tell, ask } = await world()
  tell(heat)
  tell(click("ann", "heat"))
  tell(seen("bob", "heat"))
  const stranger = ask("zoe", ["heat"])
  expect(ask("bob", ["heat"])).toEqual(stranger)
  expect(ask(undefined, ["heat"])).toEqual(stranger)
})

test("the place of an item in an impression changes nothing", async () => {
  const rows = await Promise.all(
    [
      ["heat", "ronin", "alien"],
      ["alien", "heat", "ronin"],
    ].map(async (order) => {
      const { tell, ask } = await world()
      for (const item of ["heat", "ronin", "alien"]) tell(click("ann", item))
      tell(seen("ann", ...order))
      return ask("ann", ["heat", "ronin", "alien"])
    }),
  )
  expect(rows[0]).toEqual(rows[1])
})

test("timeless data leaves time columns out and says which", async () => {
  const { set } = await world({ timeless: true })
  expect(set.switchedOff).toEqual([
    "time.daySin",
    "time.dayCos",
    "time.weekSin",
    "time.weekCos",
    "released.ageDays",
    "newness.days",
    "item.click.1d",
    "user.click.1d",
    "user.click.genre.1d",
    "ctr.item.7d",
    "genre.recentShare",
  ])
  expect(set.columns.filter((column) => set.switchedOff.includes(column))).toEqual([])
})

test("a family that is switched off writes nothing, wherever it stands", async () => {
  const off = [families.timeOfDay(), families.age("released"), families.counter({ by: "item", types: ["click"], windows: ["1d"] })]
  const { tell, ask } = await world({ timeless: true, families: [families.number("year"), ...off] })
  tell(heat)
  tell(ronin)
  expect(ask("ann", ["heat", "ronin"])).toEqual([{ year: 1995 }, { year: 1990 }])
})

test("the schema hash changes with a family, a window or the history, and with nothing else", async () => {
  const hash = async (options: Partial<FeatureSetOptions>) => (await world(options)).set.schemaHash
  const base = await hash({})
  expect(await hash({})).toBe(base)
  expect(await hash({ families: all.slice(1) })).not.toBe(base)
  expect(await hash({ history: { weights: { click: 2 } } })).not.toBe(base)
  expect(await hash({ states: [states.itemSet({ name: "blocked", add: ["block"] })] })).not.toBe(base)
})

test.each([
  { name: "an unknown field", families: [families.number("yaer")], problem: /field among director, genre.*"yaer"/ },
  { name: "a field of another type", families: [families.number("genre")], problem: /type number or boolean, came categories/ },
  { name: "a family twice", families: [families.number("year"), families.number("year")], problem: /each family once/ },
  {
    name: "a window that is none",
    families: [families.counter({ by: "item", types: ["click"], windows: ["0d"] })],
    problem: /30m, 1h, 7d or all/,
  },
  {
    name: "a column twice",
    families: [families.similarity("a", 1, () => 0), families.similarity("a", 2, () => 0)],
    problem: /each family once/,
  },
])("refuses $name", async ({ families: bad, problem }) => {
  await expect(world({ families: bad })).rejects.toThrow(problem)
})

test("refuses candidates of another collection and a matrix of another shape", async () => {
  const { set, tables } = await world()
  const request = set.request(tables, { now: NOW })
  const list = candidates(1)
  list.collections[0] = 99
  expect(() => set.read(tables, request, list)).toThrow(/collection 99 in row 0/)
  list.collections[0] = request.collection
  expect(() => set.read(tables, request, list, { data: new Float32Array(2), rows: 1, cols: 2 })).toThrow(/came 1 x 2/)
})
