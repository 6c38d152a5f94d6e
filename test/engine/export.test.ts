import { readdir, readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Engine, open } from "../../src/engine/index.ts"
import { openStore } from "../../src/storage/index.ts"
import { films, handClock, NOW, smallEngine, tempFolder } from "./small-world.ts"

const HOUR = 3_600_000
const act = (id: string, user: string, item: string, type: string) => ({
  ...{ id, timestamp: NOW, event: "interaction", collection: "films" },
  ...{ user, item, type },
})
const lines = async (path: string) => (await readFile(path, "utf8")).trimEnd().split("\n")

describe("lists ranked ahead", () => {
  let engine: Engine
  let release: string
  let folder: Awaited<ReturnType<typeof tempFolder>>
  const clock = handClock()
  beforeAll(async () => {
    folder = await tempFolder()
    const made = await smallEngine({ clock, store: join(folder.path, "store") })
    engine = made.engine
    release = made.release
  })
  afterAll(async () => {
    await engine.close()
    await folder.dispose()
  })
  const page = (user: string, more: object = {}) => engine.rank("films", { user, limit: 10, log: false, ...more })
  const shown = ({ items }: Awaited<ReturnType<typeof page>>) =>
    items.map(({ id, score, reasons, fields }) => ({ id, score, reasons, fields }))

  test("a stored page is what rank answers at that state, and says when it was made and by which release", async () => {
    const report = await engine.export("films", { storePages: true, limit: 10 })
    expect(report).toMatchObject({ release, placement: "home", lists: 80, items: 800, empty: 0, degraded: 0, resumedAt: 0 })
    expect(report.stored).toMatchObject({ pages: 80, keepHours: 48, expired: 0 })
    const before = clock.now()
    clock.advance(HOUR)
    for (const user of ["u0", "u1", "u2", "u33", "u79"]) {
      const [live, stored] = [await page(user), await page(user, { stored: true })]
      expect(stored.stored, user).toEqual({ madeMs: before, gone: 0 })
      expect([stored.release, live.stored, stored.degraded]).toEqual([release, undefined, []])
      expect(stored.items.map(({ id }) => id)).toEqual(live.items.map(({ id }) => id))
      for (const [at, { score, ...rest }] of shown(stored).entries()) {
        const { score: now, ...same } = shown(live)[at]!
        expect(rest).toEqual(same)
        expect(score).toBeCloseTo(now, 5)
      }
    }
    expect((await page("u1", { stored: true, limit: 4 })).items.map(({ id }) => id)).toEqual(
      (await page("u1", { stored: true })).items.slice(0, 4).map(({ id }) => id),
    )
  })

  test("what was blocked or taken up since is gone at once, with its doubles; what everybody likes fills up", async () => {
    const before = (await page("u4", { stored: true })).items.map(({ id }) => id)
    const { position } = await engine.observe([act("b-1", "u4", before[0]!, "hide"), act("b-2", "u4", before[2]!, "like")])
    const after = await page("u4", { stored: true, after: position })
    const ids = after.items.map(({ id }) => id)
    for (const gone of [before[0], before[2]]) expect(ids).not.toContain(gone)
    expect(after.stored?.gone).toBeGreaterThanOrEqual(2)
    expect(ids).toHaveLength(10)
    const left = before.filter((id) => ids.includes(id))
    expect(ids.slice(0, left.length)).toEqual(left)
    expect(new Set(ids).size).toBe(10)
    const filtered = await page("u5", { stored: true, filters: { genres: "crime" } })
    expect(filtered.items.length).toBeGreaterThan(0)
    for (const { fields } of filtered.items) expect(fields?.genres).toEqual(["crime"])
  })

  test("another order, other items, or somebody without a page: ranked now", async () => {
    for (const more of [{ sort: "score" }, { items: ["f1", "f2"] }, { user: "nobody" }]) {
      const answer = await page("u6", { stored: true, ...more })
      expect([answer.stored, answer.items.length > 0]).toEqual([undefined, true])
    }
  })

  test("what was shown of a stored page is logged like any other, with the retrievers that had proposed it", async () => {
    const { requestId } = await engine.rank("films", { user: "u7", limit: 5, stored: true, explain: true })
    const { items, stages } = await engine.explain(requestId)
    for (const { sources } of items) expect(sources).not.toContain("stored")
    expect(stages.map(({ name }) => name)).not.toContain("scores")
  })

  test("pages of items: what is like each", async () => {
    const report = await engine.export("films", { storePages: true, placement: "item", limit: 5 })
    expect(report).toMatchObject({ placement: "item", lists: 60 })
    const [live, stored] = await Promise.all(
      [false, true].map((stored) => engine.rank("films", { item: "f8", limit: 5, log: false, stored })),
    )
    expect(shown(stored!).map(({ id, reasons }) => [id, reasons])).toEqual(shown(live!).map(({ id, reasons }) => [id, reasons]))
    expect(stored!.stored).toBeDefined()
    await engine.observe([act("b-3", "u9", stored!.items[0]!.id, "hide")])
    const own = await engine.rank("films", { item: "f8", user: "u9", limit: 5, log: false, stored: true })
    expect(own.items.map(({ id }) => id)).toEqual(
      stored!.items
        .slice(1)
        .map(({ id }) => id)
        .filter((id) => own.items.some((one) => one.id === id)),
    )
    await expect(engine.export("films", { storePages: true, placement: "item", users: ["u1"] })).rejects.toMatchObject({ where: "export" })
    await expect(engine.export("films", { storePages: true, placement: "moon" })).rejects.toMatchObject({ code: "invalid_argument" })
    await expect(engine.export("films", {})).rejects.toMatchObject({ came: "neither" })
  })

  test("a stopped export goes on where it was: the file is the one of a run that was not stopped", async () => {
    const [whole, cut] = ["whole.jsonl", "cut.jsonl"].map((name) => join(folder.path, name)) as [string, string]
    const users = Array.from({ length: 700 }, (_, at) => `u${at % 80}-${at}`)
    await engine.export("films", { out: whole, users, limit: 3 })
    const stop = new AbortController()
    const broken = engine.export("films", {
      out: cut,
      users,
      limit: 3,
      signal: stop.signal,
      onProgress: ({ done }) => done >= 200 && stop.abort(),
    })
    await expect(broken).rejects.toMatchObject({ code: "cancelled" })
    const report = await engine.export("films", { out: cut, users, limit: 3 })
    expect(report.resumedAt).toBeGreaterThanOrEqual(200)
    expect(report.lists).toBe(700)
    expect((await readdir(folder.path)).filter((name) => name.includes(".part"))).toEqual([])
    expect(await lines(cut)).toEqual(await lines(whole))
    await expect(engine.export("films", { out: join(folder.path, "no", "folder.jsonl") })).rejects.toMatchObject({ code: "unavailable" })
  })

  test.each([{ format: "jsonl" as const }, { format: "tsv" as const }, { format: "parquet" as const }])(
    "written as $format",
    async ({ format }) => {
      const out = join(folder.path, `lists.${format}`)
      const people = join(folder.path, "people.txt")
      await writeFile(people, "u1\nu2\n\nu1\nsomebody new\n")
      let plan: number | undefined
      const report = await engine.export("films", { out, format, users: people, limit: 4, onPlan: ({ lists }) => (plan = lists) })
      expect([report.lists, report.items, plan]).toEqual([3, 12, 3])
      const live = (await page("u2", { limit: 4 })).items
      if (format === "jsonl") {
        const list = JSON.parse((await lines(out))[1]!)
        expect(list).toMatchObject({ user: "u2", placement: "home", release })
        expect(list.items.map(({ id }: { id: string }) => id)).toEqual(live.map(({ id }) => id))
      } else if (format === "tsv") {
        expect((await lines(out)).slice(5, 6)[0]!.split("\t").slice(0, 4)).toEqual(["user", "u2", "1", live[0]!.id])
        expect(await lines(out)).toHaveLength(13)
      } else {
        const { DuckDBInstance } = await import("@duckdb/node-api")
        const db = await (await DuckDBInstance.create(":memory:")).connect()
        const rows = await db.runAndReadAll(`select name, place, id from '${out}' where name = 'u2' order by place`)
        expect(rows.getRows()).toEqual(live.map(({ id }, place) => ["u2", place + 1, id]))
        db.closeSync()
      }
    },
  )

  test("a page's time is over: ranked now, and swept with the next export", async () => {
    await engine.export("films", { storePages: true, users: ["u1", "u2"], keepHours: 1 })
    expect((await page("u1", { stored: true })).stored).toBeDefined()
    clock.advance(HOUR)
    expect((await page("u1", { stored: true })).stored).toBeUndefined()
    const { stored } = await engine.export("films", { storePages: true, users: ["u3"], keepHours: 1 })
    expect(stored?.expired).toBe(2)
  })

  test("more bytes than allowed are refused after the first lists", async () => {
    const tooMuch = engine.export("films", { storePages: true, maxPageBytes: 1000 })
    await expect(tooMuch).rejects.toMatchObject({ code: "too_large" })
  })
})

