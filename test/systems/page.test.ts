import fc from "fast-check"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Clock, field, manualClock, random, type Schema } from "../../src/core/index.ts"
import type { PageAnswer, PageRequest } from "../../src/definition/index.ts"
import { type Engine, open } from "../../src/engine/index.ts"
import { type RecommendationOptions, recommendation } from "../../src/systems/index.ts"

const NOW = Date.UTC(2026, 10, 20, 12)
const HOUR = 3_600_000
const GENRES = ["Drama", "Crime", "Space", "Comedy"]
const schema = {
  item: { title: field.text(), genres: field.categories(), director: field.category(), year: field.number() },
  user: { country: field.category() },
} satisfies Schema

/** 120 films of four genres, two of them doubles; 100 people with a taste each who watch two or three in a go; ten films are new. */
function world(): Record<string, unknown>[] {
  const chance = random(4)
  const events: Record<string, unknown>[] = []
  for (let film = 0; film < 120; film++) {
    const isDouble = film < 2
    const fields = {
      title: isDouble ? "The Great Heist" : `Story ${film}`,
      genres: [GENRES[isDouble ? 0 : film % 4]!],
      director: isDouble ? "Rivera" : `Director ${film % 12}`,
      year: 1990 + (film % 30),
    }
    const timestamp = film >= 110 ? NOW - 60 * HOUR : NOW - 900 * HOUR
    events.push({ id: `item-${film}`, timestamp, event: "item", collection: "films", item: `f${film}`, fields })
  }
  for (let user = 0; user < 100; user++) {
    const country = user % 4 === 0 ? "CL" : "FR"
    events.push({ id: `user-${user}`, timestamp: NOW - 899 * HOUR, event: "user", user: `u${user}`, fields: { country } })
    for (let view = 0; view < 14; view++) {
      const own = chance.next() < 0.8
      const film = own ? (user % 4) + 4 * Math.floor(chance.next() ** 2 * 27) : Math.floor(chance.next() * 110)
      const timestamp = NOW - (800 - Math.floor(view / 3) * 155 - user) * HOUR + view * 60_000
      const event = { event: "interaction", collection: "films", user: `u${user}`, item: `f${film}`, type: "watch", value: 1 }
      events.push({ id: `view-${user}-${view}`, timestamp, ...event })
    }
  }
  return events.sort((a, b) => Number(a.timestamp) - Number(b.timestamp))
}

async function opened(options: RecommendationOptions = {}, clock: Clock = manualClock(NOW)): Promise<Engine> {
  const films = recommendation({ name: "films", collection: "films", schema, timeoutMs: 30_000, ...options })
  const engine = await open({ systems: [films], training: "inline", clock })
  await engine.observe(world())
  const { release } = await engine.train("films")
  await engine.promote(release)
  return engine
}

const shown = ({ rows }: PageAnswer) => rows.flatMap(({ items }) => items.map(({ id }) => id))
const row = ({ rows }: PageAnswer, id: string) => rows.find((one) => one.id === id)
const kinds = ({ rows }: PageAnswer) => rows.map(({ kind }) => kind)

