import fc from "fast-check"
import { expect, test } from "vitest"
import { matrix } from "../../core/index.ts"
import { outOfFold } from "./out-of-fold.ts"

/** The mean label of the train rows, for every held row. */
const meanOf = (labels: readonly number[]) => async (train: Uint32Array, held: Uint32Array) =>
  matrix(held.length, 1, new Float32Array(held.length).fill(train.reduce((sum, row) => sum + labels[row]!, 0) / train.length))

test("a row's column comes from the other parts: with a part a row it is the mean of everybody else", async () => {
  const { data } = await outOfFold(4, meanOf([0, 4, 8, 12]), { seed: 3, parts: 4 })
  expect([...data]).toEqual([8, 24 / 3 - 4 / 3, 16 / 3, 4].map(Math.fround))
})

test("property: every row is held once, never by what learnt from it, in parts of equal size", async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 5, max: 60 }), fc.integer({ min: 2, max: 5 }), fc.integer(), async (rows, parts, seed) => {
      const held: number[] = []
      const sizes: number[] = []
      const numbers = async (train: Uint32Array, part: Uint32Array) => {
        expect(new Set([...train, ...part]).size).toBe(rows)
        expect(train.length + part.length).toBe(rows)
        held.push(...part)
        sizes.push(part.length)
        return matrix(part.length, 2, Float32Array.from([...part].flatMap((row) => [row, 1])))
      }
      const whole = await outOfFold(rows, numbers, { seed, parts })
      expect(held.toSorted((a, b) => a - b)).toEqual(Array.from({ length: rows }, (_, row) => row))
      expect(Math.max(...sizes) - Math.min(...sizes)).toBeLessThanOrEqual(1)
      expect([...whole.data.filter((_, at) => at % 2 === 0)]).toEqual(Array.from({ length: rows }, (_, row) => row))
    }),
  )
})

test("the seed decides the parts", async () => {
  const labels = Array.from({ length: 40 }, (_, row) => row * row)
  const of = (seed: number) => outOfFold(40, meanOf(labels), { seed })
  expect(await of(1)).toEqual(await of(1))
  expect(await of(1)).not.toEqual(await of(2))
})

test("refuses too few parts or rows, ragged columns, and stops on the signal", async () => {
  await expect(outOfFold(10, meanOf([]), { seed: 1, parts: 1 })).rejects.toThrow("outOfFold: expected 2 parts or more")
  await expect(outOfFold(3, meanOf([]), { seed: 1 })).rejects.toThrow("5 parts of 3 rows")
  await expect(outOfFold(10, async () => matrix(1, 1), { seed: 1 })).rejects.toThrow("columns of shape 2 x 1, came 1 x 1")
  const stopped = outOfFold(10, async () => matrix(2, 1), { seed: 1, signal: AbortSignal.abort() })
  await expect(stopped).rejects.toMatchObject({ code: "cancelled" })
})
