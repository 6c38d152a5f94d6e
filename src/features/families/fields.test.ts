import { expect, test } from "vitest"
import { families, hashCollisions, hashTokens } from "../index.ts"
import { DAY, HOUR, NOW, smallWorld } from "../small-world.test.helper.ts"

const NaN_ = Number.NaN

test("boolean: 1, 0, NaN; only for booleans", async () => {
  const world = await smallWorld([families.boolean("new")])
  world.item("heat", { new: true })
  world.item("ronin", { new: false })
  expect(world.ask(["heat", "ronin", "alien"])).toEqual([{ new: 1 }, { new: 0 }, { new: NaN_ }])
  await expect(smallWorld([families.boolean("price")])).rejects.toThrow(/type boolean, came number/)
})

test("one-hot: a column a listed value, all zeros for others, NaN without a value", async () => {
  const world = await smallWorld([families.oneHot("genre", ["crime", "drama"]), families.oneHot("device", ["tv"], { of: "context" })])
  world.item("heat", { genre: ["crime", "heist"] })
  const [heat, alien] = world.ask(["heat", "alien"], { context: { device: "tv" } })
  expect(heat).toEqual({ "genre=crime": 1, "genre=drama": 0, "context.device=tv": 1 })
  expect(alien).toEqual({ "genre=crime": NaN_, "genre=drama": NaN_, "context.device=tv": 1 })
  expect(world.ask(["heat"])[0]!["context.device=tv"]).toBeNaN()
})

test("hashed: a value always falls into the same column, whatever ids were given out before", async () => {
  const rows = []
  for (const first of ["Mann", "Scott"]) {
    const world = await smallWorld([families.hashed("director", { buckets: 8 })])
    world.item("other", { director: first })
    world.item("heat", { director: "Mann" })
    rows.push(world.ask(["heat"])[0]!)
  }
  expect(rows[0]).toEqual(rows[1])
  expect(Object.values(rows[0]!).reduce((sum, value) => sum + value, 0)).toBe(1)
  const signed = await smallWorld([families.hashed("genre", { buckets: 4, signed: true })])
  signed.item("heat", { genre: Array.from({ length: 16 }, (_, i) => `g${i}`) })
  const values = Object.values(signed.ask(["heat"])[0]!)
  expect(values.some((value) => value < 0) || values.reduce((sum, value) => sum + Math.abs(value), 0) < 16).toBe(true)
  expect(() => families.hashed("genre", { buckets: 1 })).toThrow(/buckets from 2/)
})

test.each([
  { values: 1_000, buckets: 4_096 },
  { values: 20_000, buckets: 16_384 },
  { values: 50_000, buckets: 1_000_000 },
])("collisions of $values values in $buckets buckets are within 5 % of theory", ({ values, buckets }) => {
  const report = hashCollisions(
    Array.from({ length: values }, (_, i) => `product-${i * 7919}`),
    buckets,
  )
  expect(report).toMatchObject({ values, size: buckets })
  const tolerance = Math.max(0.05 * report.expected, 2 / Math.sqrt(values) / 10)
  expect(Math.abs(report.rate - report.expected)).toBeLessThan(tolerance)
})

test("a value falls where the transform of the same name puts it", async () => {
  const world = await smallWorld([families.hashed("director", { buckets: 16, signed: true })])
  world.item("heat", { director: "Mann" })
  expect(Object.values(world.ask(["heat"])[0]!)).toEqual([...hashTokens([["Mann", 1]], 16)])
})

test("vector: components, summaries, NaN when missing", async () => {
  const world = await smallWorld([families.vector("taste")])
  world.item("heat", { taste: [3, -4] })
  expect(world.ask(["heat", "ronin"])).toEqual([
    { "taste.0": 3, "taste.1": -4 },
    { "taste.0": NaN_, "taste.1": NaN_ },
  ])
  const short = await smallWorld([families.vector("taste", { as: ["norm", "mean", "min", "max"] })])
  short.item("heat", { taste: [3, -4] })
  expect(short.ask(["heat"])[0]).toEqual({ "taste.norm": 5, "taste.mean": -0.5, "taste.min": -4, "taste.max": 3 })
})

