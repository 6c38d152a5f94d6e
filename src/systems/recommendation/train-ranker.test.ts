import { describe, expect, test } from "vitest"
import { memoryBundle } from "../../../test/contracts/memory-bundle.ts"
import { createIdTable, type LogEntry, type LogRecord, manualClock } from "../../core/index.ts"
import { FILMS, filmSchema, inventedFilms, simulateAudience } from "../../data/index.ts"
import type { TrainingRun } from "../../definition/index.ts"
import { chooseRetrieval } from "./choose-retrieval.ts"
import { gatherEngagements, holdOut } from "./data.ts"
import { resolveOptions } from "./options.ts"
import { interactionMatrix, servedRetrieval } from "./retrieval.ts"
import { fitRetrieval, trainRecommendation } from "./train.ts"
import { trainRanker } from "./train-ranker.ts"

const START = Date.UTC(2026, 8, 1)
const USERS = 120
const options = resolveOptions({ name: "films", collection: FILMS, schema: filmSchema, timeoutMs: 30_000 })
const world = simulateAudience({ catalogue: inventedFilms({ seed: 3, count: 100 }), seed: 11, start: START, users: USERS, days: 14 })
const entries = Array.from(
  world.events(),
  (event, position): LogEntry => ({ position, time: Number(event.timestamp), record: event as LogRecord }),
)

const run: TrainingRun = {
  entries: () => batches(entries),
  position: entries.length,
  records: entries.length,
  timeless: false,
  seed: 7,
  memoryCapBytes: 2 ** 30,
  clock: manualClock(START + 14 * 86_400_000),
  signal: new AbortController().signal,
  progress() {},
}

async function prepared() {
  const ids = createIdTable()
  const engagements = await gatherEngagements(run.entries(), ids, options, run.signal)
  const inner = holdOut(engagements, ids, options, run.timeless, run.seed)
  const visible = interactionMatrix(engagements, inner.visible)
  const people = { histories: visible, truth: inner.truth, itemCount: engagements.itemCount }
  const { chosen, outOfSample } = await chooseRetrieval(run, options, visible, people)
  const fitOn = (places: Uint32Array) =>
    fitRetrieval(run, options, "fit", engagements, places, interactionMatrix(engagements, places), chosen).then(servedRetrieval)
  return { ids, inner, outOfSample, fitOn, everything: Uint32Array.from(engagements.users.keys()) }
}

describe("the planted leak", () => {
  test("a ranker over retrievers that never saw the held-out part is trained", async () => {
    const { ids, inner, outOfSample, fitOn } = await prepared()
    const models = { retrieval: await fitOn(inner.visible), outOfSample }
    const { metrics, popularity } = await trainRanker(run, ids, options, models, inner)
    expect(metrics["ndcg@20"]).toBeGreaterThan(popularity["ndcg@20"]!)
  })

  test("retrievers fitted on everything, held-out labels included, are found and named", async () => {
    const { ids, inner, outOfSample, fitOn, everything } = await prepared()
    const models = { retrieval: await fitOn(everything), outOfSample }
    await expect(trainRanker(run, ids, options, models, inner)).rejects.toThrow(
      /expected retriever scores that never saw the held-out items, came .*ease with ndcg/,
    )
  })
})

test("a release keeps no row for a person: twice the people take the same room, and nobody is named", async () => {
  const sizeOf = async (given: readonly LogEntry[]) => {
    const trained = await trainRecommendation({ ...run, entries: () => batches(given), records: given.length }, options)
    const bundle = memoryBundle()
    trained.save(bundle.writer)
    const contents = [...bundle.bytes().values()]
    for (const user of world.truth.users) expect(contents.filter((content) => content.includes(`"${user}"`))).toEqual([])
    return contents.reduce((sum, content) => sum + content.length, 0)
  }
  const twins = entries.flatMap(({ record, ...entry }): LogEntry[] =>
    "user" in record && record.user !== undefined
      ? [
          { ...entry, record },
          { ...entry, record: { ...record, user: `${record.user}-twin` } },
        ]
      : [{ ...entry, record }],
  )
  const alone = await sizeOf(entries)
  const doubled = await sizeOf(twins)
  expect(doubled).toBeGreaterThan(alone * 0.98)
  expect(doubled).toBeLessThan(alone * 1.02)
})

async function* batches(given: readonly LogEntry[]) {
  yield given
}
