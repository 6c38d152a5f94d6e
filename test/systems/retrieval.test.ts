import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { field, manualClock, type Schema } from "../../src/core/index.ts"
import { type Engine, open } from "../../src/engine/index.ts"
import { recommendation } from "../../src/systems/index.ts"

const NOW = Date.UTC(2026, 10, 20, 12)
const HOUR = 3_600_000
const schema = {
  item: { title: field.text(), genres: field.categories(), cast: field.categories(), year: field.number() },
  user: { country: field.category() },
} satisfies Schema

/** Sixty films of three genres; people of three tastes watch two or three in a go; people in Chile watch film 50 today. */
function world(): Record<string, unknown>[] {
  const events: Record<string, unknown>[] = []
  for (let film = 0; film < 60; film++) {
    const fields = {
      title: film < 2 ? `The Great Heist part ${film}` : `Story ${film}`,
      genres: [["drama", "crime", "space"][film < 2 ? 0 : film % 3]!],
      cast: [film < 2 ? "Rivera" : `Actor ${film % 20}`, film < 2 ? "Okafor" : `Guest ${film % 15}`],
      year: 1990 + (film % 30),
    }
    events.push({ id: `item-${film}`, timestamp: NOW - 900 * HOUR, event: "item", collection: "films", item: `f${film}`, fields })
  }
  for (let user = 0; user < 90; user++) {
    const country = user % 9 === 0 ? "CL" : "FR"
    events.push({ id: `user-${user}`, timestamp: NOW - 890 * HOUR, event: "user", user: `u${user}`, fields: { country } })
    for (let view = 0; view < 8; view++) {
      const film = (user % 3) + 3 * ((user * 7 + view * (1 + (user % 4))) % 20)
      const timestamp = NOW - (800 - Math.floor(view / 2) * 150 - user) * HOUR + view * 60_000
      events.push({
        id: `view-${user}-${view}`,
        timestamp,
        event: "interaction",
        collection: "films",
        user: `u${user}`,
        item: `f${film}`,
        type: "like",
      })
    }
    if (country === "CL")
      events.push({
        id: `here-${user}`,
        timestamp: NOW - HOUR,
        event: "interaction",
        collection: "films",
        user: `u${user}`,
        item: "f50",
        type: "like",
      })
  }
  return events.sort((a, b) => Number(a.timestamp) - Number(b.timestamp))
}

