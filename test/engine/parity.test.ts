import { expect, test } from "vitest"
import { field, type LogEntry, random } from "../../src/core/index.ts"
import type { SystemDefinition } from "../../src/definition/index.ts"
import { restoreIds } from "../../src/engine/id-names.ts"
import { open } from "../../src/engine/index.ts"
import { Catalogue, compareServed, type ReplayRead, type RequestRows, readOfServed, replay } from "../../src/features/index.ts"
import { memoryState, memoryValues, openStore } from "../../src/storage/index.ts"
import { recommendation } from "../../src/systems/index.ts"
import { films, handClock, schema, smallEngine, tempFolder } from "./small-world.ts"

const HOUR = 3_600_000
const REQUESTS = 2100

/** Films with makers, languages and ratings, for people with an age, a place and languages: every column that a schema can ask for, codes too. */
const peopled = recommendation({
  name: "films",
  collection: "films",
  ranker: "blend",
  timeoutMs: 30_000,
  schema: {
    item: { ...schema.item, director: field.category(), language: field.category(), certificate: field.category(), taste: field.vector(2) },
    user: { age: field.number(), gender: field.category(), country: field.category(), language: field.categories() },
    context: { device: field.category(), battery: field.number() },
  },
})

test.each([
  { name: "a schema of films alone", system: films, requests: REQUESTS },
  { name: "a schema of films and people", system: peopled, requests: 900 },
])(
  "features served through the engine equal those of a replay, cell by cell, by $name: $requests requests, 5 % of events late",
  async ({ system, requests }) => {
    await servedEqualsReplayed(system, requests)
  },
  60_000,
)

async function servedEqualsReplayed(system: SystemDefinition, requests: number): Promise<void> {
  const folder = await tempFolder()
  const clock = handClock()
  const { engine } = await smallEngine({ store: folder.path, clock, log: { traceEvery: 0 }, systems: [system] })
  const chance = random(11)
  const events = (round: number) =>
    Array.from({ length: 1 + chance.integer(4) }, (_, i) => {
      const late = chance.next() < 0.05 ? Math.floor(chance.next() * 40 * 24 * HOUR) : 0
      const id = `p${round}-${i}`
      const timestamp = clock.now() - late
      const user = chance.next() < 0.9 ? { user: `u${chance.integer(100)}` } : { session: `s${chance.integer(20)}` }
      const kind = chance.next()
      if (kind < 0.02) return { id, timestamp, event: "alias", from: `s${chance.integer(20)}`, to: `u${chance.integer(100)}` }
      if (kind < 0.04) {
        const fields = { title: "Changed", genres: ["drama", "crime"], year: 1900 + chance.integer(120), ...itemFields(chance) }
        return { id, timestamp, event: "item", collection: "films", item: `f${chance.integer(64)}`, fields }
      }
      if (kind < 0.1 && system === peopled)
        return { id, timestamp, event: "user", user: `u${chance.integer(100)}`, fields: userFields(chance) }
      const type = kind < 0.1 ? "hide" : "like"
      return { id, timestamp, event: "interaction", collection: "films", ...user, item: `f${chance.integer(64)}`, type }
    })
  for (let round = 0; round < requests / 3; round++) {
    clock.advance(chance.integer(HOUR / 2))
    // Requests and events under way at once, as a server has them: events come at any step of a request.
    const steps = chance.integer(60)
    const ranks = [0, 1, 2].map(() => {
      const who = chance.next() < 0.9 ? { user: `u${chance.integer(110)}` } : { session: `s${chance.integer(20)}` }
      const context =
        system === peopled && chance.next() < 0.5
          ? { context: { device: `d${chance.integer(3)}`, battery: chance.next(), country: "US" } }
          : {}
      // One in three is a page in rows: what its rows read must be replayed too, each from the row's own record.
      if (system === peopled && chance.next() < 0.3) return engine.page("films", { ...who, ...context, limit: 4, rows: 4 })
      return engine.rank("films", { ...who, ...context, limit: 8, ...(chance.next() < 0.1 ? { item: "f3" } : {}) })
    })
    for (let step = 0; step < steps; step++) await Promise.resolve()
    await Promise.all([...ranks, engine.observe(events(round))])
  }
  await engine.close()

  const store = await openStore({ dir: folder.path, mode: "read" })
  const { ids } = await restoreIds(store.values)
  const set = system.features({ ids, timeless: false })
  const served: RequestRows[] = []
  for await (const row of store.features.all()) {
    expect(row.schemaHash).toBe(set.schemaHash)
    served.push(row)
  }
  const entries: LogEntry[] = []
  for await (const batch of store.log.read()) entries.push(...batch)
  const has = new Map(served.map((row) => [row.requestId, row]))
  const reads = entries
    .map((entry) => readOfServed(entry, "films"))
    .filter((read): read is ReplayRead => read !== undefined && has.has(read.requestId))
    .sort((a, b) => a.readAt - b.readAt)
  const { tables } = await memoryState().open(set.declarations, "replay")
  const replayed: RequestRows[] = []
  await replay({
    entries: (async function* () {
      yield entries
    })(),
    ...{ set, tables, ids, at: reads, catalogue: new Catalogue({ ids, values: memoryValues() }) },
    onRead: ({ read, candidates, rows }) => replayed.push({ requestId: read.requestId, ids: candidates.ids, values: rows }),
  })
  const report = await compareServed({ columns: set.columns, served, replayed })
  expect(served.length).toBeGreaterThan(requests * 0.7)
  expect(report.rows).toBeGreaterThan(requests * 4)
  expect(report.mismatches).toEqual([])
  expect([report.differing, report.missing]).toEqual([0, 0])
  await store.close()
  const again = await open({ store: folder.path, systems: [system], mode: "read", clock })
  expect(again.handlers.health().status).toBe("ok")
  await again.close()
  await folder.dispose()
}

function itemFields(chance: ReturnType<typeof random>) {
  const rating = ["G", "PG-13", "FSK 16"][chance.integer(3)]!
  return {
    director: `d${chance.integer(5)}`,
    language: ["en", "fr"][chance.integer(2)]!,
    certificate: rating,
    taste: [chance.normal(), chance.normal()],
  }
}

function userFields(chance: ReturnType<typeof random>) {
  return {
    age: 10 + chance.integer(60),
    gender: ["f", "m"][chance.integer(2)]!,
    country: ["Chile", "DE"][chance.integer(2)]!,
    language: chance.next() < 0.5 ? ["en"] : ["fr", "sv"],
  }
}
