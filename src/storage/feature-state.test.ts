import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { afterAll, expect, test } from "vitest"
import { featureStateContract } from "../../test/contracts/storage-state.ts"
import { manualClock } from "../core/index.ts"
import { openEnvironment } from "./environment.ts"
import { lmdbBlocks } from "./lmdb-blocks.ts"
import { memoryBlocks } from "./memory-state.ts"
import { type StateBlocks, slabState } from "./slab-state.ts"

const home = mkdtempSync(join(tmpdir(), "trommel-state-"))
afterAll(() => rmSync(home, { recursive: true, force: true }))

featureStateContract("memory", async () => {
  const blocks = memoryBlocks()
  return { open: async () => slabState(blocks), crash: async () => {} }
})

featureStateContract("LMDB", async () => {
  const folder = mkdtempSync(join(home, "s-"))
  return {
    open: async () => slabState(lmdbBlocks(() => openEnvironment(folder, false))),
    crash: (state) => state.close(),
  }
})

test.each([0, 1, 3, 7])("a checkpoint that dies after %i blocks leaves the one before", async (died) => {
  const folder = mkdtempSync(join(home, "c-"))
  const declarations = [{ kind: "latest", name: "t", key: "item", width: 100 }] as const
  const real = lmdbBlocks(() => openEnvironment(folder, false))
  let left = Number.POSITIVE_INFINITY
  const failing: StateBlocks = {
    ...real,
    write: (checkpoint) =>
      real.write({
        ...checkpoint,
        next() {
          if (left-- <= 0) throw new Error("the process died")
          return checkpoint.next()
        },
      }),
  }
  const state = slabState(failing)
  const { tables } = await state.open(declarations, "v")
  const table = tables.fixed("t")
  const fill = (value: number) => {
    for (let key = 0; key < 40; key++) table.touch(key)[table.offset(key) + 1] = value
  }
  fill(1)
  await state.checkpoint(1)
  fill(2)
  left = died
  await expect(state.checkpoint(2)).rejects.toThrow("died")
  const seen = await slabState(lmdbBlocks(() => openEnvironment(folder, false))).open(declarations, "v")
  expect(seen.position).toBe(1)
  for (let key = 0; key < 40; key++) expect(seen.tables.fixed("t").page(key)[seen.tables.fixed("t").offset(key) + 1]).toBe(1)
  left = Number.POSITIVE_INFINITY
  fill(3)
  await state.checkpoint(3)
  await state.close()
  const again = slabState(lmdbBlocks(() => openEnvironment(folder, false)))
  const opened = await again.open(declarations, "v")
  expect(opened.position).toBe(3)
  for (let key = 0; key < 40; key++) expect(opened.tables.fixed("t").page(key)[opened.tables.fixed("t").offset(key) + 1]).toBe(3)
  await again.close()
})

test.each([0.01, 0.3, 0.9, 7])(
  "a checkpoint of blocks that take %f ms each holds the thread for a millisecond at a time, and gives the same state",
  async (blockMs) => {
    const folder = mkdtempSync(join(home, "t-"))
    const declarations = [{ kind: "latest", name: "t", key: "item", width: 100 }] as const
    const clock = manualClock()
    const turns: number[] = []
    const open = async () => {
      const environment = await openEnvironment(folder, false)
      return {
        ...environment,
        commit(action: () => void) {
          return environment.commit(() => {
            const began = clock.monotonicMs()
            action()
            turns.push(clock.monotonicMs() - began)
          })
        },
      }
    }
    const real = lmdbBlocks(open, clock)
    const state = slabState({
      ...real,
      write: (checkpoint) =>
        real.write({
          ...checkpoint,
          next() {
            clock.advance(blockMs)
            return checkpoint.next()
          },
        }),
    })
    const { tables } = await state.open(declarations, "v")
    const table = tables.fixed("t")
    for (let key = 0; key < 300; key++) table.touch(key)[table.offset(key) + 1] = key
    await state.checkpoint(1)
    expect(Math.max(...turns)).toBeLessThan(1 + 1.001 * blockMs)
    // 300 rows are 75 blocks, and one that costs more than a slice is alone in it.
    expect(turns.length).toBeGreaterThan(Math.min(75, (75 * blockMs) / 2))
    await state.close()
    const again = await slabState(lmdbBlocks(() => openEnvironment(folder, false))).open(declarations, "v")
    const found = again.tables.fixed("t")
    for (let key = 0; key < 300; key++) expect(found.page(key)[found.offset(key) + 1]).toBe(key)
  },
)

test("a checkpoint lands only once the log is durable up to its position", async () => {
  const blocks = memoryBlocks()
  const order: string[] = []
  const state = slabState(blocks, async (position) => {
    await new Promise((resolve) => setTimeout(resolve, 5))
    order.push(`log ${position}`)
  })
  await state.open([{ kind: "latest", name: "t", key: "item", width: 1 }], "v")
  await state.checkpoint(9).then(() => order.push("checkpoint"))
  expect(order).toEqual(["log 9", "checkpoint"])
})
