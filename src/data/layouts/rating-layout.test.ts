import { existsSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { Event, InteractionEvent } from "../../core/index.ts"
import { detectLayout } from "./detect.ts"
import type { DataLayout, Part } from "./layout.ts"

let folder = ""
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "layout-"))
})
afterEach(() => rm(folder, { recursive: true }))

const put = (name: string, text: string) => writeFile(join(folder, name), name.endsWith(".gz") ? gzipSync(text) : text)

async function all(layout: DataLayout, part: Part): Promise<Event[]> {
  const events: Event[] = []
  for await (const batch of layout.events(part)) events.push(...batch)
  return events
}

test("MovieLens 100K: ratings in order of time, fields from its own tables, the newest held out", async () => {
  await put("u.data.gz", "1\t10\t5\t900000003\n2\t10\t3\t900000001\n2\t11\t4\t900000002\n1\t12\t2\t900000004\n1\t11\t4\t900000005\n")
  await put(
    "u.item.gz",
    "10|Toy Story (1995)|01-Jan-1995||http://x|0|0|0|1|1|1|0|0|0|0|0|0|0|0|0|0|0|0|0\n11|Unnamed||||1|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0|0\n",
  )
  await put("u.user", "1|24|M|technician|85711\n")
  const layout = await detectLayout(folder, { testShare: 0.4 })
  expect(layout).toMatchObject({ name: "movielens-100k", timeless: false, files: ["u.data.gz", "u.item.gz", "u.user"] })
  const events = await all(layout, "train")
  expect(events[0]).toMatchObject({ event: "item", item: "10", timestamp: 900_000_001_000 })
  expect(events[0]).toHaveProperty("fields.genres", ["Animation", "Children's", "Comedy"])
  expect(events[2]).toMatchObject({ event: "user", fields: { age: 24, gender: "M", occupation: "technician", zip: "85711" } })
  expect(events[3]).toEqual({
    id: "items/u.data/2/10/900000001000",
    timestamp: 900_000_001_000,
    event: "interaction",
    item: "10",
    type: "rating",
    user: "2",
    value: 3,
  })
  expect((await all(layout, "test")).map((event) => (event as InteractionEvent).item)).toEqual(["12", "11"])
  expect([...(await layout.testTruth())]).toEqual([["1", ["11"]]])
  expect(await all(layout, "all")).toHaveLength(3 + 5)
})

test("MovieLens 1M: files between double colons, Latin-1", async () => {
  await put("ratings.dat", "1::7::5::978300760\n1::8::3::978302109\n")
  await writeFile(join(folder, "movies.dat"), Buffer.from("7::Am\u00e9lie (2001)::Comedy|Romance\n8::Alien (1979)::Horror\n", "latin1"))
  const layout = await detectLayout(folder)
  expect(layout.name).toBe("movielens-dat")
  expect((await all(layout, "train"))[0]).toMatchObject({ fields: { title: "Amélie (2001)", genres: ["Comedy", "Romance"], year: 2001 } })
})

test("MovieLens latest: CSV with a header; rows that are none are told by line", async () => {
  await put("ratings.csv", "userId,movieId,rating,timestamp\n1,7,4.5,978300760\n1,8,,978300761\n2,8,x,978300762\n2,8,1.0,978300763\n")
  await put("movies.csv", 'movieId,title,genres\n7,"American President, The (1995)",Comedy|Drama\n8,Untitled (1999),(no genres listed)\n')
  const layout = await detectLayout(folder)
  expect(layout.name).toBe("movielens-csv")
  const events = await all(layout, "all")
  expect(events[0]).toMatchObject({ fields: { title: "American President, The (1995)", year: 1995 } })
  expect(events[1]).toHaveProperty("fields.genres", [])
  expect(events.slice(2).map((event) => (event as InteractionEvent).value)).toEqual([4.5, 1])
  expect(layout.problems.map(({ file, line }) => `${file}:${line}`)).toEqual(["ratings.csv:3", "ratings.csv:4"])
})

test("Amazon reviews: quotes in a text are just quotes", async () => {
  await put(
    "reviews.tsv.gz",
    'user\titem\trating\tunix_time\thelpful\tsummary\ttext\nA1\tB1\t5\t1095465600\t1/1\t"Great\tNice\nA2\tB1\t2\t1095552000\t0/0\tbad"\tno\n',
  )
  const layout = await detectLayout(folder)
  expect(layout.name).toBe("amazon-reviews")
  expect(await all(layout, "all")).toHaveLength(2)
})

test("equal times stay on one side of the split", async () => {
  await put("u.data", Array.from({ length: 10 }, (_, i) => `1\t${i}\t5\t${900_000_000 + Math.floor(i / 5)}`).join("\n"))
  for (const testShare of [0.1, 0.4, 0.9]) {
    const layout = await detectLayout(folder, { testShare })
    expect([(await all(layout, "train")).length, (await all(layout, "test")).length]).toEqual([5, 5])
  }
})

const data = process.env.TROMMEL_DATA ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url))
test.skipIf(!existsSync(join(data, "rec-ml-100k")))(
  "the whole of MovieLens 100K and the Amazon reviews (needs the data folder)",
  async () => {
    const films = await detectLayout(join(data, "rec-ml-100k"))
    const events = await all(films, "all")
    expect(events).toHaveLength(100_000 + 943 + 1682)
    expect(new Set(events.map((event) => event.id)).size).toBe(events.length)
    expect(films.schema.user).toEqual({
      age: { type: "number" },
      gender: { type: "category" },
      occupation: { type: "category" },
      zip: { type: "category" },
    })
    expect((await all(films, "test")).length).toBeCloseTo(20_000, -2)
    const reviews = await detectLayout(join(data, "rec-amazon-instruments"))
    expect(await all(reviews, "all")).toHaveLength(10_261)
    expect([...films.problems, ...reviews.problems]).toEqual([])
  },
)
