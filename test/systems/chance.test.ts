import { afterAll, beforeAll, expect, test } from "vitest"
import { deadlineIn, random, type ServedRecord, systemClock } from "../../src/core/index.ts"
import type { RankRequest } from "../../src/definition/index.ts"
import { open } from "../../src/engine/index.ts"
import { loadRelease } from "../../src/engine/live-releases.ts"
import { openTenant } from "../../src/engine/tenant.ts"
import { TraceRecorder } from "../../src/funnel/index.ts"
import { openStore, type Store } from "../../src/storage/index.ts"
import { type RecommendationOptions, recommendation } from "../../src/systems/index.ts"
import { handClock, NOW, schema, smallWorld, tempFolder } from "../engine/small-world.ts"

const HOUR = 3_600_000
const options: RecommendationOptions = { name: "films", collection: "films", schema, timeoutMs: 30_000, retrieve: 20 }
let folder: Awaited<ReturnType<typeof tempFolder>>
let store: Store
let release: string

beforeAll(async () => {
  folder = await tempFolder()
  const system = recommendation(options)
  const engine = await open({ store: folder.path, systems: [system], training: "inline", clock: handClock() })
  await engine.observe(smallWorld())
  const fresh = Array.from({ length: 9 }, (_, film) => ({
    ...{ id: `new-${film}`, timestamp: NOW - (film + 1) * HOUR, event: "item", collection: "films", item: `new${film}` },
    fields: { title: `New ${film}`, genres: [["drama", "comedy", "crime", "space"][film % 4]!], year: 1985 },
  }))
  await engine.observe(fresh)
  release = (await engine.train("films")).release
  await engine.promote(release)
  await engine.close()
  store = await openStore({ dir: folder.path, mode: "read" })
})
afterAll(async () => {
  await store.close()
  await folder.dispose()
})

interface Answer {
  readonly items: readonly string[]
  readonly chances: ArrayLike<number> | undefined
}

/** Answers of the release with other options of the page, each by the chance of its seed. */
async function answering(more: RecommendationOptions): Promise<(request: RankRequest, seed: number) => Promise<Answer>> {
  const tenant = await openTenant({ store, systems: [recommendation({ ...options, ...more })] })
  const { served } = await loadRelease(store, tenant, "films", release, handClock())
  const now = handClock().now()
  const films = tenant.ids.collection("films")
  return async (request, seed) => {
    const prepared = served.prepare(request, now)
    const run = await prepared.run({
      ...{ requestId: `${seed}`, now, random: random(seed), signal: new AbortController().signal },
      deadline: deadlineIn(30_000, systemClock),
      release: { id: release, part: (name) => served.part(name) },
      features: {
        columns: prepared.featureSet.columns,
        read: (list) => prepared.featureSet.read(tenant.tables, prepared.features, list),
      },
      trace: new TraceRecorder({ detailed: false }),
    })
    expect(run.degraded).toEqual([])
    const { ids, size } = run.candidates
    return { items: Array.from(ids.subarray(0, size), (dense) => films.name(dense)), chances: prepared.propensities!(run) }
  }
}

test.each([
  { name: "exploration and new items, with caps", more: { explore: 0.3 }, request: { user: "u1", limit: 20 } },
  { name: "a small page within the caps' window", more: { explore: 0.2 }, request: { user: "u2", limit: 8 } },
  { name: "no caps, much exploration", more: { explore: 0.6, caps: [] }, request: { user: "u3", limit: 12 } },
  { name: "places for new items alone", more: { newItems: { boost: 0, hours: 48, least: 7 } }, request: { user: "u4", limit: 6 } },
  { name: "the second page", more: { explore: 0.3 }, request: { user: "u5", limit: 10, cursor: "o10" } },
])("propensities are how often it happens: $name", async ({ more, request }) => {
  const answer = await answering(more)
  const stated = new Map<string, number>()
  const seen = new Map<string, number>()
  const runs = 300
  for (let seed = 0; seed < runs; seed++) {
    const { items, chances } = await answer(request, seed)
    for (const [place, id] of items.entries()) {
      const one = `${id} at ${place}`
      // The same item in the same place has the same probability, whatever else was drawn.
      if (stated.has(one)) expect(chances![place], one).toBe(stated.get(one))
      stated.set(one, chances![place]!)
      seen.set(one, (seen.get(one) ?? 0) + 1)
    }
    expect(new Set(items).size).toBe(items.length)
  }
  const places = new Map<number, number>()
  for (const [one, chance] of stated) {
    expect(chance).toBeGreaterThan(0)
    expect(chance).toBeLessThanOrEqual(1)
    const spread = Math.sqrt((chance * (1 - chance)) / runs)
    expect(Math.abs(seen.get(one)! / runs - chance), `${one}: ${chance} stated`).toBeLessThanOrEqual(4.5 * spread + 1e-9)
    const place = Number(one.split(" at ")[1])
    places.set(place, (places.get(place) ?? 0) + chance)
  }
  // All that may stand in a place, together, stand there for sure; what is rarest may not have come.
  for (const [place, sum] of places) {
    expect(sum, `place ${place}`).toBeLessThanOrEqual(1 + 1e-5)
    expect(sum, `place ${place}`).toBeGreaterThan(0.9)
  }
  expect([...stated.values()].some((chance) => chance < 1)).toBe(true)
})

test("caps hold whatever chance brings", async () => {
  const answer = await answering({ explore: 0.6, caps: [{ field: "genres", most: 4, within: 10 }] })
  const genreOf = (id: string) => Number(id.replace(/\D/g, "")) % 4
  for (let seed = 0; seed < 300; seed++) {
    const { items } = await answer({ user: `u${seed % 40}`, limit: 20 }, seed)
    const counts = [0, 0, 0, 0]
    for (const id of items.slice(0, 10)) counts[genreOf(id)]!++
    expect(Math.max(...counts)).toBeLessThanOrEqual(4)
  }
})

test("without chance every item has 1, where the request wants another order too", async () => {
  const answer = await answering({ newItems: { boost: 0.1, hours: 48, least: 0 } })
  for (const request of [{ user: "u1" }, { user: "u1", sort: "score" }, { user: "u1", items: ["f2", "f3"] }, { item: "f3" }]) {
    const { items, chances } = await answer({ ...request, limit: 7 }, 1)
    expect([request, ...Array.from(chances ?? [])]).toEqual([request, ...items.map(() => 1)])
  }
})

test("what is served is logged with its propensities; a page ranked ahead keeps those of its draw", async () => {
  const logged = await tempFolder()
  const system = recommendation({ ...options, explore: 0.5 })
  const engine = await open({ store: logged.path, systems: [system], training: "inline", clock: handClock() })
  await engine.observe(smallWorld())
  await engine.promote((await engine.train("films")).release)
  await engine.export("films", { storePages: true, users: ["u1"], limit: 12 })
  for (const stored of [false, true]) await engine.rank("films", { user: "u1", limit: 12, stored })
  await engine.close()
  const reader = await openStore({ dir: logged.path, mode: "read" })
  const served: ServedRecord[] = []
  for await (const batch of reader.log.read()) for (const { record } of batch) if (record.event === "served") served.push(record)
  await reader.close()
  await logged.dispose()
  expect(served).toHaveLength(2)
  for (const { items, propensities } of served) {
    expect(propensities).toHaveLength(items.length)
    expect(propensities!.slice(0, 3)).toEqual([1, 1, 1])
    // The place kept for a new item is not explored.
    const open = propensities!.filter((_, place) => place > 2 && place !== 7)
    expect(open.every((chance) => chance > 0 && chance < 1)).toBe(true)
  }
})
