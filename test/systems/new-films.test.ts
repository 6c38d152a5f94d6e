import { afterAll, beforeAll, expect, test } from "vitest"
import { manualClock } from "../../src/core/index.ts"
import { type Engine, open } from "../../src/engine/index.ts"
import { audience, filmSystem, parts } from "./recommendation-worlds.ts"

const { past, now } = parts()
const users = audience.truth.users.slice(0, 60)
const isNew = (id: string) => id.startsWith("new-")

/** Films described as some that there are, under new ids: nobody has had them. */
const newcomers = past
  .filter(({ event }) => event === "item")
  .slice(0, 12)
  .map((film, at) => ({ ...film, id: `new-${at}`, item: `new-${at}`, timestamp: now }))

let [plain, raised]: Engine[] = []
let notes: readonly string[]

async function trained(boost: number): Promise<Engine> {
  const system = filmSystem({ explore: 0, newItems: { boost, hours: 48, least: 0 } })
  const engine = await open({ systems: [system], training: "inline", clock: manualClock(now) })
  await engine.observe(past)
  const made = await engine.train("films", { seed: 7 })
  notes = made.notes
  await engine.promote(made.release)
  return engine
}

const pagesOf = (engine: Engine) =>
  Promise.all(users.map(async (user) => (await engine.rank("films", { user, log: false })).items.map(({ id }) => id)))

beforeAll(async () => {
  plain = await trained(0)
  raised = await trained(3)
  for (const engine of [plain, raised]) await engine.observe(newcomers)
}, 60_000)
afterAll(async () => {
  for (const engine of [plain, raised]) await engine?.close()
})

test("new films stand on pages by what they are, for everybody others; raised odds bring more of them", async () => {
  expect(notes.join(" ")).toMatch(/New items by what they are: learned from 1\d\d items as if they were new, \d+ taken up; AUC 0\.[6-9]/)
  const [pages, more] = [await pagesOf(plain!), await pagesOf(raised!)]
  const fresh = pages.flat().filter(isNew)
  expect(new Set(fresh).size).toBeGreaterThan(1)
  expect(pages.filter((page) => !page.some(isNew)).length).toBeGreaterThan(0)
  expect(more.flat().filter(isNew).length).toBeGreaterThan(fresh.length)
})