describe("a page in rows", () => {
  let engine: Engine
  beforeAll(async () => {
    engine = await opened()
  }, 60_000)
  afterAll(() => engine.close())
  let sent = 0
  const send = (event: Record<string, unknown>) =>
    engine.observe([{ id: `sent-${sent++}`, timestamp: NOW, collection: "films", ...event }]).then(({ position }) => position)
  const act = (user: string, item: string, type: string, more: object = {}) => send({ event: "interaction", user, item, type, ...more })
  const page = (request: PageRequest) => engine.page("films", { log: false, ...request })
  const historyOf = async (user: string) => (await engine.handlers.user("films", user, 100)).history.map(({ id }) => id)

  test("rows have titles, reasons, a placement and a request id each; no item is shown twice, none that was seen", async () => {
    const home = await page({ user: "u5", rows: 12, limit: 6 })
    expect(home.degraded).toEqual([])
    expect(home.rows.length).toBeGreaterThanOrEqual(5)
    expect(home.rows[0]).toMatchObject({ id: "for-you", kind: "for-you", placement: "home/for-you", title: "For you" })
    expect(kinds(home)).toEqual(expect.arrayContaining(["because", "genre", "new"]))
    expect(kinds(home).some((kind) => kind.startsWith("trending"))).toBe(true)
    const newest = (await historyOf("u5"))[0]!
    expect(row(home, "because-1")?.title).toBe(`Because you watched Story ${newest.slice(1)}`)
    expect(row(home, "genre-1")).toMatchObject({ title: "Popular in Crime", reason: "You often choose Crime" })
    for (const { fields } of row(home, "genre-1")!.items) expect(fields!.genres).toEqual(["Crime"])
    for (const { reasons } of row(home, "because-1")!.items) expect(reasons).toEqual([`Because of Story ${newest.slice(1)}`])
    expect(new Set(home.rows.map(({ requestId }) => requestId)).size).toBe(home.rows.length)
    for (const { items, title, requestId } of home.rows) {
      expect(requestId.startsWith(`${home.requestId}.`)).toBe(true)
      expect(title).not.toMatch(/[{}]/)
      expect(items.length).toBeGreaterThanOrEqual(4)
      expect(items.length).toBeLessThanOrEqual(6)
    }
    const all = shown(home)
    expect(new Set(all).size).toBe(all.length)
    const seen = new Set(await historyOf("u5"))
    expect(all.filter((id) => seen.has(id))).toEqual([])
  })

  test("a blocked film and its doubles are gone from every row of the very next answer, and nothing else", async () => {
    const request = { user: "blocker", limit: 100, rows: ["genre"] }
    expect(shown(await page(request))).toEqual(expect.arrayContaining(["f0", "f1", "f4"]))
    const after = await act("blocker", "f0", "block")
    for (const asked of [request, { user: "blocker", limit: 100 }]) {
      const all = shown(await page({ ...asked, after }))
      expect(all).not.toContain("f0")
      expect(all).not.toContain("f1")
      expect(all).toContain("f4")
    }
  })

  test("what was begun and not finished is offered to go on with, newest first, in that row alone, until it is finished or hidden", async () => {
    const request = { user: "starter", limit: 100, rows: 12 }
    const watched = (item: string, value: number, more: object = {}) => act("starter", item, "watch", { value, ...more })
    await watched("f16", 0.4, { timestamp: NOW - 31 * 24 * HOUR })
    for (const item of ["f20", "f24"]) await watched(item, 1)
    await watched("f10", 0.3)
    await watched("f11", 0.6, { timestamp: NOW + 1000 })
    const begun = await page({ ...request, after: await watched("f12", 0.05) })
    expect(begun.rows[0]).toMatchObject({ id: "continue", kind: "continue", placement: "home/continue", title: "Continue watching" })
    expect(begun.rows[0]!.items.map(({ id, reasons }) => [id, reasons])).toEqual([
      ["f11", ["60 % watched"]],
      ["f10", ["30 % watched"]],
    ])
    const all = shown(begun)
    expect(new Set(all).size).toBe(all.length)
    expect(shown(await page({ ...request, rows: ["genre", "popular"] }))).not.toContain("f11")
    expect(row(await page({ ...request, after: await watched("f11", 0.9) }), "continue")?.items.map(({ id }) => id)).toEqual(["f10"])
    const after = await act("starter", "f10", "hide")
    const ended = await page({ ...request, after })
    expect(row(ended, "continue")).toBeUndefined()
    for (const id of ["f10", "f11"]) expect(shown(ended)).not.toContain(id)
    await watched("f10", 0.5)
    expect(shown(await page({ ...request, after: await watched("f14", 0.5) }))).not.toContain("f10")
  })

  test("a favourite raises its neighbours' scores in the very next answer", async () => {
    await act("fan", "f9", "favourite")
    const request = { user: "fan", limit: 30, sort: "ease", log: false }
    const before = new Map((await engine.rank("films", request)).items.map(({ id, score }) => [id, score]))
    const after = await act("fan", "f13", "favourite")
    const next = (await engine.rank("films", { ...request, after })).items
    const raised = next.filter(({ id, score }) => score > (before.get(id) ?? 0) + 1e-6)
    expect(raised.filter(({ id }) => Number(id.slice(1)) % 4 === 1).length).toBeGreaterThan(raised.length / 2)
    const home = await page({ user: "fan", after })
    expect(row(home, "because-1")?.title).toBe("Because you watched Story 13")
    for (const id of shown(home)) expect(["f9", "f13"]).not.toContain(id)
  })

  test("what was put aside comes first, newest first, until it is taken up; it stands in no other row", async () => {
    await act("u9", "f50", "save")
    const after = await act("u9", "f2", "save")
    const home = await page({ user: "u9", after })
    expect(home.rows[0]).toMatchObject({ id: "your-list", title: "Your list" })
    expect(home.rows[0]!.items.map(({ id }) => id)).toEqual(["f2", "f50"])
    expect(shown(home).filter((id) => id === "f2" || id === "f50")).toHaveLength(2)
    const taken = await act("u9", "f2", "watch", { value: 1 })
    expect((await page({ user: "u9", after: taken })).rows[0]!.items.map(({ id }) => id)).toEqual(["f50"])
  })

  test("who is followed has a row; what a newcomer picked is on the page; nobody known gets what many like", async () => {
    const after = await send({ event: "interaction", user: "follower", collection: "films.director", item: "Director 7", type: "follow" })
    const home = await page({ user: "follower", after })
    expect(row(home, "from-1")).toMatchObject({ title: "From Director 7", reason: "You follow Director 7" })
    for (const { fields } of row(home, "from-1")!.items) expect(fields!.director).toBe("Director 7")
    const picked = await page({ user: "newcomer", context: { genres: ["Space"], country: "CL" } })
    expect(row(picked, "genre-1")!.title).toBe("Popular in Space")
    expect(row(picked, "trending-here")!.title).toBe("Trending in Chile")
    expect(kinds(picked)).toContain("for-you")
    const nobody = await page({})
    expect(kinds(nobody)).not.toContain("for-you")
    expect(kinds(nobody)).toEqual(expect.arrayContaining(["trending", "genre"]))
    expect(nobody.rows.filter(({ kind }) => kind === "genre").map(({ title }) => title)).toHaveLength(3)
  })

  test("an anonymous visit has a page of its own; a household gets what none of it has seen", async () => {
    await send({ event: "interaction", session: "visit", item: "f8", type: "watch", value: 1 })
    const visit = await page({ session: "visit" })
    expect(row(visit, "because-1")!.title).toBe("Because you watched Story 8")
    expect(shown(visit)).not.toContain("f8")
    const both = shown(await page({ user: "u2", context: { household: ["u7"] } }))
    const seen = new Set([...(await historyOf("u2")), ...(await historyOf("u7"))])
    expect(both.filter((id) => seen.has(id))).toEqual([])
  })

  test("an item's page: what is like it, what is watched with it, what else its maker made", async () => {
    const about = await page({ item: "f30", user: "u2" })
    expect(kinds(about).slice(0, 2)).toEqual(["alike", "together"])
    expect(row(about, "alike")).toMatchObject({ placement: "item/alike", title: "More like this" })
    expect(row(about, "together")!.title).toBe("Often watched together with Story 30")
    expect(row(await page({ item: "f30", rows: ["from"] }), "from-1")!.title).toBe("From Director 6")
    const all = shown(about)
    expect(all).not.toContain("f30")
    expect(new Set(all).size).toBe(all.length)
  })

  test("each row is a list of its own in the log: explained by its id, joined by what was done with it", async () => {
    const before = engine.handlers.health().events
    const home = await engine.page("films", { user: "u11", explain: true })
    expect(engine.handlers.health().events).toBe(before + home.rows.length)
    for (const { requestId, placement, items } of home.rows) {
      const found = await engine.explain(requestId)
      expect(found.request).toMatchObject({ user: "u11", placement })
      expect(found.items.map(({ id }) => id)).toEqual(items.map(({ id }) => id))
    }
    const genre = row(home, "genre-1")!
    const click = { id: "click-1", timestamp: NOW, event: "interaction", collection: "films", type: "click", user: "u11" }
    const seen = { id: "seen-1", timestamp: NOW, event: "impression", system: "films", user: "u11", placement: genre.placement }
    const answer = await engine.observe(
      [
        { ...seen, request: genre.requestId, items: genre.items.map(({ id }) => ({ id, collection: "films" })) },
        { ...click, item: genre.items[0]!.id, request: genre.requestId },
      ],
      { strict: true },
    )
    expect(answer).toMatchObject({ accepted: 2, rejected: [] })
    const quiet = engine.handlers.health().events
    await page({ user: "u11" })
    expect(engine.handlers.health().events).toBe(quiet)
  })

  test.each([
    { asked: { users: "u1" }, where: "body.users", expected: /user, session, item/ },
    { asked: { rows: ["films"] }, where: "body.rows", expected: /for-you/ },
    { asked: { rows: 0 }, where: "body.rows", expected: /1 to 40/ },
    { asked: { limit: 1.5 }, where: "body.limit", expected: /1 to 100/ },
    { asked: { user: 7 }, where: "body.user", expected: /string/ },
    { asked: { item: "nowhere" }, where: "body.item", expected: /films/ },
    { asked: { filters: { colour: "red" } }, where: "body.filters.colour", expected: /genres/ },
    { asked: { timeoutMs: 0 }, where: "body.timeoutMs", expected: /above 0/ },
    { asked: { after: "x" }, where: "body.after", expected: /position/ },
    { asked: { release: "0123456789abcdef" }, where: "releases of films", expected: /./ },
  ])("refused by name: $asked", async ({ asked, where, expected }) => {
    await expect(engine.operation("films", "page", asked)).rejects.toMatchObject({ where, expected: expect.stringMatching(expected) })
  })

  test("the same release by name answers the same; filters hold in every row", async () => {
    const [live] = await engine.releases("films")
    const named = await page({ user: "u6", release: live!.id })
    expect(named.release).toBe(live!.id)
    const crime = await page({ user: "u6", filters: { genres: "Crime" } })
    expect(crime.rows.length).toBeGreaterThan(0)
    for (const { items } of crime.rows) for (const { fields } of items) expect(fields!.genres).toEqual(["Crime"])
  })

  test("an operation that a system does not have is refused with those it has", async () => {
    await expect(engine.operation("films", "complete", {})).rejects.toMatchObject({
      code: "not_found",
      expected: expect.stringContaining("page"),
    })
    await expect(engine.operation("films", "toString", {})).rejects.toMatchObject({ code: "not_found" })
  })

  test("what stands on pages that no model orders is as it was", async () => {
    const pages = {
      "nobody known": {},
      "a newcomer in Chile who picked Space": { context: { genres: ["Space"], country: "CL" } },
      "a film": { item: "f40" },
    }
    const lines = []
    for (const [who, request] of Object.entries(pages)) {
      lines.push(who)
      for (const { id, placement, title, reason, items } of (await page(request)).rows)
        lines.push(`  ${id} | ${placement} | ${title} | ${reason ?? ""} | ${items.length}`)
    }
    await expect(`${lines.join("\n")}\n`).toMatchFileSnapshot("../golden/page-rows.txt")
  })

  test("property: whoever asks for whatever, no item is there twice, none seen, none blocked, and no row is too short", async () => {
    const who = fc.record({
      user: fc.option(
        fc.integer({ min: 0, max: 110 }).map((user) => `u${user}`),
        { nil: undefined },
      ),
      limit: fc.integer({ min: 1, max: 30 }),
      rows: fc.oneof(
        fc.integer({ min: 1, max: 12 }),
        fc.subarray(["for-you", "because", "genre", "trending", "popular", "new"], { minLength: 1 }),
      ),
      act: fc.option(fc.record({ item: fc.integer({ min: 0, max: 119 }), type: fc.constantFrom("watch", "hide", "save") }), {
        nil: undefined,
      }),
      genre: fc.option(fc.constantFrom(...GENRES), { nil: undefined }),
      item: fc.option(fc.integer({ min: 0, max: 119 }), { nil: undefined, freq: 3 }),
    })
    await fc.assert(
      fc.asyncProperty(who, async ({ user, limit, rows, act: done, genre, item }) => {
        if (user !== undefined && done !== undefined) await act(user, `f${done.item}`, done.type)
        const answer = await page({
          limit,
          rows: item === undefined ? rows : 5,
          ...(user === undefined ? {} : { user }),
          ...(genre === undefined ? {} : { context: { genres: [genre] } }),
          ...(item === undefined ? {} : { item: `f${item}` }),
        })
        const all = shown(answer)
        expect(new Set(all).size).toBe(all.length)
        if (user !== undefined && item === undefined) {
          const seen = new Set(await historyOf(user))
          expect(all.filter((id) => seen.has(id))).toEqual([])
        }
        if (user !== undefined && done?.type === "hide") expect(all).not.toContain(`f${done.item}`)
        for (const { items, kind } of answer.rows) {
          expect(items.length).toBeLessThanOrEqual(limit)
          expect(items.length).toBeGreaterThanOrEqual(["continue", "your-list"].includes(kind) ? 1 : Math.min(4, limit))
        }
      }),
      { numRuns: 60 },
    )
  })
})

