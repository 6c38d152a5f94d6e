import fc from "fast-check"
import { expect, test } from "vitest"
import { USERS } from "../../core/index.ts"
import { families } from "../index.ts"
import { DAY, HOUR, NOW, smallWorld } from "../small-world.test.helper.ts"

const ann = { user: "ann" }
const bob = { user: "bob" }
const ctr = { name: "ctr", numerator: ["click"], denominator: ["impression"], windows: ["all"], strength: 2 } as const

test("counters by a field of the item, of the user, by session, by query and by pair", async () => {
  const by = ["item.director", "item.genre", "user.country", "session", "query", "query+item", "user+item", "user+item.director"] as const
  const world = await smallWorld(by.map((scope) => families.counter({ by: scope, types: ["click"], windows: ["1d"] })))
  world.item("heat", { director: "Mann", genre: ["crime", "drama"] })
  world.item("ali", { director: "Mann", genre: ["drama"] })
  world.user("ann", { country: "FR" })
  world.user("bob", { country: "FR" })
  world.shown({ ...ann, session: "s1" }, ["heat", "ali"], { query: "Mann films!", time: NOW - HOUR })
  world.act({ ...ann, session: "s1" }, "click", "heat", { time: NOW - HOUR + 60_000 })
  world.act({ ...ann, session: "s2" }, "click", "ali", { time: NOW - 60_000 })
  world.act(bob, "click", "ali", { time: NOW - 2 * DAY })
  const [heat, ali] = world.ask(["heat", "ali"], { ...ann, session: "s1", query: "mann FILMS" })
  expect(heat).toEqual({
    "item.director.click.1d": 2,
    "item.genre.click.1d": 2,
    "user.country.click.1d": 2,
    "session.click.1d": 1,
    "query.click.1d": 1,
    "query+item.click.1d": 1,
    "user+item.click.1d": 1,
    "user+item.director.click.1d": 2,
  })
  expect(ali).toMatchObject({ "item.director.click.1d": 2, "query+item.click.1d": 0, "user+item.click.1d": 1 })
  expect(world.ask(["heat"], { user: "carl", query: "other" })[0]).toMatchObject({
    "user.country.click.1d": 0,
    "session.click.1d": 0,
    "query.click.1d": 0,
  })
})

test("what somebody does is laid to the words asked last, for half an hour and until a list without words", async () => {
  const world = await smallWorld([families.counter({ by: "query", types: ["click"], windows: ["all"] })])
  const asked = () => world.ask(["heat"], { query: "heat" })[0]!["query.click.all"]
  world.shown(ann, ["heat"], { query: "heat", time: NOW - 2 * HOUR })
  world.act(ann, "click", "heat", { time: NOW - HOUR })
  expect(asked()).toBe(0)
  world.shown(ann, ["heat"], { query: "heat", time: NOW - 20 * 60_000 })
  world.act(ann, "click", "heat", { time: NOW - 60_000 })
  world.act(bob, "click", "heat", { time: NOW - 60_000 })
  expect(asked()).toBe(1)
  world.shown(ann, ["heat"], { time: NOW - 50_000 })
  world.act(ann, "click", "heat", { time: NOW - 40_000 })
  expect(asked()).toBe(1)
})

test("rates by scope, pulled to everything or to a wider scope that is pulled to everything", async () => {
  const world = await smallWorld([
    families.rate({ ...ctr, by: "item", towards: "item.director" }),
    families.rate({ ...ctr, by: "user" }),
    families.rate({ ...ctr, name: "taste", by: "user+item.director" }),
  ])
  world.item("heat", { director: "Mann" })
  world.item("ali", { director: "Mann" })
  world.shown(ann, ["heat", "heat", "ali", "alien"])
  world.act(ann, "click", "heat")
  world.act(ann, "click", "heat")
  const [heat, ali, alien] = world.ask(["heat", "ali", "alien"], ann)
  // Everything: 2 of 4. Mann: (2 + 2 * 0.5) / (3 + 2) = 0.6. Heat: (2 + 2 * 0.6) / (2 + 2); Ali: (0 + 1.2) / (1 + 2).
  expect(heat!["ctr.item.all"]).toBeCloseTo(0.8, 6)
  expect(ali!["ctr.item.all"]).toBeCloseTo(0.4, 6)
  // Alien has no director: its director's rate is that of everything.
  expect(alien!["ctr.item.all"]).toBeCloseTo((0 + 2 * 0.5) / (1 + 2), 6)
  expect(heat!["ctr.user.all"]).toBeCloseTo(0.5, 6)
  expect(heat!["taste.user+item.director.all"]).toBeCloseTo(0.6, 6)
  expect(alien!["taste.user+item.director.all"]).toBeCloseTo(0.5, 6)
})

test("a rate of values is a mean", async () => {
  const watched = {
    name: "watched",
    numerator: ["watch"],
    denominator: ["impression"],
    windows: ["all"],
    sum: "value",
    strength: 1,
  } as const
  const world = await smallWorld([families.rate({ ...watched, by: "item" })])
  world.shown(ann, ["heat", "heat", "ali"])
  world.act(ann, "watch", "heat", { value: 0.5 })
  world.act(ann, "watch", "ali", { value: 1 })
  const [heat] = world.ask(["heat"], ann)
  expect(heat!["watched.item.all"]).toBeCloseTo((0.5 + 1.5 / 3) / 3, 6)
})

