import { expect, test } from "vitest"
import { type Clock, field, manualClock } from "../../core/index.ts"
import { open } from "../../engine/index.ts"
import { recommendation } from "./index.ts"

const START = Date.UTC(2026, 8, 1)
const DAY = 86_400_000
const PEOPLE = 120
const ITEMS = 48

const songs = recommendation({ name: "songs", collection: "songs", schema: { item: { title: field.text() } }, timeoutMs: 30_000 })
const songEvent = (name: string, at: number) => ({
  id: `song-${name}`,
  timestamp: at,
  event: "item",
  collection: "songs",
  item: name,
  fields: { title: name },
})
const play = (person: number, item: string, at: number) => ({
  id: `${person}-${item}`,
  timestamp: at,
  event: "interaction",
  collection: "songs",
  user: `p${person}`,
  item,
  type: "like",
})

/** Everybody likes songs of their own kind, even or odd. */
function* past() {
  for (let person = 0; person < PEOPLE; person++) {
    for (let n = 0; n < 10; n++) yield play(person, `s${(person % 2) + 2 * ((person * 7 + n * 5) % (ITEMS / 2))}`, START + n * DAY + person)
  }
}

test("a song that came after the training is found by its listeners' like within seconds, and by nobody else", async () => {
  const clock: Clock & { advance(ms: number): void } = manualClock(START + 12 * DAY)
  const engine = await open({ systems: [songs], training: "inline", clock })
  await engine.observe(Array.from({ length: ITEMS }, (_, n) => songEvent(`s${n}`, START)))
  await engine.observe([...past()])
  const { release } = await engine.train("songs", { seed: 1 })
  await engine.promote(release)
  const page = async (person: number) => {
    clock.advance(3000)
    const { items } = await engine.rank("songs", { user: `p${person}`, sort: "factors", limit: 12, log: false })
    // What was taken up is worked in beside the requests.
    await new Promise((resolve) => setTimeout(resolve, 100))
    return items.map(({ id }) => id)
  }
  await page(100)
  await engine.observe([songEvent("fresh", START + 12 * DAY)])
  expect(await page(100)).not.toContain("fresh")
  await engine.observe(Array.from({ length: 12 }, (_, n) => play(2 * n, "fresh", START + 12 * DAY + 60_000 + n)))
  await page(100)
  const [even, odd] = [await page(100), await page(101)]
  expect(even).toContain("fresh")
  expect(odd.indexOf("fresh") === -1 || odd.indexOf("fresh") > even.indexOf("fresh")).toBe(true)
  await engine.close()
})
