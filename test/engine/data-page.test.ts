import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterEach, expect, test } from "vitest"
import { type Engine, open } from "../../src/engine/index.ts"
import { films, handClock, NOW, smallWorld, tempFolder } from "./small-world.ts"

const closing: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close()
})

async function storedWorld(): Promise<{ engine: Engine; path: string }> {
  const { path, dispose } = await tempFolder()
  const engine = await open({ store: path, systems: [films], clock: handClock() })
  closing.push(dispose, () => engine.close())
  await engine.observe(smallWorld())
  return { engine, path }
}

test("data is looked at, its schema frozen into a file, and what comes later is held against it by name", async () => {
  const { engine, path } = await storedWorld()
  const first = await engine.data("films")
  expect(first).toMatchObject({ schemaFile: null, frozen: false, card: { items: 60 } })
  expect(first.violations).toBeUndefined()
  const year = first.features.families.find(({ family }) => family === "number item.year")!
  expect(year).toMatchObject({ actors: ["item"], columns: ["year"], personal: false, bytes: 60 * 24 })
  expect(year.nsPerRow).toBeGreaterThanOrEqual(0)
  expect(year.stalenessMs).toBeGreaterThanOrEqual(0)
  expect((await engine.data("films", { freeze: true })).frozen).toBe(true)
  const file = await readFile(join(path, "schema.json"), "utf8")
  expect(JSON.parse(file).films.fields["item.year"]).toEqual({
    type: "number",
    category: "discrete",
    presentAtLeast: 0.95,
    min: 1960,
    max: 2019,
  })
  expect((await engine.data("films")).violations).toEqual([])
  await engine.observe([
    { id: "old", timestamp: NOW, event: "item", collection: "films", item: "f1", fields: { title: "An old film", year: 1900 } },
    { id: "odd", timestamp: NOW, event: "interaction", collection: "films", user: "u1", item: "f1", type: "stare" },
  ])
  const later = await engine.data("films")
  expect(later.violations!.map(({ field, rule }) => [field, rule])).toEqual([
    ["item.year", "range"],
    ["stare", "interaction type"],
  ])
  expect(await readFile(join(path, "schema.json"), "utf8")).toBe(file)
})

test("freezing twice writes the same bytes; another file can be named, and a broken one is refused", async () => {
  const { engine, path } = await storedWorld()
  const named = join(path, "review", "films.json")
  await engine.data("films", { freeze: true, schema: named })
  const once = await readFile(named, "utf8")
  await engine.data("films", { freeze: true, schema: named })
  expect(await readFile(named, "utf8")).toBe(once)
  await writeFile(named, '{ "films": { "format": 2 } }')
  await expect(engine.data("films", { schema: named })).rejects.toThrow(
    "expected JSON of schemas by system, format 1, came format 2 of films",
  )
})

test("the page that the Studio asks for is shared by all who ask within some seconds", async () => {
  const { engine } = await storedWorld()
  const [one, two] = await Promise.all([engine.handlers.data("films"), engine.handlers.data("films")])
  expect(two).toBe(one)
  expect(one.card.interactions.count).toBeGreaterThan(500)
  await expect(engine.handlers.data("flims")).rejects.toThrow("a system among films")
})
