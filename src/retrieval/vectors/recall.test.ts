import { expect, test } from "vitest"
import { type Matrix, matrix, random, row } from "../../core/index.ts"
import { exactScan } from "./exact-scan.ts"
import { type VectorFamilyName, vectorFamilies } from "./families.ts"
import { hyperplanes } from "./hashing.ts"
import { LiveIndex } from "./live-index.ts"

/** Rows around 60 centres in 8 directions, seen in `d` numbers. */
function clustered(n: number, d: number, seed: number): Matrix {
  const draw = random(7)
  const [centres, map] = [60 * 8, 8 * d].map((length) => Float32Array.from({ length }, () => draw.normal())) as [Float32Array, Float32Array]
  const own = random(seed)
  const rows = matrix(n, d)
  for (let i = 0; i < n; i++) {
    const centre = own.integer(60) * 8
    for (let j = 0; j < 8; j++) {
      const value = centres[centre + j]! + 0.6 * own.normal()
      for (let c = 0; c < d; c++) rows.data[i * d + c]! += value * map[j * d + c]!
    }
  }
  return rows
}

const [rows, queries] = [clustered(4000, 32, 1), clustered(60, 32, 2)]
const truth = (await exactScan(rows, "cosine")).searchMany(queries, 10)

function recall(index: LiveIndex, effort?: number): number {
  let hits = 0
  for (let i = 0; i < queries.rows; i++) {
    const nearest = new Set(truth[i]!.ids)
    for (const id of index.search(row(queries, i), 10, effort === undefined ? {} : { effort }).ids) if (nearest.has(id)) hits++
  }
  return hits / (queries.rows * 10)
}

test.each(Object.keys(vectorFamilies) as VectorFamilyName[])(
  "%s: recall rises with effort, is good at the default, and the same seed gives the same answers",
  async (name) => {
    const [index, again] = [
      await LiveIndex.build(name, { rows, metric: "cosine" }, {}, { seed: 1 }),
      await LiveIndex.build(name, { rows, metric: "cosine" }, {}, { seed: 1 }),
    ]
    const curve = index.efforts.map((effort) => recall(index, effort))
    expect(curve).toEqual(curve.toSorted((a, b) => a - b))
    expect(curve.at(-1)!).toBeGreaterThan(0.98)
    expect(recall(index)).toBeGreaterThan(0.8)
    expect(index.searchMany(queries, 10)).toEqual(again.searchMany(queries, 10))
  },
)

test("clusters: all lists find everything", async () => {
  const index = await LiveIndex.build("clusters", { rows, metric: "cosine" }, { lists: 20, codes: "none" }, { seed: 1 })
  expect(recall(index, 20)).toBe(1)
})

test("product codes take a sixteenth of the rows; int8 codes a quarter", async () => {
  const bytes = async (family: VectorFamilyName) => {
    const index = await LiveIndex.build(family, { rows, metric: "inner-product" }, {}, { seed: 1 })
    return index.memoryBytes
  }
  const alone = (await exactScan(rows)).memoryBytes
  const own = rows.data.byteLength
  const small = 40_000
  expect((await bytes("product")) - alone).toBeLessThan(own / 16 + small)
  expect((await bytes("int8")) - alone).toBeLessThan(own / 4 + small)
})

test("hyperplanes: two rows meet on one side of a plane with probability 1 - angle / pi, within 2 points", () => {
  const d = 24
  const pairs = 12
  const planes = 20_000
  const { normals, thresholds } = hyperplanes(matrix(1, d), planes, false, 11)
  const draw = random(3)
  const side = (vector: Float64Array, plane: number) =>
    vector.reduce((sum, value, j) => sum + value * normals[plane * d + j]!, 0) >= thresholds[plane]!
  for (let pair = 0; pair < pairs; pair++) {
    const a = Float64Array.from({ length: d }, () => draw.normal())
    const b = a.map((value) => value * (pair / pairs) + (1 - pair / pairs) * draw.normal())
    const cosine = a.reduce((sum, value, j) => sum + value * b[j]!, 0) / (Math.hypot(...a) * Math.hypot(...b))
    let met = 0
    for (let plane = 0; plane < planes; plane++) if (side(a, plane) === side(b, plane)) met++
    expect(Math.abs(met / planes - (1 - Math.acos(cosine) / Math.PI))).toBeLessThan(0.02)
  }
})

test.each([0.005, 0.1, 0.5])("a filter that lets %f through costs no recall", async (share) => {
  const draw = random(5)
  const allowed = Uint8Array.from({ length: rows.rows }, () => (draw.next() < share ? 1 : 0))
  const exact = await exactScan(rows, "cosine")
  for (const name of Object.keys(vectorFamilies) as VectorFamilyName[]) {
    const index = await LiveIndex.build(name, { rows, metric: "cosine" }, {}, { seed: 1 })
    let [hits, wanted] = [0, 0]
    for (let i = 0; i < 30; i++) {
      const nearest = new Set(exact.search(row(queries, i), 10, { allowed }).ids)
      const found = index.search(row(queries, i), 10, { allowed })
      wanted += nearest.size
      for (const id of found.ids) {
        expect(allowed[id]).toBe(1)
        if (nearest.has(id)) hits++
      }
    }
    expect(hits / wanted, name).toBeGreaterThan(0.8)
  }
})
