import fc from "fast-check"
import { expect, test } from "vitest"
import {
  type Candidates,
  candidates,
  deadlineIn,
  InvalidArgument,
  manualClock,
  type RequestScope,
  random,
  type Stage,
} from "../core/index.ts"
import { attributeCaps } from "./attribute-caps.ts"
import { diversityStage } from "./diversity.ts"
import { blocked, denied, expired, hidden, requested, seen } from "./filter-rules.ts"
import { filterStage } from "./filter-stage.ts"
import { type HouseRule, houseRules } from "./house-rules.ts"
import { rankBy } from "./rank-by.ts"
import { featuresOf, idsOf, listOf, recorded, scopeOf } from "./scope.test.helper.ts"
import { scoreStage } from "./score-stage.ts"

async function run(stage: Stage<string>, list: Candidates, parts: Partial<RequestScope> = {}) {
  const scope = scopeOf(parts)
  const out = await stage.run("q", list, scope)
  return { ids: idsOf(out), out, told: recorded(scope) }
}

test("each filter drops its items, the first rule that drops one is told", async () => {
  const ends = new Map([
    [5, 100],
    [6, 101],
    [7, Number.NaN],
  ])
  const stage = filterStage<string>({
    rules: [
      seen(() => [1, 2]),
      blocked(() => [2, 3], 0),
      blocked(() => [8], 9),
      expired((id) => ends.get(id) ?? Number.NaN),
      hidden(() => (id) => id !== 4),
      requested(() => undefined),
      requested((query) => (query === "q" ? (id) => id < 10 : undefined), "year"),
      denied(() => (id) => id === 9),
    ],
  })
  const { ids, told } = await run(stage, listOf("s", [1, 2, 3, 4, 5, 6, 7, 8, 9, 10]), { now: 100 })
  expect(stage.required).toBe(true)
  expect(ids).toEqual([6, 7, 8])
  expect(told.drops).toEqual([
    { stage: "filters", rule: "seen", ids: [1, 2] },
    { stage: "filters", rule: "blocked", ids: [3] },
    { stage: "filters", rule: "expired", ids: [5] },
    { stage: "filters", rule: "private", ids: [4] },
    { stage: "filters", rule: "year", ids: [10] },
    { stage: "filters", rule: "denied", ids: [9] },
  ])
})

test("rankBy: best first, equal scores by dense id, without a score last, cut to its limit", async () => {
  const { ids, told } = await run(rankBy("s", { limit: 3 }), listOf("s", [4, 3, 2, 1], [1, Number.NaN, 5, 1]))
  expect(ids).toEqual([2, 1, 4])
  expect(told.drops).toEqual([{ stage: "rank", rule: "limit", ids: [3] }])
  expect(told.notes).toEqual([{ stage: "rank", key: "without a score", value: 1 }])
})

test("scores come from features and from score columns, in the model's order", async () => {
  const stage = scoreStage<string>({
    name: "model",
    limit: 9,
    features: ["near", "year"],
    predict: (rows, out) => out.map((_, i) => 10 * rows.data[2 * i]! + rows.data[2 * i + 1]!),
    sliceRows: 2,
  })
  const features = featuresOf(["age", "year"], (id, column) => (column === 1 ? id : 1000))
  const { ids, out } = await run(stage, listOf("near", [1, 2, 3], [0.5, 0.1, 0]), { features })
  expect(ids).toEqual([1, 2, 3])
  expect([...out.scores.get("model")!]).toEqual([6, 3, 3])
  await expect(run(stage, listOf("far", [1]), { features })).rejects.toThrow('"near"')
})

test("scoring stops between slices when time has passed; the rest keeps its order behind; NaN is named", async () => {
  const clock = manualClock()
  const stage = scoreStage<string>({
    name: "model",
    limit: 5,
    features: ["x"],
    sliceRows: 2,
    predict(rows, out) {
      clock.advance(4)
      for (let i = 0; i < rows.rows; i++) out[i] = rows.data[i]! === 1 ? Number.NaN : rows.data[i]!
      return out
    },
  })
  const { ids, told } = await run(stage, listOf("near", [1, 2, 3, 9, 8, 7]), {
    features: featuresOf(["x"], (id) => id),
    deadline: deadlineIn(8, clock),
  })
  expect(ids).toEqual([9, 3, 2, 1, 8])
  expect(told.degraded.map(({ reason }) => reason)).toEqual(["1 of 4 scores are NaN, put last", "time passed, cut after 4 of 6"])
})

