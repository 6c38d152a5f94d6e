import { readFileSync } from "node:fs"
import fc from "fast-check"
import { describe, expect, test } from "vitest"
import { estimatorContract } from "../../../test/contracts/estimator.ts"
import { matrix, matrixFrom, random, row, type SparseMatrix, sparseMatrix } from "../../core/index.ts"
import { type FamilyName, families } from "./families.ts"
import type { RegressionData } from "./fit-batch.ts"
import { loadLinear } from "./linear-model.ts"
import { regression, regressionPath } from "./regression.ts"

interface Case {
  readonly name: string
  readonly rows: "dense" | "sparse"
  readonly family: FamilyName
  readonly l1: number
  readonly l2: number
  readonly weighted: boolean
  readonly intercept: boolean
  readonly offset?: boolean
  readonly coefficients: readonly number[]
  readonly b: number
}
interface Fixture {
  readonly dense: number[][]
  readonly sparse: number[][]
  readonly weights: number[]
  readonly offset: number[]
  readonly targets: Readonly<Record<string, number[]>>
  readonly cases: readonly Case[]
}

const fixture = JSON.parse(readFileSync(new URL("../../../test/fixtures/linear/scikit-learn.json", import.meta.url), "utf8")) as Fixture

function toSparse(rows: readonly (readonly number[])[]): SparseMatrix {
  const [rowIds, colIds, values]: [number[], number[], number[]] = [[], [], []]
  rows.forEach((cells, r) => {
    cells.forEach((value, c) => {
      if (value === 0) return
      rowIds.push(r)
      colIds.push(c)
      values.push(value)
    })
  })
  return sparseMatrix({ rows: rows.length, cols: rows[0]!.length }, rowIds, colIds, values)
}

function dataOf({ rows, family, weighted, offset }: Case, asSparse: boolean): RegressionData {
  return {
    rows: asSparse ? toSparse(fixture[rows]) : matrixFrom(fixture[rows]),
    targets: Float32Array.from(fixture.targets[`${rows} ${family}`]!),
    ...(weighted ? { weights: Float32Array.from(fixture.weights) } : {}),
    ...(offset === true ? { offset: Float32Array.from(fixture.offset) } : {}),
  }
}

describe.each([false, true])("sparse rows: %s", (asSparse) => {
  for (const solver of ["newton", "newton-cg"] as const) {
    test.each(fixture.cases)(`$rows $family $name: coefficients within 1e-6 of the peer's, ${solver}`, async (c) => {
      const { family, l1, l2, intercept } = c
      const model = await regression({ family, l1, l2, intercept, solver }).fit(dataOf(c, asSparse), { seed: 1 })
      const centre = asSparse || !intercept ? 0 : model.scores(matrix(1, c.coefficients.length))[0]! - model.intercept
      expect(Math.abs(model.intercept + centre - c.b)).toBeLessThan(1e-6)
      c.coefficients.forEach((wanted, col) => {
        expect(Math.abs(model.coefficients[col]! - wanted)).toBeLessThan(1e-6)
        if (wanted === 0 && solver === "newton") expect(model.coefficients[col]).toBe(0)
      })
    })
  }
})

test("ordinary least squares is the closed form: a line through exact points, and the normal equations otherwise", async () => {
  const line = await regression().fit({ rows: matrixFrom([[0], [1], [2]]), targets: Float32Array.of(1, 3, 5) }, { seed: 1 })
  expect(line.coefficients[0]).toBeCloseTo(2, 12)
  expect(line.scores(matrixFrom([[10]]))[0]).toBeCloseTo(21, 12)
  const x = [1, 2, 3, 4]
  const y = [1, 3, 2, 5]
  const through = await regression({ intercept: false }).fit(
    { rows: matrixFrom(x.map((v) => [v])), targets: Float32Array.from(y) },
    { seed: 1 },
  )
  expect(through.coefficients[0]).toBeCloseTo(x.reduce((s, v, i) => s + v * y[i]!, 0) / x.reduce((s, v) => s + v * v, 0), 12)
})

test.each(["squared", "logistic", "poisson"] as const)("%s with L1 meets the optimality conditions by both solvers", async (family) => {
  const c = fixture.cases.find((one) => one.family === family && one.rows === "sparse")!
  const data = { ...dataOf(c, true), weights: Float32Array.from(fixture.weights) }
  const l1 = 4
  for (const solver of ["newton", "newton-cg"] as const) {
    const model = await regression({ family, l1, solver }).fit(data, { seed: 1 })
    const scores = model.scoresSparse(data.rows as SparseMatrix)
    const errors = scores.map((score, i) => data.weights[i]! * (families[family].mean(score) - data.targets[i]!))
    expect(Math.abs(errors.reduce((a, b) => a + b, 0))).toBeLessThan(1e-5)
    model.coefficients.forEach((w, col) => {
      const slope = errors.reduce((sum, error, i) => sum + error * fixture.sparse[i]![col]!, 0)
      if (w === 0) expect(Math.abs(slope)).toBeLessThanOrEqual(l1 + 1e-5)
      else expect(Math.abs(slope + l1 * Math.sign(w))).toBeLessThan(1e-5)
    })
  }
})

