import { expect, test } from "vitest"
import { logOf } from "../../../test/fakes/data-page.ts"
import type { LogRecord } from "../../core/index.ts"
import { dataPage } from "./data-page.ts"

const items = (...ids: string[]) => ids.map((id) => ({ id }))
const served = (id: string, timestamp: number, placement: string, ...ids: string[]): LogRecord => ({
  ...{ id, timestamp, event: "served", system: "films", user: "u", placement, items: items(...ids) },
  ...{ scores: ids.map(() => 1), release: "r", variant: "live", readAt: 0 },
})
const done = (id: string, timestamp: number, item: string, type: string, request?: string): LogRecord => ({
  ...{ id, timestamp, event: "interaction", user: "u", item, type },
  ...(request === undefined ? {} : { request }),
})
const pageOf = (records: readonly LogRecord[], system = "films") => dataPage(() => logOf(records), { schema: { item: {} }, system })

const log = [
  served("q1", 1000, "home", "a", "b", "c"),
  // Only two of three were seen.
  { id: "i1", timestamp: 1100, event: "impression", system: "films", user: "u", request: "q1", items: items("a", "b") } as const,
  done("e1", 2000, "b", "click", "q1"),
  done("e2", 3000, "b", "watch", "q1"),
  served("q2", 4000, "item", "b", "d"),
  done("e3", 5000, "d", "click", "q2"),
  // No request named: the newest list that showed it.
  served("q3", 6000, "home", "d", "a"),
  done("e4", 7000, "d", "click"),
  done("e5", 8000, "a", "watch", "q3"),
  { ...served("q4", 9000, "home", "z"), system: "other" },
]

test("each placement's lists, items seen and clicks by themselves, by place; an item clicked and watched counts once", async () => {
  const { placements } = await pageOf(log)
  expect(placements).toEqual([
    {
      ...{ placement: "home", lists: 2, shown: 4, clicked: 2, clickRate: 0.5 },
      places: [
        { from: 1, to: 1, shown: 2, clicked: 1, clickRate: 0.5 },
        { from: 2, to: 2, shown: 2, clicked: 1, clickRate: 0.5 },
      ],
    },
    {
      ...{ placement: "item", lists: 1, shown: 2, clicked: 1, clickRate: 0.5 },
      places: [
        { from: 1, to: 1, shown: 1, clicked: 0, clickRate: 0 },
        { from: 2, to: 2, shown: 1, clicked: 1, clickRate: 1 },
      ],
    },
  ])
})

test("a log without clicks counts whatever was done; one that showed nothing says nothing", async () => {
  const watched = log.filter((record) => record.event !== "interaction" || record.type !== "click")
  expect((await pageOf(watched)).placements?.map(({ clicked }) => clicked)).toEqual([2, 0])
  expect((await pageOf(log, "nothing")).placements).toBeUndefined()
})

test("places beyond the tenth are taken together", async () => {
  const many = Array.from({ length: 60 }, (_, at) => `m${at}`)
  const { placements } = await pageOf([served("q", 1000, "home", ...many), done("e", 2000, "m54", "click", "q")])
  expect(placements![0]!.places.slice(10)).toEqual([
    { from: 11, to: 20, shown: 10, clicked: 0, clickRate: 0 },
    { from: 21, to: 50, shown: 30, clicked: 0, clickRate: 0 },
    { from: 51, to: null, shown: 10, clicked: 1, clickRate: 0.1 },
  ])
})
