import { afterAll, beforeAll, expect, test } from "vitest"
import { type Clock, field, manualClock, random } from "../../core/index.ts"
import { open } from "../../engine/index.ts"
import { recommendation } from "./index.ts"

const DIMENSION = 8
const START = Date.UTC(2026, 8, 1)
const shop = () =>
  recommendation({
    name: "pictures",
    collection: "pictures",
    schema: { item: { title: field.text(), look: field.vector(DIMENSION) } },
    timeoutMs: 30_000,
  })

const draw = random(5)
const looks = Array.from({ length: 60 }, () => Float32Array.from({ length: DIMENSION }, () => draw.normal()))
const pictureEvent = (n: number, look: ArrayLike<number> | null, at: number) => ({
  id: `p${n}-${at}`,
  timestamp: START + at,
  event: "item",
  collection: "pictures",
  item: `p${n}`,
  fields: { title: `Picture ${n}`, look: look === null ? null : Array.from(look) },
})
const like = (user: string, n: number, at: number) => ({
  id: `${user}-${n}`,
  timestamp: START + at,
  event: "interaction",
  collection: "pictures",
  user,
  item: `p${n}`,
  type: "like",
})

function cosine(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let [dot, aa, bb] = [0, 0, 0]
  for (let d = 0; d < a.length; d++) {
    dot += a[d]! * b[d]!
    aa += a[d]! ** 2
    bb += b[d]! ** 2
  }
  return dot / Math.sqrt(aa * bb)
}

async function gallery() {
  const clock: Clock & { advance(ms: number): void } = manualClock(START + 10 * 86_400_000)
  const engine = await open({ systems: [shop()], training: "inline", clock })
  await engine.observe(looks.map((look, n) => pictureEvent(n, look, n)))
  await engine.observe(Array.from({ length: 240 }, (_, at) => like(`u${at % 24}`, (at * 7) % 60, 1000 + at)))
  const { release } = await engine.train("pictures", { seed: 1 })
  await engine.promote(release)
  const nearest = async (request: object, after?: string) =>
    (await engine.rank("pictures", { ...request, sort: "nearest", limit: 5, log: false, ...(after === undefined ? {} : { after }) })).items
  return { engine, nearest }
}

let made: Awaited<ReturnType<typeof gallery>>
beforeAll(async () => {
  made = await gallery()
}, 60_000)
afterAll(() => made.engine.close())

test("an item's page by its vector: the nearest by cosine, as brute force has them", async () => {
  const { nearest } = made
  const found = (await nearest({ item: "p3" })).map(({ id }) => id)
  const wanted = [...looks.keys()].filter((n) => n !== 3).sort((a, b) => cosine(looks[b]!, looks[3]!) - cosine(looks[a]!, looks[3]!))
  expect(found).toEqual(wanted.slice(0, 5).map((n) => `p${n}`))
})

test("what comes, changes, loses its vector or goes shows in the very next answer", async () => {
  const { engine, nearest } = made
  const twin = looks[3]!.map((value) => value * 1.01)
  let { position } = await engine.observe([pictureEvent(100, twin, 9000)])
  expect((await nearest({ item: "p3" }, position))[0]!.id).toBe("p100")
  position = (await engine.observe([pictureEvent(7, twin, 9001), pictureEvent(100, null, 9002)])).position
  const changed = (await nearest({ item: "p3" }, position)).map(({ id }) => id)
  expect([changed[0], changed.includes("p100")]).toEqual(["p7", false])
  position = (await engine.observe([{ id: "gone", timestamp: START + 9003, event: "delete", collection: "pictures", item: "p7" }])).position
  expect((await nearest({ item: "p3" }, position)).map(({ id }) => id)).not.toContain("p7")
})

test("a vector of another length or without finite numbers is refused at the edge", async () => {
  const { engine, nearest } = made
  const before = await nearest({ item: "p3" })
  const { rejected } = await engine.observe([
    pictureEvent(200, looks[0]!.subarray(1), 9100),
    { ...pictureEvent(201, looks[0]!, 9101), fields: { title: "x", look: [Number.NaN, 0, 0, 0, 0, 0, 0, 0] } },
  ])
  expect(rejected.map(({ index }) => index)).toEqual([0, 1])
  expect(await nearest({ item: "p3" })).toEqual(before)
})

test("a person is answered by the mean direction of what they had; somebody without vectors by the fallback", async () => {
  const { engine, nearest } = made
  const { position } = await engine.observe([like("one", 3, 20_000)])
  const found = await nearest({ user: "one" }, position)
  expect(found.map(({ id }) => id)).not.toContain("p3")
  expect(cosine(looks[Number(found[0]!.id.slice(1))]!, looks[3]!)).toBeGreaterThan(0.3)
  expect((await nearest({ user: "nobody" })).length).toBe(5)
})
