import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { type FeatureLog, featureLogBytesPerRequest } from "../../src/storage/index.ts"

/** What every log of served feature values does. `make` gives an empty one that keeps at most `retentionBytes`, roughly. */
export function featureLogContract(name: string, make: (options: { retentionBytes?: number }) => Promise<FeatureLog>): void {
  describe(`feature log contract: ${name}`, () => {
    test("property: rows come back bit for bit, before and after a flush", async () => {
      const log = await make({})
      let request = 0
      const row = fc
        .record({ rows: fc.integer({ min: 0, max: 5 }), cols: fc.integer({ min: 0, max: 4 }), hash: fc.string({ maxLength: 9 }) })
        .chain(({ rows, cols, hash }) =>
          fc.record({
            time: fc.double({ noNaN: true }),
            schemaHash: fc.constant(hash),
            ids: fc.uint32Array({ minLength: rows, maxLength: rows }),
            values: fc
              .float32Array({ minLength: rows * cols, maxLength: rows * cols })
              .map((data) => ({ data: Float32Array.from(data), rows, cols })),
          }),
        )
      await fc.assert(
        fc.asyncProperty(row, async (values) => {
          const requestId = `é${request++}`
          log.append({ requestId, ...values })
          expect(await log.read(requestId)).toMatchObject(values)
          await log.flush()
          expect(await log.read(requestId)).toMatchObject(values)
        }),
        { numRuns: 20 },
      )
    })

    test("all gives everything, oldest first; an unknown request is undefined", async () => {
      const log = await make({})
      for (let i = 0; i < 10; i++) log.append(sample(`r${i}`, i))
      await log.flush()
      for (let i = 10; i < 12; i++) log.append(sample(`r${i}`, i))
      const seen: string[] = []
      for await (const { requestId } of log.all()) seen.push(requestId)
      expect(seen).toEqual(Array.from({ length: 12 }, (_, i) => `r${i}`))
      expect(await log.read("none")).toBeUndefined()
    })

    test("bytes are what the formula says", async () => {
      const log = await make({})
      const id = "0".repeat(36)
      const hash = "f".repeat(64)
      log.append({
        ...sample(id, 1),
        schemaHash: hash,
        ids: new Uint32Array(100),
        values: { data: new Float32Array(5000), rows: 100, cols: 50 },
      })
      await log.flush()
      expect(log.bytes).toBe(featureLogBytesPerRequest(100, 50))
      expect(featureLogBytesPerRequest(100, 50)).toBe(32 + 100 + 4 * 100 * 51)
    })

    test("past the retention the oldest go, the newest stay", async () => {
      const log = await make({ retentionBytes: 20_000 })
      const each = 32 + 8 + 4 * 100 * 2
      for (let i = 0; i < 100; i++) {
        log.append({ ...sample(`r${1000 + i}`, i), ids: new Uint32Array(100), values: { data: new Float32Array(100), rows: 100, cols: 1 } })
        if (i % 3 === 0) await log.flush()
      }
      await log.flush()
      expect(log.bytes).toBeLessThanOrEqual(20_000 + 10 * each)
      expect(await log.read("r1000")).toBeUndefined()
      expect(await log.read("r1099")).toBeDefined()
    })
  })
}

const sample = (requestId: string, time: number) => ({
  requestId,
  time,
  schemaHash: "abc",
  ids: Uint32Array.of(1, 2),
  values: { data: Float32Array.of(1, Number.NaN, 3, 4), rows: 2, cols: 2 },
})
