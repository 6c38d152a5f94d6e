import { expect, test } from "vitest"
import { turns } from "../core/index.ts"
import { nextSlice, observer } from "./observe.ts"
import type { Tenant } from "./tenant.ts"

test.each([
  { name: "what took as long as a slice may stays", size: 100, ms: 1.5, next: 100 },
  { name: "what took twice as long is halved", size: 100, ms: 3, next: 50 },
  { name: "what took no time doubles", size: 64, ms: 0, next: 128 },
  { name: "never above the most", size: 200, ms: 0.1, next: 250 },
  { name: "never below the least", size: 20, ms: 500, next: 16 },
])("the next slice of a batch: $name", ({ size, ms, next }) => {
  expect(nextSlice(size, ms)).toBe(next)
})

test("a batch is cut so that no slice takes longer than it may, whatever an event costs, and each slice has a turn", async () => {
  for (const costMs of [0.001, 0.02, 0.05, 0.4]) {
    let nowMs = 0
    const slices: number[] = []
    let turnsTaken = 0
    const log = {
      remembers: () => false,
      append(incoming: readonly unknown[]) {
        slices.push(incoming.length)
        nowMs += incoming.length * costMs
        return { entries: [], duplicates: [], durable: Promise.resolve(0) }
      },
    }
    const observe = observer({
      tenant: { store: { log }, apply: () => {}, position: 7 } as unknown as Tenant,
      validator: { validate: (event: unknown) => ({ ok: { record: event, time: 0 } }) } as never,
      known: { has: () => true, folded: () => {} },
      onForget: async () => {},
      turns: turns((run) => {
        turnsTaken++
        setImmediate(run)
      }),
      clock: { now: () => nowMs, monotonicMs: () => nowMs },
    })
    for (let batch = 0; batch < 4; batch++) {
      await observe(
        Array.from({ length: 3000 }, () => ({ event: "interaction" })),
        { strict: false },
      )
    }
    expect(slices.reduce((sum, size) => sum + size, 0)).toBe(12_000)
    expect(turnsTaken).toBe(slices.length)
    // The first slices of a process are a guess.
    const settled = slices.slice(3)
    expect(Math.max(...settled) * costMs).toBeLessThanOrEqual(Math.max(1.6, 16 * costMs))
    expect(Math.max(...settled)).toBeLessThanOrEqual(250)
  }
})
