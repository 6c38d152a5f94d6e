import { expect, test } from "vitest"
import { candidates, matrix, type RequestScope } from "../../core/index.ts"
import { memoryState } from "../../storage/index.ts"
import type { LiveParts, RecommendationModels } from "./funnel.ts"
import { newToRelease } from "./new-to-release.ts"
import type { Recommendation } from "./options.ts"
import type { RecommendationQuery } from "./query.ts"
import { LOGIT, type Ranker, TASTE_COLUMNS } from "./ranker.ts"
import type { RankerModel } from "./rankers.ts"

const DAY = 86_400_000
const NOW = 100 * DAY
const [KNOWN, OLD, NEW, BEYOND] = [0, 1, 2, 3]
const declaration = { kind: "latest", name: "films.first-seen", key: "item", width: 1 } as const

/** Item 0 was taken up, 1 has been there for long and never was, 2 and 3 came in a day ago; the release knows of the first three. */
async function stageOf(ranker: Partial<Ranker> | undefined, more: Partial<RecommendationModels> = {}) {
  const { tables } = await memoryState().open([declaration], "test")
  const table = tables.fixed(declaration.name)
  for (const [item, days] of [
    [KNOWN, 1],
    [OLD, 50],
    [NEW, 1],
    [BEYOND, 1],
  ] as const)
    table.touch(item).fill(NOW - days * DAY, table.offset(item), table.offset(item) + 2)
  const features = { declarations: [declaration], columns: ["year"], read: () => matrix(2, 1) }
  const models = { retrieval: { spectral: { counts: Float32Array.of(5, 0, 0) } }, ranker, ...more } as unknown as RecommendationModels
  return newToRelease({ collection: "films" } as Recommendation, models, { tables, features } as unknown as LiveParts)
}

const query = { placement: "home", sort: "recommended", seeds: Uint32Array.of(9) } as RecommendationQuery
const ofNew = (logits: readonly number[]) => ({ logits: () => Float64Array.from(logits) }) as unknown as RankerModel

async function scoresAfter([stage]: Awaited<ReturnType<typeof stageOf>>, column: string) {
  const list = candidates(4, ["fusion", ...TASTE_COLUMNS])
  list.ids.set([KNOWN, OLD, NEW, BEYOND])
  for (const name of TASTE_COLUMNS) list.scores.get(name)!.fill(0)
  list.scores.get("fusion")!.set([2, 1, 0, 0.5])
  const { scores } = await stage!.run(query, list, { now: NOW } as RequestScope)
  return [...scores.get(column)!]
}

test("where a model orders, tastes of what is new to the release are missing; those of what nobody wants stay 0", async () => {
  const stages = await stageOf({ column: LOGIT, modelOfNew: ofNew([]) })
  for (const column of TASTE_COLUMNS) expect(await scoresAfter(stages, column)).toEqual([0, 0, Number.NaN, Number.NaN])
  expect(await scoresAfter(await stageOf(undefined, { capture() {} }), "ease")).toEqual([0, 0, Number.NaN, Number.NaN])
})

test("where no model orders, what is new has the score of its odds, or its own where that is larger", async () => {
  const scale = { slope: 1, shift: 0 }
  const stages = await stageOf({ column: "fusion", modelOfNew: ofNew([Math.log(0.501), Math.log(0.1)]), scale })
  const [known, old, fresh, beyond] = await scoresAfter(stages, "fusion")
  expect([known, old, beyond]).toEqual([2, 1, 0.5])
  expect(fresh).toBeCloseTo(1, 5)
  expect(await scoresAfter(stages, "ease")).toEqual([0, 0, 0, 0])
  const another = await stageOf({ column: "ease", modelOfNew: ofNew([5, 5]), scale })
  expect(await scoresAfter(another, "fusion"), "another column orders than the one whose odds are known").toEqual([2, 1, 0, 0.5])
})

test("no stage for a release that learned nothing of new items", async () => {
  expect(await stageOf({ column: LOGIT, modelOfNew: undefined })).toEqual([])
})
