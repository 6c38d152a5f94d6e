import { expect, test } from "vitest"
import { memoryBundle } from "../../../test/contracts/memory-bundle.ts"
import { Corrupt, InvalidArgument, matrix, random } from "../../core/index.ts"
import { ExactScan, exactScan } from "./exact-scan.ts"

// What every index keeps to is in test/contracts/vector-index.ts, run from families.test.ts.

test("memory doubles as it fills, and rows keep their bits", async () => {
  const scan = await ExactScan.open(3, "euclidean", 1)
  const draw = random(1)
  for (let id = 0; id < 1000; id++) scan.add(id * 5, [draw.normal(), draw.normal(), id])
  expect(scan.size).toBe(1000)
  expect(scan.memoryBytes).toBeLessThan(2 * 1024 * 20 + 65536)
  for (const id of [0, 1, 500, 999]) expect([...scan.search([0, 0, id], 3).ids]).toContain(id * 5)
})

test.each([0, 1.5, Number.NaN])("dimension %s is refused", async (dimension) => {
  await expect(ExactScan.open(dimension)).rejects.toThrow(InvalidArgument)
})

test("what was saved and does not fit together is refused", async () => {
  const bundle = memoryBundle()
  ;(await exactScan(matrix(3, 2))).save(bundle.writer)
  bundle.writer.array("ids", Uint32Array.of(1))
  await expect(ExactScan.load(bundle.reader)).rejects.toThrow(Corrupt)
})

test("the more dimensions, the less the farthest of random points differs from the nearest", async () => {
  const contrast = async (d: number) => {
    const draw = random(6)
    const points = matrix(
      400,
      d,
      Float32Array.from({ length: 400 * d }, () => draw.next()),
    )
    const { scores } = (await exactScan(points, "euclidean")).search(new Float32Array(d).fill(0.5), 400)
    const [nearest, farthest] = [Math.sqrt(-scores[0]!), Math.sqrt(-scores.at(-1)!)]
    return (farthest - nearest) / nearest
  }
  const falling = [await contrast(2), await contrast(10), await contrast(100), await contrast(1000)]
  expect(falling).toEqual(falling.toSorted((a, b) => b - a))
  expect(falling[0]!).toBeGreaterThan(10)
  expect(falling[3]!).toBeLessThan(0.2)
})
