import { expect, test } from "vitest"
import { type Matrix, matrix, random } from "../../src/core/index.ts"
import { type FittedTransform, loadTransform, type TransformData, type TransformStep } from "../../src/features/transforms/index.ts"
import { estimatorContract } from "./estimator.ts"

/** One implementation of {@link TransformStep} and what the suite needs to know of it. */
export interface TransformerSubject {
  readonly step: () => TransformStep
  /** Numbers of any size (default) or category codes. */
  readonly takes?: "numbers" | "codes"
  /** True when it puts a number where one was missing, so that nothing comes out missing. */
  readonly fills?: boolean
}

const COLS = 3

/** Small training data with gaps: the third column is all but constant. */
function sample(takes: "numbers" | "codes", rows: number, seed: number): Required<TransformData> {
  const chance = random(seed)
  const out = matrix(rows, COLS)
  for (let row = 0; row < rows; row++) {
    for (let col = 0; col < COLS; col++) {
      const number = takes === "codes" ? chance.integer(col === 2 ? 2 : 5) : col === 2 ? 7 : Math.exp(chance.normal()) * 10 ** col - 2
      out.data[row * COLS + col] = chance.next() < 0.1 ? Number.NaN : number
    }
  }
  return { rows: out, labels: Float64Array.from({ length: rows }, () => chance.integer(2)) }
}

/** What every step of preprocessing keeps to, and what it fits: the contract of estimators, and what serving rests on. */
export function transformerContract(name: string, { step, takes = "numbers", fills = false }: TransformerSubject): void {
  const data = () => sample(takes, 200, 11)
  const unseen = () => {
    const { rows } = sample(takes, 60, 12)
    // Values that training never saw, at both ends, and a row with nothing.
    rows.data.set([1e6, takes === "codes" ? 99 : -1e6, 12], 0)
    rows.data.fill(Number.NaN, COLS, 2 * COLS)
    return rows
  }
  const learnt = () => step().fit(data(), { seed: 5 })

  estimatorContract(name, {
    estimator: step,
    data,
    load: loadTransform,
    answers: (fitted: FittedTransform) => [fitted.inputs, fitted.columns(["a", "b", "c"]), fitted.transform(unseen())],
  })

  test(`transformer contract: ${name}: one row online gets the bits that a table offline gets`, async () => {
    const fitted = await learnt()
    const rows = unseen()
    const whole = fitted.transform(rows)
    for (let row = 0; row < rows.rows; row++) {
      const alone = fitted.transform(matrix(1, COLS, rows.data.slice(row * COLS, (row + 1) * COLS)))
      expect(Array.from(alone.data)).toEqual(Array.from(whole.data.subarray(row * whole.cols, (row + 1) * whole.cols)))
    }
  })

  test(`transformer contract: ${name}: shapes and names agree, nothing is infinite, and missing goes where it says`, async () => {
    const fitted = await learnt()
    const out: Matrix = fitted.transform(unseen())
    expect(out.cols).toBe(fitted.columns(["a", "b", "c"]).length)
    expect(new Set(fitted.columns(["a", "b", "c"])).size).toBe(out.cols)
    expect(out.data.every((x) => Number.isNaN(x) || Number.isFinite(x))).toBe(true)
    if (fills) expect(out.data.some(Number.isNaN)).toBe(false)
    expect(fitted.transform(matrix(0, COLS)).rows).toBe(0)
  })

  test(`transformer contract: ${name}: rows of another width are refused`, async () => {
    const fitted = await learnt()
    expect(() => fitted.transform(matrix(2, COLS + 1))).toThrow(`expected rows of ${COLS} columns, came ${COLS + 1}`)
  })
}
