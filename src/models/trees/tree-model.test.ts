import { describe, expect, test } from "vitest"
import { memoryBundle } from "../../../test/contracts/memory-bundle.ts"
import { type RandomTrees, randomEnsemble, randomRows, walked } from "../../../test/fakes/random-ensemble.ts"
import { matrix, matrixFrom } from "../../core/index.ts"
import { ensemble } from "./ensemble.ts"
import { loadTreeModel, treeModel } from "./tree-model.ts"

const shapes: readonly (RandomTrees & { readonly name: string })[] = [
  { name: "full trees", trees: 20, columns: 7, depth: 6, split: 1 },
  { name: "lopsided trees", trees: 40, columns: 5, depth: 12, split: 0.75 },
  { name: "stumps and leaves", trees: 30, columns: 3, depth: 1, split: 0.5 },
  { name: "three outputs", trees: 31, columns: 6, depth: 5, outputs: 3 },
  { name: "categories", trees: 30, columns: 6, depth: 6, categorical: 0.3 },
  { name: "nothing but categories", trees: 10, columns: 4, depth: 4, categorical: 1, outputs: 2 },
  { name: "forest", trees: 25, columns: 5, depth: 7, outputs: 2, head: { average: true } },
  { name: "zero is missing", trees: 25, columns: 4, depth: 5, categorical: 0.2, head: { zeroIsMissing: Uint8Array.of(1, 0, 1, 1) } },
  { name: "no trees", trees: 0, columns: 2, depth: 1 },
]

describe.each(shapes)("$name", (shape) => {
  const of = randomEnsemble(shape.trees + 1, shape)
  test.each([0, 1, 7, 8, 9, 64, 65, 256, 257, 700])("scores of %i rows are those of the plain walk, bit for bit", (n) => {
    const rows = randomRows(n + 1, n, shape.columns)
    expect(treeModel(of).raw(rows)).toEqual(walked(of, rows))
  })

  test("a row scores the same alone, in company and after a save", () => {
    const rows = randomRows(3, 100, shape.columns)
    const bundle = memoryBundle()
    const model = treeModel(of)
    model.save(bundle.writer)
    const loaded = loadTreeModel(bundle.reader)
    const together = model.predict(rows)
    expect(loaded.predict(rows)).toEqual(together)
    for (const i of [0, 50, 99]) {
      const alone = matrix(1, shape.columns, rows.data.slice(i * shape.columns, (i + 1) * shape.columns))
      expect(loaded.predict(alone)).toEqual(together.slice(i * of.outputs, (i + 1) * of.outputs))
    }
  })
})

test.each([
  { link: "identity", raw: [0.5, -1], expected: [0.5, -1] },
  { link: "logistic", raw: [0, Math.log(3)], expected: [0.5, 0.75] },
  { link: "softmax", raw: [Math.log(1), Math.log(3)], expected: [0.25, 0.75] },
  { link: "softmax", raw: [1000, 0], expected: [1, 0] },
  { link: "exp", raw: [0, Math.log(2)], expected: [1, 2] },
] as const)("the link $link makes $expected of $raw", ({ link, raw, expected }) => {
  const model = treeModel(ensemble({ columns: ["x"], outputs: 2, base: Float64Array.from(raw), link, objective: "test" }, []))
  for (const [o, value] of model.predict(matrixFrom([[1]])).entries()) expect(value).toBeCloseTo(expected[o]!, 6)
  expect([...model.raw(matrixFrom([[1]]))]).toEqual([...raw])
})

test("rows of other columns and an `out` of another length are refused", () => {
  const model = treeModel(randomEnsemble(1, { trees: 2, columns: 3, depth: 2 }))
  expect(() => model.predict(matrix(2, 2))).toThrow(/trees: expected 3 columns, came 2/)
  expect(() => model.predict(matrix(2, 3), new Float32Array(1))).toThrow(/an `out` of 2 numbers, came 1/)
})

test("the rows are left as they were, and `out` is what comes back", () => {
  const model = treeModel(randomEnsemble(1, { trees: 5, columns: 3, depth: 4, head: { zeroIsMissing: Uint8Array.of(1, 1, 1) } }))
  const rows = randomRows(2, 20, 3)
  const out = new Float32Array(20)
  expect(model.predict(rows, out)).toBe(out)
  expect(rows).toEqual(randomRows(2, 20, 3))
})