describe("who proposes what", () => {
  let engine: Engine
  const clock = manualClock(NOW)
  beforeAll(async () => {
    engine = await open({
      systems: [recommendation({ name: "films", collection: "films", schema, timeoutMs: 30_000 })],
      training: "inline",
      clock,
    })
    await engine.observe(world())
    const { release } = await engine.train("films")
    await engine.promote(release)
  }, 60_000)
  afterAll(() => engine.close())
  let sent = 0
  const send = (event: Record<string, unknown>) =>
    engine.observe([{ id: `sent-${sent++}`, timestamp: NOW, collection: "films", ...event }]).then(({ position }) => position)
  const ids = async (request: object) => (await engine.rank("films", { limit: 20, log: false, ...request })).items.map(({ id }) => id)

  test("a blocked film takes its doubles with it in the very next answer, and nothing else", async () => {
    expect(await ids({ user: "blocker", sort: "popular", limit: 60 })).toEqual(expect.arrayContaining(["f0", "f1", "f3"]))
    const after = await send({ event: "interaction", user: "blocker", item: "f0", type: "block" })
    for (const request of [{ sort: "popular", limit: 60 }, { limit: 60 }, { items: ["f0", "f1", "f3"] }]) {
      const shown = await ids({ user: "blocker", after, ...request })
      expect(shown).not.toContain("f0")
      expect(shown).not.toContain("f1")
      expect(shown).toContain("f3")
    }
  })

  test("what is put aside is proposed until it is taken up", async () => {
    await send({ event: "interaction", user: "lister", item: "f9", type: "save" })
    expect(await ids({ user: "lister", sort: "listed" })).toEqual(["f9"])
    expect(await ids({ user: "lister" })).toContain("f9")
    await send({ event: "interaction", user: "lister", item: "f9", type: "like" })
    expect(await ids({ user: "lister" })).not.toContain("f9")
  })

  test("films of somebody who is followed, until he no longer is", async () => {
    await send({ event: "interaction", user: "fan", collection: "films.cast", item: "Actor 7", type: "follow" })
    expect((await ids({ user: "fan", sort: "followed" })).toSorted()).toEqual(["f27", "f47", "f7"])
    await send({ event: "interaction", user: "fan", collection: "films.cast", item: "Actor 7", type: "unfollow" })
    const { degraded } = await engine.rank("films", { user: "fan", sort: "followed", log: false })
    expect(degraded).toEqual(["funnel: no candidate left, popular answers"])
  })

  test("what is taken up where somebody is from, or where the request comes from", async () => {
    expect((await ids({ user: "u9", context: { country: "CL" }, sort: "trending-here" }))[0]).not.toBe("f50") // u9 has had it
    expect((await ids({ user: "somebody", context: { country: "CL" }, sort: "trending-here" }))[0]).toBe("f50")
    expect(await ids({ user: "somebody", context: { country: "FR" }, sort: "trending-here" })).not.toContain("f50")
  })

  test("a newcomer who names films or kinds gets their likes; a household gets what none has seen and each likes", async () => {
    const named = await ids({ user: "newcomer", context: { likes: ["f3", "f6", "f9"] }, limit: 8 })
    expect(named).not.toContain("f3")
    const fitting = (list: string[]) => list.filter((id) => Number(id.slice(1)) % 3 === 0).length
    expect(fitting(named)).toBeGreaterThan(fitting(await ids({ user: "newcomer", limit: 8 })))
    const kinds = await engine.rank("films", { user: "newcomer", context: { genres: ["space"] }, limit: 10, log: false, sort: "followed" })
    for (const { fields } of kinds.items) expect(fields!.genres).toEqual(["space"])
    const both = await ids({ user: "u0", context: { household: ["u1"] }, limit: 20 })
    const had = async (user: string) => (await engine.handlers.user("films", user, 50)).history.map(({ id }) => id)
    const seen = new Set([...(await had("u0")), ...(await had("u1"))])
    expect(both.filter((id) => seen.has(id))).toEqual([])
  })

  test("somebody anonymous who logs in keeps what was done before", async () => {
    await send({ event: "interaction", session: "s-1", item: "f12", type: "like" })
    expect(await ids({ session: "s-1", limit: 60 })).not.toContain("f12")
    await engine.observe([{ id: "login", timestamp: NOW, event: "alias", from: "s-1", to: "logged-in" }])
    expect(await ids({ user: "logged-in", limit: 60 })).not.toContain("f12")
  })

  test("a film nobody has touched has a page of films like it, at once and once the index knows it, and is proposed to who likes such films", async () => {
    const fields = { title: "Story of stories", genres: ["crime"], cast: ["Actor 7", "Guest 1"], year: 1997 }
    await send({ event: "item", item: "fresh", fields })
    const page = async () => (await engine.rank("films", { item: "fresh", limit: 5, log: false })).items
    expect((await page())[0]!.fields).toMatchObject({ genres: ["crime"] })
    clock.advance(6000)
    await page()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect((await page())[0]!.fields).toMatchObject({ genres: ["crime"] })
    expect((await ids({ user: "u7", sort: "new" }))[0]).toBe("fresh")
    expect(await ids({ item: "f7", sort: "content", limit: 60 })).toContain("fresh")
  })

  test("new films are raised, less with each hour, and not at all after two days", async () => {
    const page = (user: string, explain: boolean) => engine.rank("films", { user, limit: 40, explain })
    const raise = async () => {
      const { explanation } = await page("u4", true)
      const found = explanation!.items.find(({ id }) => id === "fresh")
      return found === undefined ? 0 : found.scores.page! - (found.scores.logit ?? found.scores.page!)
    }
    const before = await raise()
    clock.advance(30 * HOUR)
    const later = await raise()
    clock.advance(30 * HOUR)
    expect(await raise()).toBeCloseTo(0, 6)
    expect(before).toBeGreaterThanOrEqual(later)
  })

  test("newcomers' and items' pages log their features, so that training can learn from them", async () => {
    for (const request of [{ user: "never seen" }, { item: "f4" }]) {
      const { requestId, items } = await engine.rank("films", { ...request, limit: 5 })
      expect(items).toHaveLength(5)
      expect((await engine.explain(requestId)).request).toMatchObject(request)
    }
  })
})

test("exploring brings films by chance, and not the same ones twice", async () => {
  const options = { name: "films", collection: "films", schema, timeoutMs: 30_000 } as const
  const engine = await open({ systems: [recommendation({ ...options, explore: 0.3 })], training: "inline", clock: manualClock(NOW) })
  await engine.observe(world())
  const { release } = await engine.train("films")
  await engine.promote(release)
  const shown = new Set<string>()
  for (let visit = 0; visit < 30; visit++)
    for (const { id } of (await engine.rank("films", { user: "u3", limit: 8, log: false })).items) shown.add(id)
  const pure = await engine.rank("films", { user: "u3", limit: 8, log: false, sort: "score" })
  await engine.close()
  expect(shown.size).toBeGreaterThan(pure.items.length * 2)
}, 60_000)