test("a fading count halves each half-life and does not mind the order of events", async () => {
  const times = [NOW, NOW - DAY, NOW - 2 * DAY, NOW - 9 * DAY]
  fc.assert(
    await fc.asyncProperty(fc.shuffledSubarray(times, { minLength: 4 }), async (order) => {
      const world = await smallWorld([families.decayed({ by: "item", types: ["click"], halfLifeDays: 1 })])
      for (const time of order) world.act(ann, "click", "heat", { time })
      expect(world.ask(["heat"])[0]!["item.click.fading1d"]).toBeCloseTo(1 + 0.5 + 0.25 + 2 ** -9, 6)
    }),
    { numRuns: 10 },
  )
})

test("a moving rate follows the last few times: by hand with half kept", async () => {
  const world = await smallWorld([families.movingRate({ ...ctr, by: "user", keep: 0.5 })])
  expect(world.ask(["heat"], ann)[0]!["ctr.user.moving"]).toBeNaN()
  world.shown(ann, ["heat"])
  world.act(ann, "click", "heat")
  world.shown(ann, ["ali"])
  expect(world.ask(["heat"], ann)[0]!["ctr.user.moving"]).toBeCloseTo(0.5 / 1.5, 6)
  world.shown(bob, ["ali"])
  world.tell({ event: "alias", from: "bob", to: "ann" })
  expect(world.ask(["heat"], ann)[0]!["ctr.user.moving"]).toBeCloseTo(0.5 / 2.5, 6)
})

test("recent values: exact over a window that leaves out its beginning and everything after the request", async () => {
  const world = await smallWorld([
    families.recentValues({ by: "user", types: ["watch"], windows: ["1h"], as: ["count", "sum", "mean", "max"] }),
  ])
  for (const [ageMs, value] of [
    [HOUR, 100],
    [HOUR - 1, 2],
    [0, 4],
    [-1, 1000],
  ] as const) {
    world.act(ann, "watch", "heat", { time: NOW - ageMs, value })
  }
  const column = (summary: string) => `user.watch.value.1h.${summary}`
  expect(world.ask(["heat"], ann)[0]).toEqual({ [column("count")]: 2, [column("sum")]: 6, [column("mean")]: 3, [column("max")]: 4 })
  expect(world.ask(["heat"], bob)[0]).toEqual({
    [column("count")]: 0,
    [column("sum")]: 0,
    [column("mean")]: Number.NaN,
    [column("max")]: Number.NaN,
  })
})

test("recency, popularity and the history with this very item", async () => {
  const world = await smallWorld([
    families.recency({ by: "item", types: ["click"] }),
    families.recency({ by: "user", types: ["click"] }),
    families.popularity({ types: ["click"], windows: ["1d"] }),
    families.pairHistory({ types: ["click"], windows: ["1h", "all"] }),
  ])
  world.act(ann, "click", "heat", { time: NOW - 2 * HOUR })
  world.act(ann, "click", "heat", { time: NOW - HOUR / 2 })
  world.act(bob, "click", "ali", { time: NOW - HOUR })
  const [heat, ali, alien] = world.ask(["heat", "ali", "alien"], ann)
  expect(heat).toMatchObject({ "item.click.hoursSince": 0.5, "user.click.hoursSince": 0.5, "pair.click.1h": 1, "pair.click.all": 2 })
  expect(heat!["pair.click.hoursSince"]).toBe(0.5)
  expect(heat!["popularity.click.1d.share"]).toBeCloseTo(2 / 3, 6)
  expect(heat!["popularity.click.1d.rarity"]).toBeCloseTo(Math.log(4 / 3), 6)
  expect(ali).toMatchObject({ "item.click.hoursSince": 1, "pair.click.all": 0, "pair.click.hoursSince": Number.NaN })
  expect(alien).toMatchObject({ "item.click.hoursSince": Number.NaN, "popularity.click.1d.share": 0 })
})

test("forgetting somebody clears their pairs and sessions, also of sessions they went on from; what others share stays", async () => {
  const by = ["session", "user+item", "user+item.director", "query"] as const
  const world = await smallWorld(by.map((scope) => families.counter({ by: scope, types: ["click"], windows: ["all"] })))
  world.item("heat", { director: "Mann" })
  world.shown({ session: "s1" }, ["heat"], { query: "heat" })
  world.act({ session: "s1" }, "click", "heat")
  world.tell({ event: "alias", from: "s1", to: "ann" })
  world.act({ ...ann, session: "s2" }, "click", "heat")
  const read = (session: string) => Object.values(world.ask(["heat"], { ...ann, session, query: "heat" })[0]!)
  expect([read("s1"), read("s2")]).toEqual([
    [1, 2, 2, 2],
    [1, 2, 2, 2],
  ])
  world.tell({ event: "delete", user: "ann" })
  expect([read("s1"), read("s2")]).toEqual([
    [0, 0, 0, 2],
    [0, 0, 0, 2],
  ])
  expect(world.ids.collection(USERS).find("ann")).toBeGreaterThanOrEqual(0)
})

test("an unknown scope or field is refused", async () => {
  const make = (by: string) => smallWorld([families.counter({ by: by as "item", types: ["click"], windows: ["1d"] })])
  await expect(make("itme")).rejects.toThrow(/scope: expected item, user, session/)
  await expect(make("item.directr")).rejects.toThrow(/field among/)
  await expect(make("item.price")).rejects.toThrow(/type category/)
})