test("boosts raise and fade, buried items go last, pins take their places", async () => {
  const rules: HouseRule[] = [
    { kind: "boost", name: "fresh", matches: (id) => id === 3, times: 4, fromMs: 0, halfLifeMs: 100 },
    { kind: "boost", name: "over", matches: (id) => id === 1, plus: 99, untilMs: 100 },
    { kind: "bury", name: "old", matches: (id) => id === 1 },
    { kind: "pin", name: "hero", id: 4, place: 0 },
    { kind: "pin", name: "second hero", id: 5, place: 0 },
    { kind: "pin", name: "not there", id: 77, place: 0 },
  ]
  const stage = houseRules<string>({ limit: 4, column: "s", rulesFor: () => rules })
  const { ids, out, told } = await run(stage, listOf("s", [1, 2, 3, 4, 5], [5, 3, 2, -1, -2]), { now: 100 })
  expect(ids).toEqual([4, 5, 3, 2])
  expect(out.scores.get("rules")![2]).toBe(4)
  expect(told.drops).toEqual([{ stage: "rules", rule: "limit", ids: [1] }])
  expect(told.notes[0]!.value).toEqual({ fresh: 1, old: 1, hero: 1, "second hero": 1 })
})

test("boosting a negative score raises it", async () => {
  const stage = houseRules<string>({
    limit: 4,
    column: "s",
    rulesFor: () => [{ kind: "boost", name: "x", matches: (id) => id === 1, times: 2 }],
  })
  expect((await run(stage, listOf("s", [1, 2], [-4, -3]))).ids).toEqual([1, 2])
})

test("diversity: the second pick is the one unlike the first, and what it pushed off is told", async () => {
  const genre = [0, 0, 0, 1]
  const similarity = (a: number, b: number) => (genre[a] === genre[b] ? 1 : 0)
  const stage = diversityStage<string>({ limit: 2, column: "s", lambda: 0.5, similarity })
  const { ids, told } = await run(stage, listOf("s", [0, 1, 2, 3], [4, 3, 2, 1]))
  expect(ids).toEqual([0, 3])
  expect(told.drops).toEqual([
    { stage: "diversity", rule: "similar", ids: [1] },
    { stage: "diversity", rule: "limit", ids: [2] },
  ])
  expect(told.notes).toEqual([{ stage: "diversity", key: "moved", value: 1 }])
})

test("diversity picks what comparing everything with every pick would", async () => {
  const chance = random(5)
  for (let round = 0; round < 20; round++) {
    const size = 1 + chance.integer(40)
    const lambda = chance.next()
    const scores = Array.from({ length: size }, () => Math.round(chance.next() * 20))
    const kinds = Array.from({ length: size }, () => chance.integer(5))
    const similarity = (a: number, b: number) => (kinds[a] === kinds[b] ? 1 : 1 / (1 + Math.abs(kinds[a]! - kinds[b]!)))
    const byScore = Array.from(scores.keys()).sort((a, b) => scores[b]! - scores[a]! || a - b)
    const [most, least] = [Math.max(...scores), Math.min(...scores)]
    const relevance = (id: number) => (scores[id] === most ? 1 : (scores[id]! - least) / (most - least))
    const expected: number[] = []
    while (expected.length < Math.min(12, size)) {
      const value = (id: number) => lambda * relevance(id) - (1 - lambda) * Math.max(0, ...expected.map((other) => similarity(id, other)))
      expected.push(byScore.filter((id) => !expected.includes(id)).reduce((a, b) => (value(b) > value(a) ? b : a)))
    }
    const stage = diversityStage<string>({ limit: 12, column: "s", lambda, similarity })
    const { ids } = await run(stage, listOf("s", Array.from(scores.keys()), scores))
    expect(ids).toEqual(expected)
  }
})

test("diversity out of time fills the page in score order", async () => {
  const clock = manualClock()
  const similarity = () => {
    clock.advance(1)
    return 0
  }
  const stage = diversityStage<string>({ limit: 3, column: "s", lambda: 0.5, similarity })
  const { ids, told } = await run(stage, listOf("s", [0, 1, 2], [1, 2, 3]), { deadline: deadlineIn(1, clock) })
  expect(ids).toEqual([2, 1, 0])
  expect(told.degraded).toEqual([{ stage: "diversity", reason: "cut after 2 of 3" }])
})

