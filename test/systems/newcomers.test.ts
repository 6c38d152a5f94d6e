import { expect, test } from "vitest"
import { candidates } from "../../src/core/index.ts"
import { FUSION_COLUMN } from "../../src/funnel/index.ts"
import { orderColumn } from "../../src/systems/recommendation/funnel.ts"
import { smallEngine } from "../engine/small-world.ts"

type Query = Parameters<typeof orderColumn>[0]
type Ranker = NonNullable<Parameters<typeof orderColumn>[1]>

test.each([
  { name: "a model orders the page of somebody with a history", column: "logit", seeds: [1], expected: "logit" },
  { name: "a model learned from nobody without one", column: "logit", seeds: [], expected: FUSION_COLUMN },
  { name: "a retriever orders the page of somebody with a history", column: "neighbours", seeds: [1], expected: "neighbours" },
  { name: "nobody's history tells a retriever nothing", column: "neighbours", seeds: [], expected: FUSION_COLUMN },
  { name: "an item's page is the fused one", column: "logit", seeds: [1], placement: "item", expected: FUSION_COLUMN },
  { name: "a sort that was asked for stands", column: "logit", seeds: [], sort: "popular", expected: "popular" },
])("$name: $expected", ({ column, seeds, expected, placement = "home", sort = "recommended" }) => {
  const query = { placement, sort, seeds: Uint32Array.from(seeds) } as unknown as Query
  expect(orderColumn(query, { column } as Ranker)).toBe(expected)
})

test("where the one retriever that ranks has nothing to say of a list, the fused lists stand", () => {
  const query = { placement: "home", sort: "recommended", seeds: Uint32Array.of(1) } as unknown as Query
  const list = candidates(2, ["together"])
  const ranker = { column: "together" } as Ranker
  list.scores.get("together")!.fill(0)
  expect(orderColumn(query, ranker, list)).toBe(FUSION_COLUMN)
  list.scores.get("together")![1] = 0.5
  expect(orderColumn(query, ranker, list)).toBe("together")
})

test("somebody new gets what many like, with scores that tell places apart", async () => {
  const { engine } = await smallEngine()
  const page = await engine.rank("films", { user: "nobody yet", limit: 10, sort: "score", log: false })
  expect(new Set(page.items.map(({ score }) => score)).size).toBeGreaterThan(5)
  const popular = await engine.rank("films", { user: "nobody yet", limit: 20, sort: "popular", log: false })
  const many = new Set(popular.items.map(({ id }) => id))
  expect(page.items.filter(({ id }) => many.has(id)).length).toBeGreaterThanOrEqual(8)
  await engine.close()
})
