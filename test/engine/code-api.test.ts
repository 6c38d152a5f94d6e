import { afterAll, beforeAll, describe, expect, test } from "vitest"
import type { LogEntry } from "../../src/core/index.ts"
import { type Engine, open } from "../../src/engine/index.ts"
import { openStore } from "../../src/storage/index.ts"
import { films, handClock, NOW, smallEngine, smallWorld, tempFolder } from "./small-world.ts"

const like = (id: string, user: string, item: string) => ({
  ...{ id, timestamp: NOW, event: "interaction", collection: "films", type: "like" },
  ...{ user, item },
})

describe.each([{ kind: "memory" }, { kind: "disk" }])("the code API over a store in $kind", ({ kind }) => {
  let engine: Engine
  let release: string
  let folder: Awaited<ReturnType<typeof tempFolder>>
  beforeAll(async () => {
    folder = await tempFolder()
    const made = await smallEngine(kind === "memory" ? {} : { store: folder.path })
    engine = made.engine
    release = made.release
  })
  afterAll(async () => {
    await engine.close()
    await folder.dispose()
  })
  const ids = async (user: string, more: object = {}) =>
    (await engine.rank("films", { user, limit: 60, sort: "score", log: false, ...more })).items.map(({ id }) => id)

  test("a page has titles, reasons, falling places and nothing seen", async () => {
    const seen = smallWorld().flatMap((event) => (event.user === "u1" ? [event.item] : []))
    const page = await engine.rank("films", { user: "u1", limit: 10 })
    expect(page.release).toBe(release)
    expect(page.degraded).toEqual([])
    expect(page.items).toHaveLength(10)
    for (const { id, fields, reasons } of page.items) {
      expect(seen).not.toContain(id)
      expect(fields?.title).toBe(`Film ${id.slice(1)}`)
      expect(reasons?.length).toBeGreaterThan(0)
    }
  })

  test("people who love a genre are shown that genre first", async () => {
    let own = 0
    for (let user = 0; user < 40; user++) {
      const [first] = await ids(`u${user}`, { limit: 1 })
      if (Number(first!.slice(1)) % 4 === user % 4) own++
    }
    expect(own).toBeGreaterThanOrEqual(34)
  })

  test("an accepted event is in the next answer, a rejected one and a duplicate are told by place", async () => {
    const [first, second] = await ids("u5")
    const batch = [like("new-1", "u5", first!), { ...like("new-2", "u5", "f1"), timestamp: "soon" }, 7, like("new-1", "u5", second!)]
    const answer = await engine.observe(batch)
    expect(answer).toMatchObject({ accepted: 1, duplicates: 1 })
    expect(answer.rejected.map(({ index, error }) => [index, error.where])).toEqual([
      [1, "events[1].timestamp"],
      [2, "events[2]"],
    ])
    const after = await ids("u5", { after: answer.position })
    expect(after).not.toContain(first)
    expect(after).toContain(second)
  })

  test("hidden: gone in the very next answer, whatever is asked for", async () => {
    const [first] = await ids("u6")
    const { position } = await engine.observe([{ ...like("hide-1", "u6", first!), type: "hide" }])
    expect(await ids("u6", { after: position })).not.toContain(first)
    expect(await ids("u6", { sort: "recommended" })).not.toContain(first)
    expect(await ids("u6", { items: [first!, "f2"] })).not.toContain(first)
    expect(await ids("u7")).toContain(first)
  })

  test("strict refuses what is about nothing known; a batch may describe an item first", async () => {
    const film = { id: "item-new", timestamp: NOW, event: "item", collection: "films", item: "fresh", fields: { title: "Fresh" } }
    const refused = await engine.observe([like("s-1", "u8", "nowhere"), like("s-2", "u8", "f3")], { strict: true })
    expect(refused).toMatchObject({ accepted: 1, rejected: [{ index: 0, error: { code: "invalid_argument", where: "events[0].item" } }] })
    expect(await engine.observe([like("s-3", "u8", "nowhere")])).toMatchObject({ accepted: 1, rejected: [] })
    const again = await engine.observe([like("s-4", "u8", "nowhere")], { strict: true })
    expect(again.rejected.map(({ error }) => error.where)).toEqual(["events[0].item"])
    expect(await engine.observe([film, like("s-5", "u8", "fresh")], { strict: true })).toMatchObject({ accepted: 2, rejected: [] })
    const shown = { id: "s-6", timestamp: NOW, event: "impression", system: "films", user: "u8" }
    const seen = await engine.observe(
      [
        {
          ...shown,
          items: [
            { id: "f1", collection: "films" },
            { id: "nil", collection: "films" },
          ],
        },
      ],
      {
        strict: true,
      },
    )
    expect(seen.rejected.map(({ error }) => error.where)).toEqual(["events[0].items[1].id"])
  })

  test("strict refuses a request that nobody asked, and takes one that was", async () => {
    const asked = await engine.rank("films", { user: "u9", limit: 3 })
    const of = (id: string, request: string) => ({ ...like(id, "u9", "f4"), request })
    const answer = await engine.observe([of("r-1", asked.requestId), of("r-2", "no-such-request")], { strict: true })
    expect(answer.accepted).toBe(1)
    expect(answer.rejected.map(({ index, error }) => [index, error.where])).toEqual([[1, "events[1].request"]])
  })

  test("a first event about an item nobody described does not let a later description leave out what is required", async () => {
    await engine.observe([like("early", "u9", "late-film")])
    const bare = { id: "late", timestamp: NOW, event: "item", collection: "films", item: "late-film", fields: { year: 2000 } }
    expect((await engine.observe([bare])).rejected.map(({ error }) => error.where)).toEqual(["events[0].fields.title"])
  })

  test("logging in takes along what the visitor did", async () => {
    const visit = (id: string, item: string, type = "like") => ({
      ...{ id, timestamp: NOW, event: "interaction", collection: "films", type },
      ...{ session: "visit", item },
    })
    await engine.observe([visit("v-1", "f1"), visit("v-2", "f5"), visit("v-3", "f9", "hide")])
    const visitor = await engine.rank("films", { session: "visit", limit: 60, sort: "score", log: false })
    expect(visitor.items.map(({ id }) => id)).not.toContain("f1")
    await engine.observe([{ id: "login", timestamp: NOW, event: "alias", from: "visit", to: "newcomer" }])
    const known = await ids("newcomer")
    for (const id of ["f1", "f5", "f9"]) expect(known).not.toContain(id)
    expect(known).toEqual(visitor.items.map(({ id }) => id))
    await engine.observe([visit("v-4", "f13")])
    expect(await ids("newcomer")).not.toContain("f13")
  })

  test("an answer can be explained: sources, features with contributions that add up, drops by rule", async () => {
    const { requestId, items } = await engine.rank("films", { user: "u10", limit: 5, explain: true })
    const found = await engine.explain(requestId)
    expect(found.items.map(({ id }) => id)).toEqual(items.map(({ id }) => id))
    expect(found.drops.find(({ rule }) => rule === "seen")?.count).toBeGreaterThan(0)
    for (const item of found.items) {
      expect(item.sources.length).toBeGreaterThan(0)
      expect(item.features?.some(({ contribution }) => contribution !== 0)).toBe(true)
    }
    await expect(engine.explain("nobody asked")).rejects.toMatchObject({ code: "not_found" })
  })

  test("log: false writes nothing", async () => {
    const before = engine.handlers.health().events
    const { requestId, position } = await engine.rank("films", { user: "u11", log: false })
    expect([engine.handlers.health().events, Number(position)]).toEqual([before, Number((await engine.observe([])).position)])
    await expect(engine.explain(requestId)).rejects.toMatchObject({ code: "not_found" })
  })

  test.each([
    { asked: { after: "x" }, where: "body.after" },
    { asked: { after: "999999999" }, where: "body.after" },
    { asked: { limit: 0 }, where: "body.limit" },
    { asked: { cursor: "??" }, where: "body.cursor" },
    { asked: { sort: "best" }, where: "body.sort" },
    { asked: { placement: "moon" }, where: "body.placement" },
    { asked: { placement: "item" }, where: "body.item" },
    { asked: { item: "nowhere-at-all" }, where: "body.item" },
    { asked: { filters: { colour: "red" } }, where: "body.filters.colour" },
    { asked: { filters: { title: "Film 1" } }, where: "body.filters.title" },
    { asked: { timeoutMs: 0 }, where: "body.timeoutMs" },
    { asked: { release: "0123456789abcdef" }, where: "releases of films" },
  ])("refused by name: $asked", async ({ asked, where }) => {
    await expect(engine.rank("films", { user: "u1", log: false, ...asked })).rejects.toMatchObject({ where })
  })

  test("filters keep what fits, pages follow one another without a gap", async () => {
    const crime = await engine.rank("films", { user: "u1", limit: 60, filters: { genres: "crime" }, log: false })
    expect(crime.items.length).toBeGreaterThan(5)
    expect(crime.items.map(({ fields }) => fields?.genres)).toEqual(crime.items.map(() => ["crime"]))
    const all = await ids("u1")
    const paged: string[] = []
    for (let cursor: string | undefined, page = 0; page < 10; page++) {
      const answer = await engine.rank("films", { user: "u1", limit: 7, sort: "score", log: false, ...(cursor ? { cursor } : {}) })
      paged.push(...answer.items.map(({ id }) => id))
      cursor = answer.cursor
      if (cursor === undefined) break
    }
    expect(paged).toEqual(all)
  })

  test("forgotten: no record, no state, no trace of a request", async () => {
    const { requestId } = await engine.rank("films", { user: "u12", limit: 3, explain: true })
    expect((await engine.handlers.user("films", "u12", 50)).history.length).toBeGreaterThan(0)
    await engine.forget({ user: "u12" })
    expect(await engine.handlers.user("films", "u12", 50)).toEqual({ id: "u12", history: [] })
    expect((await engine.handlers.users("films", 500)).users.map(({ id }) => id)).not.toContain("u12")
    expect(await ids("u12")).toEqual(await ids("nobody at all"))
    await expect(engine.explain(requestId)).rejects.toMatchObject({ code: "not_found" })
    await engine.observe([like("back", "u12", "f7")])
    expect((await engine.handlers.user("films", "u12", 50)).history.map(({ id }) => id)).toEqual(["f7"])
    await engine.forget({ user: "u12" })
    expect((await engine.handlers.user("films", "u12", 50)).history).toEqual([])
  })

  test("a long id is forgotten too, and one that can be none is refused", async () => {
    const user = "x".repeat(256)
    expect((await engine.observe([like("long", user, "f7")])).accepted).toBe(1)
    await engine.forget({ user })
    expect((await engine.handlers.user("films", user, 50)).history).toEqual([])
    await expect(engine.forget({ user: "" })).rejects.toMatchObject({ code: "invalid_argument" })
  })
})