test("forgotten: no page of a person is left, also none that another process had ranked before", async () => {
  const folder = await tempFolder()
  const { engine } = await smallEngine({ store: folder.path })
  await engine.export("films", { storePages: true })
  const pagesOf = async () => {
    const store = await openStore({ dir: folder.path, mode: "read" })
    let pages = 0
    for await (const _ of store.values.range({ prefix: "page/user/" })) pages++
    const left = await store.spool.names()
    await store.close()
    return { pages, left }
  }
  expect(await pagesOf()).toEqual({ pages: 80, left: [] })
  await engine.forget({ user: "u3" })
  expect((await pagesOf()).pages).toBe(79)
  // A reader ranks pages for all but u3; before the writer takes them over, u4 is forgotten too.
  const reader = await open({ store: folder.path, systems: [films], clock: handClock(), mode: "read" })
  const report = await reader.export("films", { storePages: true, limit: 3 })
  expect(report.stored?.pages).toBe(79)
  await reader.close()
  await engine.forget({ user: "u4" })
  await engine.close()
  const again = await open({ store: folder.path, systems: [films], clock: handClock() })
  const taken = async () => (await pagesOf()).left.length === 0
  for (let tries = 0; tries < 50 && !(await taken()); tries++) await new Promise((resolve) => setTimeout(resolve, 100))
  expect(await pagesOf()).toEqual({ pages: 78, left: [] })
  expect((await again.rank("films", { user: "u5", stored: true, limit: 3, log: false })).stored).toMatchObject({ gone: 0 })
  expect((await again.rank("films", { user: "u4", stored: true, log: false })).stored).toBeUndefined()
  await again.close()
  await folder.dispose()
})
