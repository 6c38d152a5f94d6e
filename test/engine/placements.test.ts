import { afterAll, beforeAll, expect, test } from "vitest"
import type { LogEntry, ServedRecord } from "../../src/core/index.ts"
import { joinLabels, type LabelledList } from "../../src/data/index.ts"
import { type Engine, open } from "../../src/engine/index.ts"
import { openStore } from "../../src/storage/index.ts"
import { films, handClock, NOW, smallEngine, tempFolder } from "./small-world.ts"

let engine: Engine
let folder: Awaited<ReturnType<typeof tempFolder>>
const clock = handClock()
const asked: { readonly requestId: string; readonly placement: string; readonly first: string }[] = []
const rank = (request: object) => engine.handlers.rank("films", { limit: 3, ...request }, new AbortController().signal)

beforeAll(async () => {
  folder = await tempFolder()
  engine = (await smallEngine({ store: folder.path, clock })).engine
  const requests = [
    { user: "u1" },
    { user: "u2", placement: "home" },
    { item: "f8", user: "u1" },
    { session: "s1", item: "f9", placement: "item" },
  ]
  for (const [at, request] of requests.entries()) {
    clock.advance(1000)
    const { requestId, items } = await rank(request)
    asked.push({ requestId, placement: at < 2 ? "home" : "item", first: items[0]!.id })
  }
  await rank({ user: "u3", log: false })
  // What was first on u2's home page and on u1's item page is clicked.
  const click = (at: number, who: object) => ({
    ...{ id: `click-${at}`, timestamp: NOW + 10_000, event: "interaction", collection: "films", type: "click" },
    ...{ item: asked[at]!.first, request: asked[at]!.requestId, ...who },
  })
  clock.advance(10_000)
  await engine.observe([click(1, { user: "u2" }), click(2, { user: "u1" })])
})
afterAll(async () => {
  await engine.close()
  await folder.dispose()
})

async function logged(): Promise<LogEntry[]> {
  const store = await openStore({ dir: folder.path, mode: "read" })
  const entries: LogEntry[] = []
  for await (const batch of store.log.read()) entries.push(...batch)
  await store.close()
  return entries
}

test("every served record has its placement, also where the request left it out", async () => {
  const served = (await logged()).map(({ record }) => record).filter((record): record is ServedRecord => record.event === "served")
  expect(served.map(({ id, placement }) => [id, placement])).toEqual(asked.map(({ requestId, placement }) => [requestId, placement]))
})

test("requests of each placement are listed by themselves, newest first, here and in another process", async () => {
  const reader = await open({ store: folder.path, systems: [films], clock: handClock(), mode: "read" })
  for (const one of [engine, reader]) {
    const ids = async (options: object) => (await one.requests("films", options)).map(({ requestId }) => requestId)
    const of = (placement: string) => asked.flatMap((ask) => (ask.placement === placement ? [ask.requestId] : [])).reverse()
    expect(await ids({ placement: "home" })).toEqual(of("home"))
    expect(await ids({ placement: "item" })).toEqual(of("item"))
    expect(await ids({})).toEqual(asked.map(({ requestId }) => requestId).reverse())
    expect(await ids({ limit: 1 })).toEqual([asked[3]!.requestId])
  }
  await reader.close()
  const [newest] = await engine.requests("films", { placement: "item" })
  expect(newest).toMatchObject({
    session: "s1",
    item: "f9",
    placement: "item",
    degraded: [],
    shown: [asked[3]!.first, expect.anything(), expect.anything()],
  })
  await expect(engine.handlers.requests({ system: "shop", limit: 1 })).rejects.toMatchObject({ code: "not_found" })
})

test("counted by placement in the metrics; a placement that nobody has is refused, not counted", async () => {
  await expect(rank({ user: "u1", placement: "moon" })).rejects.toMatchObject({ where: "body.placement" })
  const counts = engine.handlers.measurements().filter(({ name }) => name === "trommel_ranked_total")
  expect(counts.map(({ labels, value }) => [labels?.system, labels?.placement, value])).toEqual([
    ["films", "home", 3],
    ["films", "item", 2],
  ])
})

test("labels are joined by placement", async () => {
  async function* batches() {
    yield await logged()
  }
  const lists: LabelledList[] = []
  for await (const list of joinLabels(batches(), { system: "films", windowMs: 60_000, source: "served", label: (done) => done.length }))
    lists.push(list)
  expect(lists.map(({ placement, item, labels }) => [placement, item, [...labels]])).toEqual([
    ["home", undefined, [0, 0, 0]],
    ["home", undefined, [1, 0, 0]],
    ["item", "f8", [1, 0, 0]],
    ["item", "f9", [0, 0, 0]],
  ])
})

test("the data page shows each placement's lists, items seen and clicks", async () => {
  const { placements } = await engine.data("films")
  expect(placements?.map(({ placement, lists, shown, clicked }) => ({ placement, lists, shown, clicked }))).toEqual([
    { placement: "home", lists: 2, shown: 6, clicked: 1 },
    { placement: "item", lists: 2, shown: 6, clicked: 1 },
  ])
})
