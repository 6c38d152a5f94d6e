import fc from "fast-check"
import { expect, test } from "vitest"
import { field } from "../../core/index.ts"
import { daysToHoliday, easterSunday } from "../holidays.ts"
import { families } from "../index.ts"
import { DAY, HOUR, NOW, schema, smallWorld } from "../small-world.test.helper.ts"
import { leastAge } from "./age-match.ts"

const NaN_ = Number.NaN
const watched = {
  item: { ...schema.item, certificate: field.category(), language: field.category() },
  user: { ...schema.user, band: field.category(), language: field.categories() },
}

test("visits: minutes and events of one, the mean over visits; a longer pause begins another", async () => {
  const world = await smallWorld([families.visits()])
  for (const minutes of [0, 10, 25, 200, 230, 600]) world.act({ user: "ann" }, "click", "heat", { time: NOW - DAY + minutes * 60_000 })
  const [row] = world.ask(["heat"], { user: "ann" })
  expect(row).toEqual({ "user.visit.minutes": expect.closeTo((25 + 30 + 0) / 3, 5), "user.visit.events": 2 })
  expect(world.ask(["heat"], { user: "nobody" })[0]).toEqual({ "user.visit.minutes": NaN_, "user.visit.events": NaN_ })
  expect((await smallWorld([families.visits()], { timeless: true })).set.columns).toEqual([])
})

test("last value: the share of the candidate's values that what came last has", async () => {
  const world = await smallWorld([families.lastValue("genre")])
  world.item("heat", { genre: ["crime", "drama"] })
  world.item("ronin", { genre: ["crime", "action"] })
  world.item("alien", { genre: ["space"] })
  world.act({ user: "ann" }, "click", "alien", { time: NOW - 2 * HOUR })
  world.act({ user: "ann" }, "click", "heat", { time: NOW - HOUR })
  expect(world.ask(["heat", "ronin", "alien", "new"], { user: "ann" }).map((row) => row["genre.last"])).toEqual([1, 0.5, 0, NaN_])
  expect(world.ask(["heat"], { user: "bob" })[0]!["genre.last"]).toBeNaN()
})

test("field match: a language somebody speaks, by its name", async () => {
  const world = await smallWorld([families.fieldMatch("language")], { schema: watched })
  world.user("ann", { language: ["Swedish", "French"] })
  world.item("heat", { language: "English" })
  world.item("amelie", { language: "French" })
  expect(world.ask(["heat", "amelie", "new"], { user: "ann" }).map((row) => row["match.language"])).toEqual([0, 1, NaN_])
  expect(world.ask(["heat"], { user: "bob" })[0]!["match.language"]).toBeNaN()
})

test("age match: years above the least age of a rating, from numbers and from bands", async () => {
  const world = await smallWorld([families.ageMatch({ item: "certificate", user: "age" })], { schema: watched })
  const bands = await smallWorld([families.ageMatch({ item: "certificate", user: "band" })], { schema: watched })
  for (const { item, user } of [world, bands]) {
    user("ann", { age: 15, band: "12-17" })
    item("up", { certificate: "G" })
    item("it", { certificate: "FSK 16" })
    item("odd", { certificate: "not rated" })
  }
  const rows = world.ask(["up", "it", "odd"], { user: "ann" })
  expect(rows.map((row) => row["match.age.margin"])).toEqual([15, -1, NaN_])
  expect(rows.map((row) => row["match.age.allowed"])).toEqual([1, 0, NaN_])
  expect(bands.ask(["up", "it"], { user: "ann" }).map((row) => row["match.age.margin"])).toEqual([12, -4])
})

test.each([
  { rating: "PG-13", expected: 13 },
  { rating: "12A", expected: 12 },
  { rating: "TV-MA", expected: 17 },
  { rating: "r", expected: 17 },
  { rating: "U", expected: 0 },
  { rating: "not rated", expected: NaN_ },
])("$rating is meant for people of $expected years and more", ({ rating, expected }) => {
  expect(leastAge(rating)).toBe(expected)
})

