import { expect, test } from "vitest"
import { createIdTable, type LogEntry, type LogRecord, manualClock, USERS } from "../../core/index.ts"
import { FILMS, filmSchema, inventedFilms, simulateAudience } from "../../data/index.ts"
import type { TrainingRun } from "../../definition/index.ts"
import { gatherEngagements } from "./data.ts"
import { gatherExposure } from "./exposure.ts"
import { resolveOptions } from "./options.ts"

const START = Date.UTC(2026, 8, 1)
const options = resolveOptions({ name: "films", collection: FILMS, schema: filmSchema })
const world = simulateAudience({
  catalogue: inventedFilms({ seed: 3, count: 100 }),
  seed: 5,
  start: START,
  users: 300,
  days: 21,
  system: "films",
})
const entries = Array.from(
  world.events(),
  (event, position): LogEntry => ({ position, time: Number(event.timestamp), record: event as LogRecord }),
)

function runOver(given: readonly LogEntry[], timeless = false): TrainingRun {
  return {
    async *entries() {
      yield given
    },
    position: given.length,
    records: given.length,
    timeless,
    seed: 7,
    memoryCapBytes: 2 ** 30,
    clock: manualClock(START),
    signal: new AbortController().signal,
    progress() {},
  }
}

async function exposureOf(run: TrainingRun) {
  const ids = createIdTable()
  await gatherEngagements(run.entries(), ids, options, run.signal)
  return { ids, exposure: await gatherExposure(run, ids, options) }
}

test("how often places are looked at is read off the log of a world where it is known", async () => {
  const { exposure } = await exposureOf(runOver(entries))
  for (const place of [2, 3, 5, 10, 15]) {
    const [found, truth] = [exposure.examination![place - 1]!, world.truth.examination(place)]
    expect(Math.abs(found - truth), `place ${place}: ${found} for ${truth}`).toBeLessThan(0.12)
  }
  expect(exposure.note).toMatch(/lists in the log, \d+ items taken up/)
})

test("what was taken up from below stands for more, at most ten; what nobody showed counts once", async () => {
  const { ids, exposure } = await exposureOf(runOver(entries))
  const people = ids.collection(USERS)
  const films = ids.collection(FILMS)
  const weights: number[] = []
  for (const { record } of entries) {
    if (record.event !== "interaction" || record.type !== "click" || record.request === undefined) continue
    weights.push(exposure.weight(people.find(record.user!), films.find(record.item)))
  }
  expect(Math.min(...weights)).toBe(1)
  expect(Math.max(...weights)).toBeGreaterThan(4)
  expect(Math.max(...weights)).toBeLessThanOrEqual(10)
  expect(exposure.weight(0, 1_000_000)).toBe(1)
})

test("a log that does not tell leaves every example at its own weight", async () => {
  for (const run of [runOver(entries.slice(0, 200)), runOver(entries, true)]) {
    const { exposure } = await exposureOf(run)
    expect([exposure.examination, exposure.note, exposure.weight(0, 0)]).toEqual([undefined, undefined, 1])
  }
})
