import fc from "fast-check"
import { expect, test } from "vitest"
import { type KeyValue, memoryValues } from "../storage/index.ts"
import { listOf } from "./scope.test.helper.ts"
import { isSampled, TraceRecorder } from "./trace-recorder.ts"
import { storedTrace, TraceRing } from "./trace-ring.ts"

const nameOf = (id: number, collection: number) => `${collection}:${id}`

test.each([
  { detailed: false, ids: {} },
  { detailed: true, ids: { ids: ["0:5", "0:6", "0:7"] } },
])("drops add up by stage and rule; ids are kept when detailed: $detailed", ({ detailed, ids }) => {
  const trace = new TraceRecorder({ detailed, maxIds: 3 })
  const list = listOf("s", [5, 6, 7, 8])
  trace.drop("filters", "seen", list, [0])
  trace.drop("filters", "seen", list, [1, 2, 3])
  trace.degrade("rank", "4 ms left, needed 9")
  trace.note("spell", "corrected", "star wars")
  expect(JSON.parse(JSON.stringify(trace.explanation(nameOf)))).toEqual({
    drops: [{ stage: "filters", rule: "seen", count: 4, ...ids }],
    notes: [{ stage: "spell", key: "corrected", value: "star wars" }],
    degraded: ["rank: 4 ms left, needed 9"],
  })
})

test("one request in n is sampled, always the same ones", () => {
  const ids = Array.from({ length: 10_000 }, (_, at) => `request-${at}`)
  const sampled = ids.filter((id) => isSampled(id, 10))
  expect(sampled.length).toBeGreaterThan(900)
  expect(sampled.length).toBeLessThan(1_100)
  expect(ids.filter((id) => isSampled(id, 10))).toEqual(sampled)
  expect(isSampled("x", 1)).toBe(true)
  expect(isSampled("x", 0)).toBe(false)
})

test("a trace is there at once, and for another process once it is written", async () => {
  const values = memoryValues()
  const ring = await TraceRing.open(values)
  ring.put("r1", 5, { tookMs: 3 })
  expect(await ring.get("r1")).toEqual({ tookMs: 3 })
  await ring.flush()
  expect(await storedTrace(values, "r1")).toEqual({ tookMs: 3 })
  expect(await (await TraceRing.open(values)).get("r1")).toEqual({ tookMs: 3 })
  expect(await ring.get("r2")).toBeUndefined()
})

test("newest first, also for a process that only reads", async () => {
  const values = memoryValues()
  const ring = await TraceRing.open(values)
  for (const [id, time] of [
    ["b", 7],
    ["a", 20],
    ["c", 3],
  ] as const)
    ring.put(id, time, { id })
  for (const reading of [ring, await TraceRing.open(values)]) {
    const found: unknown[] = []
    for await (const record of reading.newest()) found.push(record)
    expect(found).toEqual([{ id: "a" }, { id: "b" }, { id: "c" }])
  }
})

test("the oldest leave memory and disk, also those an earlier run left", async () => {
  const values = memoryValues()
  const bounds = { maxRecords: 2, memoryRecords: 1 }
  const before = await TraceRing.open(values, bounds)
  before.put("a", 1, "a")
  before.put("b", 2, "b")
  await before.flush()
  const ring = await TraceRing.open(values, bounds)
  ring.put("c", 3, "c")
  ring.put("b", 4, "again")
  await ring.flush()
  expect(await Promise.all(["a", "b", "c"].map((id) => ring.get(id)))).toEqual([undefined, "again", "c"])
  expect(await keysOf(values)).toHaveLength(4)
  const smaller = await TraceRing.open(values, { maxRecords: 1 })
  expect(smaller.stored.records).toBe(1)
  expect(await keysOf(values)).toHaveLength(2)
})

test("what cannot be written is counted and stays in memory", async () => {
  const values = memoryValues()
  const broken: KeyValue = { ...values, put: () => Promise.reject(new Error("disk full")) }
  const ring = await TraceRing.open(broken, { maxBytes: 100 })
  ring.put("a", 1, "x")
  ring.put("large", 1, "x".repeat(200))
  await ring.flush()
  expect(ring.notWritten).toBe(2)
  expect(await ring.get("a")).toBe("x")
})

test("property: bounds hold after every put, and what the ring counts is what is stored", async () => {
  const puts = fc.array(fc.tuple(fc.nat(12), fc.nat(30)), { maxLength: 30 })
  await fc.assert(
    fc.asyncProperty(puts, fc.integer({ min: 1, max: 6 }), fc.integer({ min: 40, max: 120 }), async (records, maxRecords, maxBytes) => {
      const values = memoryValues()
      const ring = await TraceRing.open(values, { maxRecords, maxBytes, memoryRecords: 1 })
      for (const [at, [id, length]] of records.entries()) {
        ring.put(`r${id}`, at, "x".repeat(length))
        expect(ring.stored.records).toBeLessThanOrEqual(maxRecords)
        expect(ring.stored.bytes).toBeLessThanOrEqual(maxBytes)
      }
      await ring.flush()
      const stored = (await keysOf(values)).filter((key) => key.startsWith("trace/id/"))
      expect(stored).toHaveLength(ring.stored.records)
      expect((await TraceRing.open(values, { maxRecords, maxBytes })).stored).toEqual(ring.stored)
    }),
    { numRuns: 50 },
  )
})

async function keysOf(values: KeyValue): Promise<string[]> {
  const keys: string[] = []
  for await (const [key] of values.range({ prefix: "trace/" })) keys.push(key)
  return keys
}
