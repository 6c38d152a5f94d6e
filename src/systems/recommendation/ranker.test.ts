import { expect, test } from "vitest"
import { candidates, type RequestScope } from "../../core/index.ts"
import { TraceRecorder } from "../../funnel/index.ts"
import type { RecommendationQuery } from "./query.ts"
import { completeScores, rankerColumns } from "./ranker.ts"
import type { Taste } from "./tastes.ts"

test("every input of the ranker is there when a log had no visits and nobody proposed by content: missing, not absent", async () => {
  const read = (items: Uint32Array, out: Float32Array) => {
    out.set(Array.from(items, (item) => [1, 3][item]!))
    return out
  }
  const taste = (name: Taste["name"]): Taste => ({ name, of: () => ({ read, best: 4 }) }) as unknown as Taste
  const stage = completeScores([taste("ease"), taste("neighbours"), taste("spectral")], { retrieve: 100, rank: 10 })
  const list = candidates(2)
  list.ids.set([1, 0])
  const scope = { trace: new TraceRecorder() } as unknown as RequestScope
  const { scores } = await stage.run({} as RecommendationQuery, list, scope)
  for (const column of rankerColumns([])) expect(scores.get(column), column).toBeDefined()
  expect([...scores.get("ease.share")!]).toEqual([0.75, 0.25])
  expect([...scores.get("together.share.log")!]).toEqual([Number.NaN, Number.NaN])
})