test("titles, order and which rows there are follow the options; without time there still is a page, which says what was left out", async () => {
  const settings: RecommendationOptions = {
    rows: {
      verb: "saw",
      titles: { because: "{title}? Then these" },
      first: ["trending"],
      without: ["new", "popular"],
      most: 4,
      limit: 5,
      least: 5,
    },
  }
  // The moment stands still, the stop-watch does not.
  const engine = await opened(settings, { now: () => NOW, monotonicMs: () => performance.now() })
  const home = await engine.page("films", { user: "u5", log: false })
  const hurried = await engine.page("films", { user: "u5", log: false, timeoutMs: 0.001 })
  const seen = new Set((await engine.handlers.user("films", "u5", 100)).history.map(({ id }) => id))
  await engine.close()
  expect(hurried.degraded.length).toBeGreaterThan(0)
  const all = shown(hurried)
  expect(all.length).toBeGreaterThan(3)
  expect(new Set(all).size).toBe(all.length)
  expect(all.filter((id) => seen.has(id))).toEqual([])
  expect(kinds(home)[0]).toBe("trending")
  expect(home.rows).toHaveLength(4)
  expect(kinds(home)).not.toContain("new")
  for (const { items } of home.rows) expect(items).toHaveLength(5)
  for (const { title } of home.rows.filter(({ kind }) => kind === "because")) expect(title).toMatch(/^Story \d+\? Then these$/)
  expect(() => recommendation({ rows: { without: ["trend" as "trending"] } })).toThrow(/trending/)
  expect(() => recommendation({ rows: { limit: 0 } })).toThrow(/rows\.limit/)
}, 60_000)
