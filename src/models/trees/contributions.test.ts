import { describe, expect, test } from "vitest"
import { randomEnsemble, randomRows } from "../../../test/fakes/random-ensemble.ts"
import { treeFixtures } from "../../../test/fakes/tree-fixtures.ts"
import { matrixFrom, row } from "../../core/index.ts"
import { type Ensemble, emptyNodes, ensemble } from "./ensemble.ts"
import { treeImportance } from "./importance.ts"
import { treeModel } from "./tree-model.ts"
import { goesLeft } from "./walk.ts"

const cases = [
  { name: "deep", of: randomEnsemble(1, { trees: 20, columns: 6, depth: 9 }) },
  { name: "one column over and over", of: randomEnsemble(2, { trees: 10, columns: 2, depth: 8 }) },
  { name: "outputs, categories", of: randomEnsemble(3, { trees: 15, columns: 5, depth: 6, outputs: 3, categorical: 0.3 }) },
  { name: "forest", of: randomEnsemble(4, { trees: 12, columns: 5, depth: 6, outputs: 2, head: { average: true } }) },
  { name: "no trees", of: randomEnsemble(5, { trees: 0, columns: 3, depth: 1 }) },
]

test.each(cases)("contributions and the expected score add up to the raw score, within 1e-6: $name", ({ of }) => {
  const model = treeModel(of)
  const rows = randomRows(7, 50, of.columns.length)
  const raw = model.raw(rows)
  const expected = model.expected()
  for (let i = 0; i < rows.rows; i++) {
    const parts = model.contributions(row(rows, i))
    for (let o = 0; o < of.outputs; o++) {
      const sum = parts.subarray(o * rows.cols, (o + 1) * rows.cols).reduce((total, part) => total + part, expected[o]!)
      expect(Math.abs(sum - raw[i * of.outputs + o]!)).toBeLessThanOrEqual(1e-6)
    }
  }
})

/** Score of a tree when only the columns of `known` (bits) are known: unknown ones follow the covers. */
function conditional(of: Ensemble, t: number, i: number, given: Float32Array, known: number): number {
  const { feature, left, right, value, cover } = of.nodes
  if (feature[i]! < 0) return value[i]!
  const [l, r] = [of.roots[t]! + left[i]!, of.roots[t]! + right[i]!]
  if ((known >> feature[i]!) & 1) return conditional(of, t, goesLeft(of, i, given[feature[i]!]!) ? l : r, given, known)
  return (cover[l]! * conditional(of, t, l, given, known) + cover[r]! * conditional(of, t, r, given, known)) / cover[i]!
}

/** Shapley values by their definition: over every set of the other columns. */
function shapley(of: Ensemble, given: Float32Array): number[] {
  const d = of.columns.length
  const factorial = (n: number): number => (n < 2 ? 1 : n * factorial(n - 1))
  const score = (known: number) => of.output.reduce((sum, _, t) => sum + conditional(of, t, of.roots[t]!, given, known), 0)
  const scores = Array.from({ length: 2 ** d }, (_, known) => score(known))
  return Array.from({ length: d }, (_, col) => {
    let sum = 0
    for (let known = 0; known < 2 ** d; known++) {
      if ((known >> col) & 1) continue
      const size = known.toString(2).replaceAll("0", "").length
      sum += ((factorial(size) * factorial(d - size - 1)) / factorial(d)) * (scores[known | (1 << col)]! - scores[known]!)
    }
    return sum
  })
}

test("contributions are the Shapley values of their definition", () => {
  const of = randomEnsemble(11, { trees: 4, columns: 5, depth: 6, categorical: 0.2 })
  const rows = randomRows(5, 10, 5)
  for (let i = 0; i < rows.rows; i++) {
    const parts = treeModel(of).contributions(row(rows, i))
    for (const [col, expected] of shapley(of, row(rows, i)).entries()) expect(parts[col]).toBeCloseTo(expected, 10)
  }
})

describe.each(treeFixtures().filter(({ contributions }) => contributions !== undefined))("$file", ({ model, rows, contributions }) => {
  test("contributions are those of the library", () => {
    const mine = treeModel(model)
    const d = rows.cols
    for (let i = 0; i < rows.rows; i++) {
      const parts = mine.contributions(row(rows, i))
      for (let o = 0; o < model.outputs; o++) {
        for (let col = 0; col < d; col++) {
          const theirs = contributions![(i * model.outputs + o) * (d + 1) + col]!
          expect(Math.abs(parts[o * d + col]! - theirs)).toBeLessThanOrEqual(1e-5 * Math.max(1, Math.abs(theirs)))
        }
      }
    }
  })
})

test("importance by gain and by split, by hand", () => {
  const nodes = emptyNodes(5)
  nodes.feature.set([1, 0, -1, -1, -1])
  nodes.left.set([1, 3])
  nodes.right.set([2, 4])
  nodes.gain.set([10, 2.5])
  const of = ensemble({ columns: ["a", "b", "c"], outputs: 1, base: Float64Array.of(0), link: "identity", objective: "test" }, [
    { nodes, output: 0 },
    { nodes, output: 0 },
  ])
  expect([...treeImportance(of, "gain")]).toEqual([5, 20, 0])
  expect([...treeImportance(of, "split")]).toEqual([2, 2, 0])
  expect(treeModel(of).contributions(matrixFrom([[0, 0, 0]]).data)).toEqual(new Float64Array(3))
})