test("text statistics: counted by hand, gone when the text is unset", async () => {
  const world = await smallWorld([families.textStats("title"), families.textStats("bio", { of: "user" }), families.queryStats()])
  world.item("heat", { title: "HEAT 2: the end!" }, NOW - DAY)
  world.user("ann", { bio: "cinéma" })
  const [row] = world.ask(["heat"], { user: "ann", query: "heat 2" })
  expect(row).toMatchObject({ "title.characters": 16, "title.words": 4, "title.wordLength": 2.75, "title.digits": 1 / 16 })
  expect(row).toMatchObject({ "title.capitals": 0.25, "title.symbols": 0.125, "user.bio.characters": 6, "user.bio.words": 1 })
  expect(row).toMatchObject({ "query.characters": 6, "query.words": 2 })
  expect(row!["query.digits"]).toBeCloseTo(1 / 6, 6)
  world.item("heat", { title: null })
  expect(world.ask(["heat"])[0]).toMatchObject({ "title.characters": NaN_, "query.words": NaN_ })
  await expect(smallWorld([families.textStats("price")])).rejects.toThrow(/type text or category/)
})

test("external values carry their age and are missing once too old", async () => {
  const world = await smallWorld([families.external("price", { maxAgeHours: 2 }), families.external("age", { of: "user" })])
  world.item("heat", { price: 7 }, NOW - HOUR)
  world.item("ronin", { price: 8 }, NOW - 3 * HOUR)
  world.user("ann", { age: 30 }, NOW - 6 * HOUR)
  expect(world.ask(["heat", "ronin", "alien"], { user: "ann" })).toEqual([
    { price: 7, "price.ageHours": 1, "user.age": 30, "user.age.ageHours": 6 },
    { price: NaN_, "price.ageHours": 3, "user.age": 30, "user.age.ageHours": 6 },
    { price: NaN_, "price.ageHours": NaN_, "user.age": 30, "user.age.ageHours": 6 },
  ])
})

test("embeddings: dot, cosine, distance with the user's, the context's and the page's", async () => {
  const world = await smallWorld([
    families.vectorMatch("taste", { with: { of: "user", field: "taste" } }),
    families.vectorMatch("taste", { with: { of: "context", field: "embedding" }, by: ["cosine"] }),
    families.vectorMatch("taste", { with: { of: "page" }, by: ["distance"] }),
  ])
  world.item("heat", { taste: [3, 4] })
  world.item("ronin", { taste: [0, 0] })
  world.user("ann", { taste: [0, 1] })
  const [heat, ronin, alien] = world.ask(["heat", "ronin", "alien"], { user: "ann", item: "heat", context: { embedding: [1, 0] } })
  expect(heat!["taste.user.taste.dot"]).toBe(4)
  expect(heat!["taste.user.taste.cosine"]).toBeCloseTo(0.8, 6)
  expect(heat!["taste.user.taste.distance"]).toBeCloseTo(Math.sqrt(18), 5)
  expect(heat!["taste.context.embedding.cosine"]).toBeCloseTo(0.6, 6)
  expect(heat!["taste.page.distance"]).toBe(0)
  expect(ronin).toMatchObject({ "taste.user.taste.dot": 0, "taste.user.taste.cosine": NaN_, "taste.page.distance": 5 })
  expect(alien).toMatchObject({ "taste.user.taste.dot": NaN_, "taste.page.distance": NaN_ })
  expect(world.ask(["heat"], { context: { embedding: [1] } })[0]!["taste.context.embedding.cosine"]).toBeNaN()
})

test("a cross has one column a combination; all zeros or NaN when a part is missing", async () => {
  const parts = [
    { field: "director", of: "item" },
    { field: "device", of: "context" },
  ] as const
  const columns = await smallWorld([families.cross(parts, { buckets: 16 })])
  const code = await smallWorld([families.cross(parts, { buckets: 1024, as: "code" })])
  const bucket = (film: string, device?: string) => {
    const asked = device === undefined ? {} : { context: { device } }
    const row = columns.ask([film], asked)[0]!
    const ones = Object.keys(row).filter((column) => row[column] === 1)
    return { ones: ones.length, code: code.ask([film], asked)[0]!["directorxcontext.device"]! }
  }
  for (const world of [columns, code]) {
    world.item("heat", { director: "Mann" })
    world.item("ronin", { director: "Frankenheimer" })
  }
  expect(bucket("heat", "tv").ones).toBe(1)
  expect(bucket("heat")).toEqual({ ones: 0, code: NaN_ })
  const codes = ["heat", "ronin"].flatMap((film) => ["tv", "phone"].map((device) => bucket(film, device).code))
  expect(new Set(codes).size).toBe(4)
  expect(bucket("heat", "tv").code).toBe(codes[0])
})
