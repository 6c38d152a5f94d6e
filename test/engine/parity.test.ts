import { expect, test } from "vitest"
import { type LogEntry, random } from "../../src/core/index.ts"
import { restoreIds } from "../../src/engine/id-names.ts"
import { open } from "../../src/engine/index.ts"
import { Catalogue, compareServed, type ReplayRead, type RequestRows, readOfServed, replay } from "../../src/features/index.ts"
import { memoryState, memoryValues, openStore } from "../../src/storage/index.ts"
import { films, handClock, smallEngine, tempFolder } from "./small-world.ts"

const HOUR = 3_600_000
const REQUESTS = 2100

test("features served through the engine equal those of a replay, cell by cell: 2,100 requests among events of which 5 % are late", async () => {
  const folder = await tempFolder()
  const clock = handClock()
  const { engine } = await smallEngine({ store: folder.path, clock, log: { traceEvery: 0 } })
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
        const fields = { title: "Changed", genres: ["drama", "crime"], year: 1900 + chance.integer(120) }
        return { id, timestamp, event: "item", collection: "films", item: `f${chance.integer(64)}`, fields }
      }
      const type = kind < 0.1 ? "hide" : "like"
      return { id, timestamp, event: "interaction", collection: "films", ...user, item: `f${chance.integer(64)}`, type }
    })
  for (let round = 0; round < REQUESTS / 3; round++) {
    clock.advance(chance.integer(HOUR / 2))
    // Requests and events under way at once, as a server has them: events come at any step of a request.
    const steps = chance.integer(60)
    const ranks = [0, 1, 2].map(() => {
      const who = chance.next() < 0.9 ? { user: `u${chance.integer(110)}` } : { session: `s${chance.integer(20)}` }
      return engine.rank("films", { ...who, limit: 8, ...(chance.next() < 0.1 ? { item: "f3" } : {}) })
    })
    for (let step = 0; step < steps; step++) await Promise.resolve()
    await Promise.all([...ranks, engine.observe(events(round))])
  }
  await engine.close()

  const store = await openStore({ dir: folder.path, mode: "read" })
  const { ids } = await restoreIds(store.values)
  const set = films.features({ ids, timeless: false })
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
  expect(served.length).toBeGreaterThan(REQUESTS * 0.7)
  expect(report.rows).toBeGreaterThan(REQUESTS * 4)
  expect(report.mismatches).toEqual([])
  expect([report.differing, report.missing]).toEqual([0, 0])
  await store.close()
  const again = await open({ store: folder.path, systems: [films], mode: "read", clock })
  expect(again.handlers.health().status).toBe("ok")
  await again.close()
  await folder.dispose()
}, 60_000)