test("caps: those passed over stand again where the cap ends; without anybody else the list ends, or goes on when relaxed", async () => {
  const genres = new Map([
    [1, [0]],
    [2, [0, 1]],
    [3, [0]],
    [4, [1]],
    [5, []],
  ])
  const cap = { attribute: "genre", valuesOf: (id: number) => genres.get(id) ?? [], atMost: 1, within: 2 }
  const list = () => listOf("s", [1, 2, 3, 4, 5])
  expect((await run(attributeCaps({ limit: 9, caps: [cap] }), list())).ids).toEqual([1, 4, 2, 3, 5])
  const strict = await run(attributeCaps({ limit: 9, caps: [{ ...cap, within: 9 }] }), list())
  expect(strict.ids).toEqual([1, 4, 5])
  expect(strict.told.drops).toEqual([{ stage: "caps", rule: "cap genre", ids: [2, 3] }])
  expect((await run(attributeCaps({ limit: 4, caps: [{ ...cap, within: 9 }], short: "relax" }), list())).ids).toEqual([1, 4, 5, 2])
  expect(() => attributeCaps({ limit: 1, caps: [{ ...cap, atMost: 0 }] })).toThrow(InvalidArgument)
})

// Dense ids with scores of few values, so that ties are common; some scores are missing.
const scored = fc
  .uniqueArray(
    fc.tuple(
      fc.nat(40),
      fc.oneof({ weight: 9, arbitrary: fc.integer({ min: -5, max: 5 }) }, { weight: 1, arbitrary: fc.constant(Number.NaN) }),
    ),
    {
      selector: ([id]) => id,
      maxLength: 25,
    },
  )
  .map((pairs) =>
    listOf(
      "s",
      pairs.map(([id]) => id),
      pairs.map(([, score]) => score),
    ),
  )
const limits = fc.integer({ min: 1, max: 30 })

test("property: diversity with lambda 1 is the score's order, and a tie goes to the lower id", async () => {
  const similarity = (a: number, b: number) => ((a * b) % 7) / 7
  await fc.assert(
    fc.asyncProperty(scored, limits, async (list, limit) => {
      const byScore = (await run(rankBy("s", { limit }), list)).ids
      expect((await run(diversityStage({ limit, column: "s", lambda: 1, similarity }), list)).ids).toEqual(byScore)
      expect((await run(diversityStage({ limit, column: "s", lambda: 1 - 1e-13, similarity: () => 0 }), list)).ids).toEqual(byScore)
    }),
  )
})

test("property: every stage answers at most its limit, from its input, once, and tells every drop", async () => {
  const similarity = (a: number, b: number) => ((a + b) % 5) / 5
  const stages = (limit: number): Stage<string>[] => [
    rankBy("s", { limit }),
    diversityStage({ limit, column: "s", lambda: 0.3, similarity }),
    attributeCaps({ limit, caps: [{ attribute: "genre", valuesOf: (id) => [id % 3, 3 + (id % 2)], atMost: 2, within: 6 }] }),
    attributeCaps({ limit, short: "relax", caps: [{ attribute: "genre", valuesOf: (id) => [id % 3], atMost: 1, within: 9 }] }),
    houseRules({
      limit,
      column: "s",
      rulesFor: () => [
        { kind: "pin", name: "p", id: 7, place: 2 },
        { kind: "bury", name: "b", matches: (id) => id % 4 === 0 },
      ],
    }),
    filterStage({ limit, rules: [seen(() => [1, 5, 9]), requested(() => (id) => id % 2 === 0)] }),
    scoreStage({ name: "model", limit, features: ["x"], predict: (rows) => rows.data.map((x) => x % 4), sliceRows: 3 }),
  ]
  await fc.assert(
    fc.asyncProperty(scored, limits, async (list, limit) => {
      const before = idsOf(list)
      for (const stage of stages(limit)) {
        const { ids, told } = await run(stage, list, { features: featuresOf(["x"], (id) => id) })
        expect(ids.length).toBeLessThanOrEqual(limit)
        const dropped = told.drops.flatMap((drop) => drop.ids)
        expect([...ids, ...dropped].sort()).toEqual(before.toSorted())
        expect(idsOf(list)).toEqual(before)
      }
    }),
  )
})

test("property: nothing that is filtered appears, whatever the rules", async () => {
  await fc.assert(
    fc.asyncProperty(scored, fc.array(fc.nat(40)), fc.array(fc.nat(40)), fc.nat(40), async (list, had, not, from) => {
      const stage = filterStage<string>({
        rules: [seen(() => had), blocked(() => not), expired((id) => id), requested(() => (id) => id % 5 !== 0)],
      })
      const { ids } = await run(stage, list, { now: from })
      expect(ids).toEqual(idsOf(list).filter((id) => !had.includes(id) && !not.includes(id) && id > from && id % 5 !== 0))
    }),
  )
})

