import { expect, test } from "vitest"
import { manualClock } from "./clock.ts"
import { turns } from "./turns.ts"

/** A loop whose turns the test takes by hand, with all promises settled in between. */
function handLoop() {
  const due: (() => void)[] = []
  return {
    onNextTurn: (run: () => void) => void due.push(run),
    async turn(): Promise<boolean> {
      const run = due.shift()
      run?.()
      for (let i = 0; i < 20; i++) await undefined
      return run !== undefined
    },
  }
}

test("each piece of work has a turn of its own, in the order it came, and ends before the next begins", async () => {
  const loop = handLoop()
  const { next } = turns(loop.onNextTurn)
  const told: string[] = []
  const work = async (name: string) => {
    await next()
    for (let step = 0; step < 3; step++) {
      told.push(`${name}${step}`)
      await undefined
    }
  }
  const all = Promise.all(["a", "b", "c"].map(work))
  await undefined
  expect(told).toEqual([])
  await loop.turn()
  expect(told).toEqual(["a0", "a1", "a2"])
  await loop.turn()
  expect(told.slice(3)).toEqual(["b0", "b1", "b2"])
  await loop.turn()
  await all
  expect(told.slice(6)).toEqual(["c0", "c1", "c2"])
  expect(await loop.turn()).toBe(false)
})

test("who asks again stands behind who waits", async () => {
  const loop = handLoop()
  const queue = turns(loop.onNextTurn)
  const told: string[] = []
  const slices = async (name: string, count: number) => {
    for (let slice = 0; slice < count; slice++) {
      await queue.next()
      told.push(name)
    }
  }
  const all = Promise.all([slices("batch", 3), slices("page", 1), slices("page", 1)])
  expect(queue.waiting).toBe(3)
  while (await loop.turn());
  await all
  expect(told).toEqual(["batch", "page", "page", "batch", "batch"])
  expect(queue.waiting).toBe(0)
})

test("spare work lets the rest pass, but not for ever", async () => {
  const loop = handLoop()
  const clock = manualClock()
  const queue = turns(loop.onNextTurn, clock.monotonicMs)
  const told: string[] = []
  const take = async (name: string, next: () => Promise<void>) => {
    await next()
    told.push(name)
  }
  const all = [take("batch", queue.spare), take("page 1", queue.next), take("page 2", queue.next)]
  await loop.turn()
  clock.advance(39)
  await loop.turn()
  expect(told).toEqual(["page 1", "page 2"])
  all.push(take("page 3", queue.next), take("page 4", queue.next))
  await loop.turn()
  clock.advance(1)
  while (await loop.turn());
  await Promise.all(all)
  expect(told.slice(2)).toEqual(["page 3", "batch", "page 4"])
  expect(queue.waiting).toBe(0)
})

test("with the real loop, what came in meanwhile is heard between two turns", async () => {
  const { next } = turns()
  const told: string[] = []
  const work = async (name: string) => {
    await next()
    if (name === "a") setImmediate(() => told.push("event"))
    told.push(name)
  }
  await Promise.all([work("a"), work("b"), work("c")])
  expect(told[0]).toBe("a")
  expect(told.indexOf("event")).toBeLessThan(told.indexOf("c"))
})