test("the disk keeps nothing of a forgotten person but the deletion itself", async () => {
  const folder = await tempFolder()
  const { engine } = await smallEngine({ store: folder.path })
  await engine.rank("films", { user: "u3" })
  await engine.forget({ user: "u3" })
  await engine.close()
  const store = await openStore({ dir: folder.path, mode: "read" })
  const left: LogEntry[] = []
  for await (const batch of store.log.read()) left.push(...batch.filter(({ record }) => JSON.stringify(record).includes('"u3"')))
  expect(left.map(({ record }) => record.event)).toEqual(["delete"])
  for await (const [key, value] of store.values.range({ prefix: "trace/" })) {
    expect(`${key} ${new TextDecoder().decode(value)}`).not.toContain('"u3"')
  }
  await store.close()
  const again = await open({ store: folder.path, systems: [films], clock: handClock() })
  expect((await again.handlers.user("films", "u3", 50)).history).toEqual([])
  await again.close()
  await folder.dispose()
})

test("bad definitions and unknown systems are refused by name", async () => {
  const { engine } = await smallEngine()
  await expect(engine.rank("film", { user: "u1" })).rejects.toMatchObject({ code: "not_found", came: '"film"' })
  await expect(engine.train("film")).rejects.toMatchObject({ code: "not_found" })
  await expect(engine.promote("0123456789abcdef")).rejects.toMatchObject({ code: "not_found" })
  await expect(engine.rollback("films")).rejects.toMatchObject({ code: "conflict" })
  await engine.close()
  await expect(engine.observe([like("late", "u1", "f1")])).rejects.toMatchObject({ code: "cancelled" })
  await engine.close()
})
