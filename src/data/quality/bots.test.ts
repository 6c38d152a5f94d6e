import { expect, test } from "vitest"
import type { LogRecord } from "../../core/index.ts"
import { simulateTraffic } from "../worlds/traffic.ts"
import { findBots, type SessionProfile, sessionProfiles } from "./bots.ts"

const START = Date.UTC(2026, 0, 5)
const usual: SessionProfile = {
  ...{ session: "s", pages: 5, shown: 50, interactions: 6, rate: 0.12, events: 11, durationMs: 90_000 },
  ...{ medianGapMs: 6000, gapVariation: 1.1, instant: 0, sameItem: 0.2 },
}

test.each([
  { name: "usual", change: {}, reason: undefined },
  { name: "pages without end", change: { pages: 30, interactions: 0, medianGapMs: 1500 }, reason: "pages without end" },
  { name: "many pages, read slowly", change: { pages: 30, interactions: 0, medianGapMs: 9000 }, reason: undefined },
  { name: "opens everything", change: { rate: 0.8 }, reason: "opens everything" },
  { name: "opened both of two shown", change: { rate: 1, shown: 2 }, reason: undefined },
  { name: "like clockwork", change: { events: 20, gapVariation: 0.1 }, reason: "like clockwork" },
  { name: "three events at even pauses", change: { events: 3, gapVariation: 0 }, reason: undefined },
  { name: "one item again and again", change: { sameItem: 1 }, reason: "one item again and again" },
  { name: "faster than people", change: { instant: 0.9 }, reason: "faster than people" },
])("a session that is $name", ({ change, reason }) => {
  expect(findBots([{ ...usual, ...change }]).map((found) => found.reason)).toEqual(reason === undefined ? [] : [reason])
})

test("profiles: pauses, rates and the commonest item of each session", () => {
  const seen = (timestamp: number | string): LogRecord => ({
    ...{ id: `p${timestamp}`, timestamp, event: "impression", system: "list", session: "s", items: [{ id: "a" }, { id: "b" }] },
  })
  const did = (timestamp: number, item: string): LogRecord => ({
    id: `${timestamp}`,
    timestamp,
    event: "interaction",
    type: "click",
    item,
    session: "s",
  })
  const other: LogRecord = { id: "x", timestamp: 5, event: "interaction", type: "click", item: "a", user: "u" }
  expect(sessionProfiles([seen(0), did(1000, "a"), seen(3000), did(3100, "a"), did(4000, "b"), other])).toEqual([
    {
      ...{ session: "s", pages: 2, shown: 4, interactions: 3, events: 5, rate: 0.75, durationMs: 4000, medianGapMs: 1000 },
      gapVariation: Math.sqrt((0 + 1000 ** 2 + 900 ** 2 + 100 ** 2) / 4) / 1000,
      ...{ instant: 1 / 3, sameItem: 2 / 3 },
    },
  ])
  expect(sessionProfiles([seen("2026-01-05T00:00:00Z")])[0]).toMatchObject({ events: 1, durationMs: 0, medianGapMs: Number.NaN })
})

test.each([2, 3, 4])("of simulated traffic with seed %i, at least 95 %% of bots are found and 99 %% of the found are bots", (seed) => {
  const { events, kinds } = simulateTraffic({ seed, start: START })
  const found = findBots(sessionProfiles(events))
  const right = found.filter(({ session }) => kinds.get(session) !== undefined).length
  const bots = [...kinds.values()].filter((kind) => kind !== undefined).length
  expect(bots).toBeGreaterThan(100)
  expect(right / bots).toBeGreaterThanOrEqual(0.95)
  expect(right / found.length).toBeGreaterThanOrEqual(0.99)
})

test("without the bots found, click rates are those of people", () => {
  const { events, kinds } = simulateTraffic({ seed: 5, start: START })
  const rate = (keep: (session: string) => boolean) => {
    const kept = sessionProfiles(events).filter(({ session }) => keep(session))
    return kept.reduce((sum, { interactions }) => sum + interactions, 0) / kept.reduce((sum, { shown }) => sum + shown, 0)
  }
  const truth = rate((session) => kinds.get(session) === undefined)
  const all = rate(() => true)
  const bots = new Set(findBots(sessionProfiles(events)).map(({ session }) => session))
  const cleaned = rate((session) => !bots.has(session))
  expect(Math.abs(all / truth - 1)).toBeGreaterThan(0.3)
  expect(Math.abs(cleaned / truth - 1)).toBeLessThan(0.02)
})