test("group lift: the share of an item's takers that are of the user's group, over their share of all takers", async () => {
  const world = await smallWorld([families.groupLift({ field: "country", types: ["like"] })])
  for (let i = 0; i < 40; i++) world.user(`u${i}`, { country: i < 10 ? "FR" : "DE" })
  for (let i = 0; i < 40; i++) world.act({ user: `u${i}` }, "like", i < 10 ? "amelie" : "lola")
  world.act({ user: "unknown" }, "like", "amelie")
  const lifts = world.ask(["amelie", "lola", "new"], { user: "u3" }).map((row) => row["group.country.lift"]!)
  expect(lifts[0]).toBeCloseTo(Math.log((10 + 20 * 0.25) / (30 * 0.25)), 6)
  expect(lifts[1]).toBeCloseTo(Math.log((0 + 20 * 0.25) / (50 * 0.25)), 6)
  expect(lifts[2]).toBe(0)
  expect(world.ask(["amelie"], { user: "unknown" })[0]!["group.country.lift"]).toBeNaN()
  world.tell({ event: "delete", item: "amelie" })
  expect(world.ask(["lola"], { user: "u30" })[0]!["group.country.lift"]).toBeCloseTo(0, 6)
})

test("group lift: ages fall into tens, small whole numbers are groups of their own", async () => {
  const world = await smallWorld([families.groupLift({ field: "age", types: ["like"] })])
  for (const [user, age] of [
    ["a", 31],
    ["b", 38],
    ["c", 67],
  ] as const)
    world.user(user, { age })
  world.act({ user: "a" }, "like", "heat")
  world.act({ user: "c" }, "like", "ronin")
  const [heat, ronin] = world.ask(["heat", "ronin"], { user: "b" }).map((row) => row["group.age.lift"]!)
  expect(heat).toBeGreaterThan(0)
  expect(ronin).toBeLessThan(0)
})

test("season: a circle of the year, turned south of the equator; the next holiday by country, or as the request says", async () => {
  const world = await smallWorld([families.season()])
  world.user("ann", { country: "Germany" })
  world.user("eva", { country: "CL" })
  const october = Date.UTC(2026, 9, 1, 12)
  const ask = (user: string, context = {}) => world.ask(["heat"], { user, now: october, context })[0]!
  expect(ask("ann")).toMatchObject({ "holiday.days": 2, "holiday.near": 1 })
  expect(ask("eva")["holiday.days"]).toBe(31)
  expect(ask("nobody")["holiday.days"]).toBe(85)
  expect(ask("ann", { country: "United States" })["holiday.days"]).toBe(56)
  expect(ask("ann", { daysToHoliday: 7 })).toMatchObject({ "holiday.days": 7, "holiday.near": 0 })
  expect(ask("eva")["time.yearSin"]).toBeCloseTo(-ask("ann")["time.yearSin"]!, 6)
})

test.each([
  { year: 2024, expected: "2024-03-31" },
  { year: 2025, expected: "2025-04-20" },
  { year: 2026, expected: "2026-04-05" },
  { year: 2038, expected: "2038-04-25" },
])("Easter Sunday of $year: $expected", ({ year, expected }) => {
  expect(new Date(easterSunday(year) * DAY).toISOString().slice(0, 10)).toBe(expected)
})

test("property: from every day a holiday is at most eight months away in the countries of the table, and a day nearer the day after", () => {
  const day = fc.integer({ min: 18_000, max: 30_000 })
  fc.assert(
    fc.property(day, fc.constantFrom("AU", "CL", "DE", "FR", "GB", "IT", "JP", "MX", "SE", "US"), (at, country) => {
      const left = daysToHoliday(country, at)
      expect(left).toBeGreaterThanOrEqual(0)
      expect(left).toBeLessThanOrEqual(245)
      if (left > 0) expect(daysToHoliday(country, at + 1)).toBe(left - 1)
    }),
  )
})
