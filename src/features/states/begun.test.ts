import { expect, test } from "vitest"
import { memoryState } from "../../storage/index.ts"
import type { FoldedEvent } from "../family.ts"
import { begun, begunName } from "./begun.ts"

const COLLECTION = 3
const state = begun({ types: { watch: { above: 0.1, until: 0.8 } }, ends: ["hide"], limit: 2 })({
  collection: "films",
  collectionNumber: COLLECTION,
} as unknown as Parameters<ReturnType<typeof begun>>[0])

async function after(events: readonly (readonly [item: number, type: string, value?: number])[]) {
  const { tables } = await memoryState().open(state.state, "test")
  for (const [time, [item, type, value]] of events.entries()) {
    const record = { event: "interaction", ...(value === undefined ? {} : { value }) }
    state.observe({ user: 1, item, collection: COLLECTION, type, time, value: value ?? 1, record } as unknown as FoldedEvent, tables)
  }
  const list = tables.list(begunName("films"))
  const start = list.start(1)
  return Array.from({ length: list.length(1) }, (_, at) => Array.from(list.page(1).subarray(start + at * 3, start + at * 3 + 3)))
}

test("what was begun stands once, gone on with last at the end; an early stop leaves it where it was", async () => {
  expect(
    await after([
      [7, "watch", 0.2],
      [8, "watch", 0.5],
      [7, "watch", 0.6],
      [8, "watch", 0.1],
    ]),
  ).toEqual([
    [8, 1, 0.5],
    [7, 2, 0.6],
  ])
})

test("what was finished or hidden is gone, and may be begun again", async () => {
  const begins = [
    [7, "watch", 0.2],
    [8, "watch", 0.5],
  ] as const
  expect(await after([...begins, [7, "watch", 0.8], [8, "watch"]])).toEqual([])
  expect(await after([...begins, [8, "hide"], [7, "watch", 0.05]])).toEqual([[7, 0, 0.2]])
  expect(await after([...begins, [8, "watch", 0.9], [8, "watch", 0.3]])).toEqual([
    [7, 0, 0.2],
    [8, 3, 0.3],
  ])
})

test("the oldest goes where there is room for so many", async () => {
  expect((await after([1, 2, 3].map((item) => [item, "watch", 0.4]))).map(([item]) => item)).toEqual([2, 3])
})