test.each(Object.values(families))("property: the derivatives of $name agree with differences to 1e-5, and block with loss", (family) => {
  const target = family.name === "logistic" ? fc.constantFrom(0, 0.25, 1) : fc.constantFrom(0, 1, 3)
  fc.assert(
    fc.property(fc.double({ min: -5, max: 5, noNaN: true }), target, fc.constantFrom(0.5, 1, 2), (score, y, weight) => {
      const [errors, curvatures] = [new Float64Array(1), new Float64Array(1)]
      const at = (z: number) => family.block(Float64Array.of(z), Float32Array.of(y), Float32Array.of(weight), 0, 1, errors, curvatures)
      const step = 1e-4
      const slope = (at(score + step) - at(score - step)) / (2 * step)
      const bend = (at(score + step) - 2 * at(score) + at(score - step)) / step ** 2
      expect(at(score)).toBeCloseTo(weight * family.loss(score, y), 9)
      expect(Math.abs(errors[0]! - slope)).toBeLessThan(1e-5 * Math.max(1, Math.abs(slope)))
      expect(Math.abs(curvatures[0]! - bend)).toBeLessThan(1e-4 * Math.max(1, Math.abs(bend)))
      expect(Math.abs(errors[0]! - weight * (family.mean(score) - y))).toBeLessThan(1e-9 * Math.max(1, Math.abs(errors[0]!)))
      expect(family.mean(family.score(family.mean(score)))).toBeCloseTo(family.mean(score), 9)
    }),
  )
})

test("a path from strong to weak penalties gives what single fits give, and the loss never rises", async () => {
  const c = fixture.cases.find((one) => one.name === "Lasso")!
  const data = dataOf(c, false)
  const penalties = [{ l1: 40 }, { l1: 12, l2: 1 }, { l2: 3 }]
  const path = await regressionPath(data, penalties, {}, { seed: 1 })
  for (const [i, penalty] of penalties.entries()) {
    const alone = await regression(penalty).fit(data, { seed: 1 })
    alone.coefficients.forEach((wanted, col) => {
      expect(Math.abs(path[i]!.coefficients[col]! - wanted)).toBeLessThan(1e-6)
    })
    alone.losses.forEach((loss, step) => {
      if (step > 0) expect(loss).toBeLessThanOrEqual(alone.losses[step - 1]! * (1 + 1e-12))
    })
  }
})

test("contributions add up to the score, missing values are the mean", async () => {
  const c = fixture.cases.find((one) => one.name === "Ridge")!
  const model = await regression({ l2: 1 }).fit(dataOf(c, false), { seed: 1 })
  const rows = matrixFrom([[1, Number.NaN, 0, 2, -1, 4]])
  const parts = model.contributions(row(rows, 0))
  expect(parts[1]).toBe(0)
  expect(parts.reduce((sum, part) => sum + part, model.intercept)).toBeCloseTo(model.scores(rows)[0]!, 9)
})

const line = { rows: matrixFrom([[1], [2], [4]]), targets: Float32Array.of(1, 2, 3) }
test.each([
  {
    name: "negative count",
    config: { family: "poisson" as const },
    data: { ...line, targets: Float32Array.of(1, -1, 0) },
    message: "expected finite counts of 0 or more, came -1 in row 1.",
  },
  {
    name: "only zeros",
    config: { family: "poisson" as const },
    data: { ...line, targets: new Float32Array(3) },
    message: "poisson: expected a count above 0",
  },
  { name: "offset missing", config: {}, data: { ...line, offset: Float32Array.of(1) }, message: "squared: expected 3 offsets, came 1." },
  {
    name: "NaN target",
    config: {},
    data: { ...line, targets: Float32Array.of(1, Number.NaN, 0) },
    message: "squared: expected finite targets, came NaN in row 1.",
  },
  {
    name: "two equal columns",
    config: {},
    data: {
      rows: matrixFrom([
        [1, 1],
        [2, 2],
        [4, 4],
      ]),
      targets: line.targets,
    },
    message: "columns that do not determine each other",
  },
  {
    name: "standardised sparse rows",
    config: { standardise: true },
    data: { rows: toSparse([[1], [0], [2]]), targets: line.targets },
    message: "expected dense rows when columns are standardised",
  },
])("refused: $name", async ({ config, data, message }) => {
  await expect(regression(config).fit(data, { seed: 1 })).rejects.toThrow(message)
})

test("refused in the config: negative penalties, unknown families", () => {
  expect(() => regression({ l1: -1 })).toThrow("regression: expected l1 of 0 or more, came -1.")
  expect(() => regression({ family: "gamma" as FamilyName })).toThrow("a family among logistic, poisson, squared")
})

/** Counts that follow two of four columns, a third of the entries stored. */
function counts(asSparse: boolean): RegressionData {
  const draw = random(4)
  const cells = Array.from({ length: 80 }, () => Array.from({ length: 4 }, () => (draw.next() < 0.3 ? Math.fround(draw.normal()) : 0)))
  const targets = Float32Array.from(cells, (x) => Math.floor(Math.exp(x[0]! - x[1]! + draw.next())))
  return { rows: asSparse ? toSparse(cells) : matrixFrom(cells), targets }
}

for (const asSparse of [false, true]) {
  const data = counts(asSparse)
  estimatorContract(`regression, ${asSparse ? "sparse" : "dense"} rows, L1`, {
    estimator: () => regression({ family: "poisson", l1: 0.5, l2: 0.1 }),
    data: () => counts(asSparse),
    load: loadLinear,
    answers: (model) => [
      model.family,
      model.coefficients,
      model.losses,
      "offsets" in data.rows ? model.predictSparse(data.rows) : model.predict(data.rows),
    ],
  })
}
