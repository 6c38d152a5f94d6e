import { existsSync } from "node:fs"
import { mkdtemp, rm, writeFile } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { gzipSync } from "node:zlib"
import { afterEach, beforeEach, expect, test } from "vitest"
import type { Event } from "../../core/index.ts"
import { detectLayout } from "./detect.ts"
import { type DataLayout, type Part, TIMELESS_TIMESTAMP } from "./layout.ts"

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

test("two files are enough, packed or not, with gaps in the ids and no last line end", async () => {
  await put("train.txt.gz", "7 3 900\n0 3 3\n9\n")
  await put("test.txt", "7 12\r\n0 900 4")
  const layout = await detectLayout(folder, { collection: "films" })
  expect(layout).toMatchObject({ name: "movielens-implicit", timeless: true, schema: { item: {} } })
  expect(await all(layout, "train")).toEqual([
    {
      id: "films/train.txt/7/3",
      timestamp: TIMELESS_TIMESTAMP,
      event: "interaction",
      item: "3",
      collection: "films",
      type: "interaction",
      user: "7",
    },
    {
      id: "films/train.txt/7/900",
      timestamp: TIMELESS_TIMESTAMP,
      event: "interaction",
      item: "900",
      collection: "films",
      type: "interaction",
      user: "7",
    },
    {
      id: "films/train.txt/0/3",
      timestamp: TIMELESS_TIMESTAMP,
      event: "interaction",
      item: "3",
      collection: "films",
      type: "interaction",
      user: "0",
    },
  ])
  expect([...(await layout.testTruth())]).toEqual([
    ["7", ["12"]],
    ["0", ["900", "4"]],
  ])
  expect(await all(layout, "all")).toHaveLength(6)
})

test("item and user tables become events with guessed fields, before the interactions", async () => {
  await put("train.txt", "0 1")
  await put("test.txt", "0 2")
  await put("items.tsv.gz", "item\tmovie_id\ttitle\tgenres\n1\t55\tAlien (1979)\tHorror|Sci-Fi\n2\t56\tHeat (1995)\tCrime\n")
  await put("users.tsv.gz", "user\tage\tzip\n0\t25\t02139\n")
  const layout = await detectLayout(folder)
  expect(layout.schema).toEqual({
    item: { title: { type: "text" }, genres: { type: "categories" }, year: { type: "number" } },
    user: { age: { type: "number" }, zip: { type: "category" } },
  })
  const events = await all(layout, "train")
  expect(events.map((event) => event.event)).toEqual(["item", "item", "user", "interaction"])
  expect(events[0]).toMatchObject({ item: "1", fields: { title: "Alien (1979)", genres: ["Horror", "Sci-Fi"], year: 1979 } })
  expect(events[2]).toMatchObject({ user: "0", fields: { age: 25, zip: "02139" } })
  expect((await all(layout, "test")).map((event) => event.event)).toEqual(["interaction"])
  expect(await all(layout, "train")).toEqual(events)
})

test("an unknown folder lists the known layouts and what it found", async () => {
  await put("stuff.csv", "a,b")
  await expect(detectLayout(folder)).rejects.toThrow(/movielens-implicit: train\.txt and test\.txt.*came stuff\.csv/)
  await expect(detectLayout(join(folder, "none"))).rejects.toThrow("expected a folder")
})

test("a file cut in the middle is named", async () => {
  await put("test.txt", "0 1")
  await writeFile(join(folder, "train.txt.gz"), gzipSync("0 1 2 3 4 5 6 7 8 9\n".repeat(1000)).subarray(0, 40))
  const layout = await detectLayout(folder)
  await expect(all(layout, "train")).rejects.toThrow("train.txt.gz: expected a whole gzip file")
})

const data = process.env.TROMMEL_DATA ?? fileURLToPath(new URL("../../../../shared/data", import.meta.url))
const set = join(data, "rec-ml-1m-implicit")
test.skipIf(!existsSync(set))(
  "MovieLens 1M implicit: 801,218 train and 197,321 test interactions of 6,040 users (needs the data folder)",
  async () => {
    const layout = await detectLayout(set)
    let interactions = 0
    for await (const batch of layout.events("train")) for (const event of batch) if (event.event === "interaction") interactions++
    const truth = await layout.testTruth()
    expect(interactions).toBe(801_218)
    expect(truth.size).toBe(6040)
    expect([...truth.values()].reduce((sum, items) => sum + items.length, 0)).toBe(197_321)
  },
)
