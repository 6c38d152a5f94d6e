import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { gunzipSync } from "node:zlib"
import { afterAll, beforeAll, describe, expect, test } from "vitest"
import { type Engine, open } from "../../src/engine/index.ts"
import { recommendation } from "../../src/systems/index.ts"
import { filmEngine, parts, timelessFolder } from "./recommendation-worlds.ts"

const WATCHED = (event: Record<string, unknown>) => event.event === "interaction" && event.type === "watch" && Number(event.value) >= 0.5

describe("a simulated audience: trained, promoted, ranked, explained", () => {
  let engine: Engine
  let release: string
  const { past, now } = parts()
  const historyOf = (user: string) => past.filter((event) => WATCHED(event) && event.user === user).map((event) => String(event.item))
  const someone = String(past.findLast(WATCHED)!.user)
  beforeAll(async () => {
    const made = await filmEngine({ rules: {} })
    engine = made.engine
    release = made.release
  }, 60_000)
  afterAll(() => engine.close())
  const ids = async (request: object) =>
    (await engine.rank("films", { user: someone, limit: 20, log: false, ...request })).items.map(({ id }) => id)

  test("the release beats popularity on people held out from its ranker", async () => {
    const [summary] = await engine.releases("films")
    expect(summary).toMatchObject({ id: release, live: true })
    expect(summary!.metrics["ndcg@20"]).toBeGreaterThan(summary!.metrics["popularity.ndcg@20"]! * 1.05)
    expect(summary!.gates.every(({ passed }) => passed)).toBe(true)
  })

  test("what somebody has seen or hidden never appears, in any order", async () => {
    const [first] = await ids({})
    const hide = { id: "hide-1", timestamp: now, event: "interaction", collection: "films", type: "hide", user: someone, item: first }
    const { position } = await engine.observe([hide])
    const never = new Set([first, ...historyOf(someone)])
    expect(never.size).toBeGreaterThan(1)
    for (const sort of ["recommended", "score", "ease", "neighbours", "content", "trending", "popular"]) {
      const shown = await ids({ sort, limit: 150, after: position })
      expect(shown.length, sort).toBeGreaterThan(0)
      expect(new Set(shown).size, sort).toBe(shown.length)
      expect(
        shown.filter((id) => never.has(id)),
        sort,
      ).toEqual([])
    }
  })

  test("each retriever's own order falls by its own score", async () => {
    for (const sort of ["ease", "neighbours", "content", "popular"]) {
      const { items } = await engine.rank("films", { user: someone, limit: 30, log: false, sort })
      const scores = items.map(({ score }) => score)
      expect(scores, sort).toEqual(scores.toSorted((a, b) => b - a))
      expect(scores[0], sort).toBeGreaterThan(0)
    }
  })

  test("all items that a request names are ranked, however many and in whatever order they are named", async () => {
    const films = [...new Set(past.filter(({ event }) => event === "item").map(({ item }) => String(item)))]
    expect(films.length).toBeGreaterThan(100)
    const named = await ids({ items: films, limit: 10 })
    expect(named).toHaveLength(10)
    expect(await ids({ items: films.toReversed(), limit: 10 })).toEqual(named)
  })

  test("items that a request names are ranked and nothing else, each once; unknown ones are left out", async () => {
    const all = await ids({ sort: "score", limit: 40 })
    const named = [all[30]!, all[2]!, "nowhere", all[30]!, all[17]!]
    const shown = await ids({ items: named, sort: "score" })
    expect(new Set(shown)).toEqual(new Set([all[2], all[17], all[30]]))
    expect(shown).toHaveLength(3)
  })

  test("an item's page shows others that go with it, not itself", async () => {
    const [item] = historyOf(someone)
    const page = await engine.rank("films", { item: item!, limit: 10, log: false })
    expect(page.items).toHaveLength(10)
    expect(page.items.map(({ id }) => id)).not.toContain(item)
    for (const { reasons } of page.items) expect(reasons!.length).toBeGreaterThan(0)
  })

  test("nobody known: a page of popular, trending and new items", async () => {
    const strangers = await ids({ user: "never-seen" })
    expect(strangers).toHaveLength(20)
    // Nobody and somebody unknown are shown the same, but for what moves between two moments: lists that are made anew, new items' places.
    const nobody = await ids({ user: undefined })
    expect(nobody).toHaveLength(20)
    expect(nobody.filter((id) => strangers.includes(id)).length).toBeGreaterThanOrEqual(15)
    const lists = await Promise.all(["popular", "trending", "new"].map((sort) => ids({ user: "never-seen", sort, limit: 150 })))
    const listed = new Set(lists.flat())
    expect([...strangers, ...nobody].filter((id) => !listed.has(id))).toEqual([])
  })

  test("filters keep what fits", async () => {
    const { items } = await engine.rank("films", { user: someone, limit: 10, log: false, filters: { genre: "Drama" } })
    expect(items.length).toBeGreaterThan(0)
    for (const { fields } of items) expect(fields!.genre).toBe("Drama")
  })

  test("an explanation names sources and inputs; what the inputs add is told where a model ranks", async () => {
    const { requestId, items } = await engine.rank("films", { user: someone, limit: 5, explain: true })
    const explanation = await engine.explain(requestId)
    expect(explanation.items.map(({ id }) => id)).toEqual(items.map(({ id }) => id))
    const [first] = explanation.items
    expect(first!.sources.length).toBeGreaterThan(0)
    expect(first!.features!.map(({ name }) => name)).toEqual(expect.arrayContaining(["ease", "ease.share", "popular", "rating"]))
    expect(explanation.drops.some(({ rule }) => rule === "seen")).toBe(true)
  })

  test("diversity off: the score order; on: no genre more than its cap among the first ten", async () => {
    const { items } = await engine.rank("films", { user: someone, limit: 20, log: false })
    const genres = new Map<unknown, number>()
    for (const { fields } of items.slice(0, 10)) genres.set(fields!.genre, (genres.get(fields!.genre) ?? 0) + 1)
    expect(Math.max(...genres.values())).toBeLessThanOrEqual(4)
    const scores = (await engine.rank("films", { user: someone, limit: 50, log: false, sort: "score" })).items.map(({ score }) => score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
  })
})

test("pins, boosts and buried items hold on the page, and not in the score order", async () => {
  const plain = await filmEngine()
  const user = String(parts().past.findLast(WATCHED)!.user)
  const order = (await plain.engine.rank("films", { user, limit: 60, sort: "score", log: false })).items.map(({ id }) => id)
  await plain.engine.close()
  const [pinned, boosted, buried] = [order[40]!, order[25]!, order[0]!]
  const { engine } = await filmEngine({
    rules: { pin: { [pinned]: 3 }, boost: { [boosted]: 1e9 }, bury: [buried] },
    diversity: 1,
    caps: [],
  })
  const page = (await engine.rank("films", { user, limit: 20, log: false })).items.map(({ id }) => id)
  const scored = (await engine.rank("films", { user, limit: 60, sort: "score", log: false })).items.map(({ id }) => id)
  await engine.close()
  expect(page[2]).toBe(pinned)
  expect(page[0]).toBe(boosted)
  expect(page).not.toContain(buried)
  expect(scored).toEqual(order)
}, 60_000)

describe("a folder without times, with gaps between ids", () => {
  let folder: Awaited<ReturnType<typeof timelessFolder>>
  beforeAll(async () => {
    folder = await timelessFolder()
  })
  afterAll(() => folder.dispose())
  const train = async (seed: number) => {
    const engine = await open({
      store: join(folder.path, `store-${seed}-${Math.trunc(performance.now())}`),
      systems: [recommendation()],
      training: "inline",
    })
    return { engine, report: await engine.train("recommendation", { data: folder.path, seed }) }
  }

  test("trains, evaluates far above popularity, and writes a run file in people's own ids", async () => {
    const { engine, report } = await train(7)
    expect(report.notes[0]).toMatch(/no time/)
    const run = join(folder.path, "run.txt")
    const evaluation = await engine.evaluate("recommendation", { data: folder.path, run })
    await engine.close()
    const ndcg = (metrics: typeof evaluation.metrics) => metrics.find(({ name }) => name === "ndcg@20")!.value
    const best = Math.max(...["ease", "neighbours", "popular"].map((name) => ndcg(evaluation.beside[name]!)))
    expect(evaluation.queries).toBe(120)
    expect(ndcg(evaluation.metrics)).toBeGreaterThan(1.3 * ndcg(evaluation.beside.popular!))
    expect(ndcg(evaluation.metrics)).toBeGreaterThanOrEqual(0.97 * best)
    const lines = (await readFile(run, "utf8")).trimEnd().split("\n")
    const seen = new Map(
      parseLines(await readFile(join(folder.path, "train.txt.gz"))).map(([user, ...items]) => [user!, new Set(items)] as const),
    )
    let before = { query: "", score: 0 }
    for (const line of lines) {
      const [query, q0, item, , score] = line.split(" ")
      expect(q0).toBe("Q0")
      expect(seen.get(query!)!.has(item!)).toBe(false)
      expect((Number(item) - 5) % 7).toBe(0)
      if (query === before.query) expect(Number(score)).toBeLessThan(before.score)
      before = { query: query!, score: Number(score) }
    }
    expect(new Set(lines.map((line) => line.split(" ")[0])).size).toBe(120)
  }, 60_000)

  test("same seed and data: the same release; another seed: another", async () => {
    const releases: string[] = []
    for (const seed of [7, 7, 8]) {
      const { engine, report } = await train(seed)
      releases.push(report.release)
      await engine.close()
    }
    expect(releases[1]).toBe(releases[0])
    expect(releases[2]).not.toBe(releases[0])
  }, 60_000)
})

function parseLines(packed: Buffer): string[][] {
  return gunzipSync(packed)
    .toString("utf8")
    .trimEnd()
    .split("\n")
    .map((line) => line.split(" "))
}
