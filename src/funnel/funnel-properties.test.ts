import fc from "fast-check"
import { expect, test } from "vitest"
import { deadlineIn, manualClock, type Retriever } from "../core/index.ts"
import { seen } from "./filter-rules.ts"
import { filterStage } from "./filter-stage.ts"
import { defineFunnel, type FunnelRun, type FunnelStage } from "./funnel.ts"
import { rankBy } from "./rank-by.ts"
import { runFunnel } from "./run.ts"
import { idsOf, listOf, manualTimer, retrieverOf, scopeOf, stageOf } from "./scope.test.helper.ts"

type Clock = ReturnType<typeof manualClock>
/** What blocks the thread without looking at the deadline takes at most this long: one such step is how far a funnel can overrun. */
const BLOCKING_MS = 3

const retrieverKinds = {
  fine: (name: string, ids: number[]) => retrieverOf(name, ids),
  blocks: (name, ids, clock) => ({
    name,
    retrieve: async () => {
      clock.advance(BLOCKING_MS)
      return listOf(name, ids)
    },
  }),
  throws: (name) => ({
    name,
    retrieve: () => {
      throw new Error("broken")
    },
  }),
  rejects: (name) => ({ name, retrieve: () => Promise.reject(new Error("broken")) }),
  hangs: (name) => ({ name, retrieve: () => new Promise(() => {}) }),
  missing: (name, ids) => ({
    name,
    retrieve: async () =>
      listOf(
        name,
        ids,
        ids.map(() => Number.NaN),
      ),
  }),
  repeats: (name, ids) => ({ name, retrieve: async () => listOf(name, [...ids, ...ids, ...ids]) }),
} satisfies Record<string, (name: string, ids: number[], clock: Clock) => Retriever<string>>

const stageKinds = {
  reverses: (name: string) => stageOf(name, 8, (places) => places.reverse()),
  halves: (name) => stageOf(name, 8, (places) => places.slice(0, places.length / 2)),
  empties: (name) => stageOf(name, 8, () => []),
  throws: (name) =>
    stageOf(name, 6, () => {
      throw new Error("broken")
    }),
  hangs: (name) => ({ name, limit: 7, run: () => new Promise(() => {}) }),
  invents: (name) => ({ name, limit: 9, run: async () => listOf("x", [500, 1, 1, 2, 501, 3]) }),
  blocks: (name, clock) =>
    stageOf(name, 9, (places) => {
      clock.advance(BLOCKING_MS)
      return places
    }),
  costs: (name, clock) => ({
    ...stageOf(name, 9, (places) => {
      clock.advance(Math.min(BLOCKING_MS, places.length / 2))
      return places
    }),
    needMs: 0.5,
  }),
  ranks: (name) => rankBy<string>("fusion", { name, limit: 5 }),
} satisfies Record<string, (name: string, clock: Clock) => FunnelStage<string>>

const ids = fc.uniqueArray(fc.nat(30), { maxLength: 12 })
const funnels = fc.record({
  retrievers: fc.array(fc.record({ kind: fc.constantFrom(...keysOf(retrieverKinds)), ids, limit: fc.integer({ min: 1, max: 8 }) }), {
    minLength: 1,
    maxLength: 4,
  }),
  stages: fc.array(fc.constantFrom(...keysOf(stageKinds)), { maxLength: 4 }),
  filterAt: fc.nat(4),
  popular: fc.uniqueArray(fc.integer({ min: 20, max: 60 }), { maxLength: 30 }),
  hidden: fc.array(fc.nat(60), { maxLength: 30 }),
  limit: fc.integer({ min: 1, max: 10 }),
  timeoutMs: fc.integer({ min: 0, max: 20 }),
})

test("property: whatever breaks, the page is capped, without doubles, in time, unfiltered nothing, and not empty while the fallback has items", async () => {
  await fc.assert(
    fc.asyncProperty(funnels, async ({ retrievers, stages, filterAt, popular, hidden, limit, timeoutMs }) => {
      const clock = manualClock()
      const time = manualTimer(clock)
      const filters = filterStage<string>({ rules: [seen(() => hidden)] })
      const funnel = defineFunnel<string>({
        retrievers: retrievers.map(({ kind, ids, limit }, at) => ({ retriever: retrieverKinds[kind](`r${at}`, ids, clock), limit })),
        stages: stages.map((kind, at): FunnelStage<string> => stageKinds[kind](`s${at}`, clock)).toSpliced(filterAt, 0, filters),
        fallback: retrieverOf("popular", popular),
        limit,
        clock,
        timer: time.timer,
      })
      const run = await finished(runFunnel(funnel, "q", scopeOf({ deadline: deadlineIn(timeoutMs, clock) })), time)
      const page = idsOf(run.candidates)
      expect(page.length).toBeLessThanOrEqual(limit)
      expect(new Set(page).size).toBe(page.length)
      const known = new Set([...retrievers.flatMap((retriever) => retriever.ids), ...popular])
      for (const id of page) {
        expect(known.has(id)).toBe(true)
        expect(hidden).not.toContain(id)
      }
      if (popular.some((id) => !hidden.includes(id))) expect(page.length).toBeGreaterThan(0)
      expect(clock.now()).toBeLessThanOrEqual(timeoutMs + BLOCKING_MS)
      for (const report of run.stages.slice(retrievers.length + 1)) {
        if (report.name.startsWith("s")) expect(report.out).toBeLessThanOrEqual(report.in)
      }
    }),
    { numRuns: 300 },
  )
})

/** Moves the clock, a millisecond at a time, until the run has its answer. */
async function finished(running: Promise<FunnelRun<string>>, time: ReturnType<typeof manualTimer>): Promise<FunnelRun<string>> {
  let isDone = false
  const done = () => {
    isDone = true
  }
  running.then(done, done)
  await new Promise((resolve) => setImmediate(resolve))
  while (!isDone) await time.pass(1)
  return running
}

function keysOf<Of extends object>(record: Of): (keyof Of)[] {
  return Object.keys(record) as (keyof Of)[]
}