test("property: caps hold in the places they cover", async () => {
  const values = (id: number) => [id % 3, 3 + (id % 4)]
  await fc.assert(
    fc.asyncProperty(
      scored,
      limits,
      fc.integer({ min: 1, max: 3 }),
      fc.integer({ min: 1, max: 12 }),
      async (list, limit, atMost, within) => {
        const caps = [
          { attribute: "a", valuesOf: values, atMost, within },
          { attribute: "b", valuesOf: (id: number) => [id % 2], atMost: 4, within: 2 * within },
        ]
        const { ids } = await run(attributeCaps({ limit, caps }), list)
        for (const { valuesOf, atMost: most, within: places } of caps) {
          const counts = new Map<number, number>()
          for (const value of ids.slice(0, places).flatMap(valuesOf)) counts.set(value, (counts.get(value) ?? 0) + 1)
          for (const count of counts.values()) expect(count).toBeLessThanOrEqual(most)
        }
        // Greedy twin: each place has the first candidate in order that no cap forbids there.
        const left = idsOf(list)
        const page: number[] = []
        while (page.length < limit) {
          const isFree = (id: number) =>
            caps.every(({ valuesOf, atMost: most, within: places }) => {
              if (page.length >= places) return true
              return valuesOf(id).every((value) => page.filter((other) => valuesOf(other).includes(value)).length < most)
            })
          const next = left.findIndex(isFree)
          if (next < 0) break
          page.push(...left.splice(next, 1))
        }
        expect(ids).toEqual(page)
      },
    ),
  )
})

test("property: pins stand at their places", async () => {
  const pins = fc.uniqueArray(fc.tuple(fc.nat(40), fc.nat(29)), { selector: ([id]) => id, maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(scored, limits, pins, async (list, limit, wanted) => {
      const distinct = wanted.filter(
        ([id, place], at) =>
          idsOf(list).includes(id) && wanted.findIndex(([other, same]) => same === place && idsOf(list).includes(other)) === at,
      )
      const rules = distinct.map(([id, place]): HouseRule => ({ kind: "pin", name: `p${id}`, id, place }))
      const { ids } = await run(houseRules({ limit, column: "s", rulesFor: () => rules }), list)
      const shown = Math.min(limit, list.size)
      for (const [id, place] of distinct) if (place < shown - distinct.length) expect(ids[place]).toBe(id)
      if (distinct.length <= shown) for (const [id] of distinct) expect(ids).toContain(id)
    }),
  )
})

test("property: diversity is the ten-line definition", async () => {
  const similarity = (a: number, b: number) => ((a * 3 + b * 3) % 8) / 8
  await fc.assert(
    fc.asyncProperty(scored, limits, fc.constantFrom(0, 0.25, 0.5, 0.75), async (list, limit, lambda) => {
      const ranked = (await run(rankBy("s", { limit: 99 }), list)).out
      const score = (place: number) => ranked.scores.get("s")![place]!
      const all = idsOf(ranked).map((_, place) => place)
      const left = all.filter((place) => !Number.isNaN(score(place)))
      const [best, worst] = [Math.max(...left.map(score)), Math.min(...left.map(score))]
      const picked: number[] = []
      while (left.length > 0 && picked.length < limit) {
        const value = (place: number) => {
          const likeness = Math.max(0, ...picked.map((other) => similarity(ranked.ids[other]!, ranked.ids[place]!)))
          return lambda * (best > worst ? (score(place) - worst) / (best - worst) : 1) - (1 - lambda) * likeness
        }
        const next = left.reduce((a, b) => (value(b) > value(a) ? b : a))
        picked.push(...left.splice(left.indexOf(next), 1))
      }
      const page = [...picked, ...all.filter((place) => !picked.includes(place))].slice(0, limit)
      const { ids } = await run(diversityStage({ limit, column: "s", lambda, similarity }), list)
      expect(ids).toEqual(page.map((place) => ranked.ids[place]))
    }),
  )
})

test("stages of nothing answer nothing", async () => {
  for (const stage of [
    rankBy<string>("s", { limit: 3 }),
    diversityStage<string>({ limit: 3, column: "s", lambda: 0.5, similarity: () => 0 }),
  ]) {
    expect((await run(stage, candidates(0, ["s"]))).ids).toEqual([])
  }
})
