import { afterAll, expect, test } from "vitest"
import { memoryBundle } from "../../../test/contracts/memory-bundle.ts"
import { InvalidArgument, type Matrix, matrix, random, row } from "../../core/index.ts"
import { inBackground } from "./background.ts"
import type { VectorFamilyName } from "./families.ts"
import { LiveIndex } from "./live-index.ts"
import { openVectorPool, ranges, type VectorPool } from "./pool.ts"

const pools = [1, 2, 3].map(openVectorPool)
afterAll(() => Promise.all(pools.map((pool) => pool.close())))

function normalRows(n: number, d: number, seed: number): Matrix {
  const draw = random(seed)
  return matrix(
    n,
    d,
    Float32Array.from({ length: n * d }, () => draw.normal()),
  )
}

async function saved(family: VectorFamilyName, pool?: VectorPool, isBackground = false) {
  const data = { rows: normalRows(700, 7, 1), metric: "cosine" as const }
  const options = { seed: 3, ...(pool && !isBackground && { pool }) }
  const index = await LiveIndex.build(family, data, {}, options, ...(pool && isBackground ? [inBackground(pool)] : []))
  const bundle = memoryBundle()
  index.save(bundle.writer)
  return bundle.bytes()
}

test.each(["clusters", "forest"] as const)("%s: the same bytes on any number of threads", async (family) => {
  const alone = await saved(family)
  for (const pool of pools) expect(await saved(family, pool)).toEqual(alone)
})

test.each(["int8", "graph", "lsh", "product"] as const)("%s: the same bytes when built in the background", async (family) => {
  expect(await saved(family, pools[0], true)).toEqual(await saved(family))
})

test("a rebuild in the background leaves this thread free, and takes in what changes meanwhile", async () => {
  const rows = normalRows(3000, 8, 1)
  const index = await LiveIndex.build("graph", { rows, metric: "euclidean" }, {}, { seed: 1 })
  const rebuilt = index.rebuild({ seed: 2 }, inBackground(pools[0]!))
  index.add(5000, row(rows, 7))
  expect(index.search(row(rows, 7), 2).ids).toEqual(Uint32Array.of(7, 5000))
  await rebuilt
  expect(index.search(row(rows, 7), 2).ids).toEqual(Uint32Array.of(7, 5000))
  expect(index.changes).toEqual({ added: 1, hidden: 0 })
})

test("a refusal in the background is the refusal here", async () => {
  const data = { rows: matrix(2, 1, Float32Array.of(1, Number.NaN)), metric: "cosine" as const }
  await expect(LiveIndex.build("int8", data, {}, { seed: 1 }, inBackground(pools[0]!))).rejects.toThrow(InvalidArgument)
})

test("ranges cover everything once", () => {
  expect(ranges(10, 3)).toEqual([
    [0, 3],
    [3, 6],
    [6, 10],
  ])
  expect(ranges(1, 4)).toEqual([[0, 1]])
  expect(ranges(0, 2)).toEqual([[0, 0]])
})
