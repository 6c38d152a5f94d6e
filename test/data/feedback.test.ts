import { expect, test } from "vitest"
import { feedbackLoop, type Learner } from "../../bench/experiments/feedback-loop.ts"
import type { LogEntry, ServedRecord } from "../../src/core/index.ts"
import { countForJoin, explicitLabel, inventedFilms, joinLabels, reconcileJoin, simulateAudience } from "../../src/data/index.ts"
import { popularity } from "../../src/models/index.ts"

const START = Date.UTC(2026, 0, 5)
const catalogue = inventedFilms({ seed: 3, count: 120 })
const films = catalogue.films.map(({ id }) => id)
const world = simulateAudience({ catalogue, seed: 5, start: START, users: 300, days: 20 })

test("a ranker trained on its own clicks repeats what was on top; a few pages by chance free it, at a small cost", () => {
  const run = (learner: Learner, share: number) => feedbackLoop(world, films, { learner, days: 6, share, seed: 1, start: START })
  const [biased, freed] = [run("clicks as they are", 0), run("clicks undone by position", 0.05)]
  expect(biased.kept).toBeGreaterThan(0.9)
  expect(freed.kept).toBeLessThan(0.5)
  expect(freed.value).toBeGreaterThan(biased.value + 0.15)
  expect(freed.right).toBeGreaterThan(biased.right + 0.2)
  expect(freed.cost).toBeLessThan(0.04)
})

/** Rules that were there first: newest films first, the same for all. Their lists and what came of them, as a log. */
function rulesLog(): LogEntry[] {
  const newest = catalogue.films.toSorted((a, b) => (b.year ?? 0) - (a.year ?? 0) || (a.id < b.id ? -1 : 1)).map(({ id }) => id)
  const entries: LogEntry[] = []
  const add = (time: number, record: LogEntry["record"]) => entries.push({ position: entries.length + 1, time, record })
  for (const [n, user] of world.truth.users.entries()) {
    for (let visit = 0; visit < 3; visit++) {
      const [request, at] = [`rules-${n}-${visit}`, START + (visit * 300 + n) * 60_000]
      // The rules rotate by the visit, so that everything is shown at some time.
      const items = [...newest.slice(visit * 40), ...newest.slice(0, visit * 40)].slice(0, 40)
      const served: ServedRecord = {
        ...{ id: request, timestamp: at, event: "served", system: "films", user, items: items.map((id) => ({ id, collection: "films" })) },
        ...{ scores: items.map((_, place) => -place), release: "rules", variant: "live", readAt: entries.length },
      }
      add(at, served)
      for (const event of world.answer(items, user, { request, at }))
        if (event.event === "interaction") add(event.timestamp as number, event)
    }
  }
  return entries.sort((a, b) => a.time - b.time).map((entry, i) => ({ ...entry, position: i + 1 }))
}

test("a rules system's log becomes examples that add up exactly, and the model trained on them beats the rules", async () => {
  const log = rulesLog()
  const batches = async function* () {
    for (let from = 0; from < log.length; from += 500) yield log.slice(from, from + 500)
  }
  const join = joinLabels(batches(), {
    system: "films",
    windowMs: 6 * 3_600_000,
    slackMs: 600_000,
    source: "served",
    label: explicitLabel({ type: "click" }),
  })
  const number = new Map(films.map((film, i) => [film, i]))
  const [items, weights]: [number[], number[]] = [[], []]
  let shown = 0
  for await (const list of join) {
    for (const [i, { id }] of list.items.entries()) {
      shown++
      if (list.labels[i] !== 1) continue
      items.push(number.get(id)!)
      weights.push(1 / world.truth.examination(list.places[i]! + 1))
    }
  }
  const account = reconcileJoin(join.stats, await countForJoin(batches(), "films"))
  expect(account.map(({ what, in: came }) => [what, came])).toEqual([
    ["interactions", log.filter(({ record }) => record.event === "interaction").length],
    ["impressions", 0],
    ["served lists and lists of impressions", 900],
  ])
  expect(shown).toBe(900 * 40)
  const model = await popularity().fit(
    { items: Uint32Array.from(items), weights: Float32Array.from(weights), itemCount: films.length },
    { seed: 1 },
  )
  const ranked = films.toSorted((a, b) => model.scores[number.get(b)!]! - model.scores[number.get(a)!]!).slice(0, 20)
  const rules = catalogue.films
    .toSorted((a, b) => (b.year ?? 0) - (a.year ?? 0))
    .map(({ id }) => id)
    .slice(0, 20)
  const value = (page: readonly string[]) => world.truth.users.reduce((sum, user) => sum + world.truth.pageValue(user, page), 0)
  expect(value(ranked) / value(rules)).toBeGreaterThan(1.3)
})
