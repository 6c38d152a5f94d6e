import { describe, expect, test } from "vitest"
import { matrix, matrixFrom, random } from "../../core/index.ts"
import { takeMatrixRows } from "../transforms/index.ts"
import * as s from "./index.ts"

describe("by hand", () => {
  test("groups 1,2,3 / 2,3,4 / 5,6,7: F = 13, p about 0.0066", () => {
    const { scores, p } = s.anova(matrixFrom([1, 2, 3, 2, 3, 4, 5, 6, 7].map((x) => [x])), [0, 0, 0, 1, 1, 1, 2, 2, 2])
    expect(scores[0]).toBeCloseTo(13, 12)
    expect(p[0]).toBeCloseTo(0.0066, 4)
  })

  test("table 30,10 / 20,40: chi-square 16.67, p about 4.5e-5", () => {
    const { chi2, df, p } = s.chiSquareTable({ counts: Float64Array.of(30, 10, 20, 40), left: 2, right: 2 })
    expect(chi2).toBeCloseTo(16.6667, 4)
    expect(df).toBe(1)
    expect(p).toBeCloseTo(4.46e-5, 6)
  })

  test("missing cells are left out of their column, and only of theirs", () => {
    const whole = s.anova(matrixFrom([[1], [2], [5], [7]]), [0, 0, 1, 1]).scores[0]
    const holed = matrixFrom([
      [1, Number.NaN],
      [2, 3],
      [5, 4],
      [7, 4],
      [Number.NaN, 5],
    ])
    expect(s.anova(holed, [0, 0, 1, 1, 0]).scores[0]).toBeCloseTo(whole!, 10)
  })

  test.each([
    { name: "the best", rule: { best: 2 }, kept: [1, 3] },
    { name: "a least score", rule: { atLeast: 3 }, kept: [1, 3] },
    { name: "a false discovery rate", rule: { falseDiscovery: 0.05 }, kept: [1, 3] },
  ])("keeping by $name; NaN never", ({ rule, kept }) => {
    expect(s.keepColumns([1, 9, Number.NaN, 5], rule, [0.4, 0.001, 0, 0.01])).toEqual(kept)
  })

  test("of two columns that say the same the better stays", () => {
    const rows = matrixFrom([
      [1, 2, 5],
      [2, 4, 1],
      [3, 6, 4],
      [4, 8.1, 2],
    ])
    expect(s.redundantColumns(rows, [1, 2, 0.5])).toMatchObject([{ column: 0, keeps: 1 }])
  })
})

test.each([
  { name: "one class", call: () => s.anova(matrixFrom([[1], [2]]), [1, 1]), words: "labels of 2 to 1,000 classes" },
  { name: "labels of another length", call: () => s.correlation(matrixFrom([[1]]), []), words: "expected 1 labels" },
  { name: "negative counts", call: () => s.chiSquareCounts(matrixFrom([[-1], [2]]), [0, 1]), words: "numbers of 0 or more, came -1" },
  { name: "an unknown statistic", call: () => s.select({ by: "magic" }), words: "a statistic among anova" },
  { name: "a rate without p", call: () => s.keepColumns([1], { falseDiscovery: 0.1 }), words: "no p values" },
  { name: "a share above 1", call: () => s.selectByImportance([1], 2), words: "a share in (0, 1]" },
])("refused: $name", ({ call, words }) => {
  expect(call).toThrow(words)
})

/** Ten columns that tell the label, each in its way, among ten of noise. */
function planted(rows: number, seed: number) {
  const chance = random(seed)
  const out = matrix(rows, 20)
  const labels = new Float64Array(rows)
  for (let row = 0; row < rows; row++) {
    const y = chance.integer(2)
    labels[row] = y
    for (let col = 0; col < 20; col++) {
      // Signals stand at the even places; every third of them shows in its spread alone, not in its mean.
      const isSignal = col % 2 === 0
      const inSpread = col % 6 === 0
      const shift = isSignal && !inSpread ? 0.7 * y : 0
      const scale = isSignal && inSpread ? 1 + y : 1
      out.data[row * 20 + col] = shift + scale * chance.normal()
    }
  }
  return { rows: out, labels }
}
const signals = Array.from({ length: 10 }, (_, i) => 2 * i)

test("planted signals are kept and planted noise is dropped, ten of ten each, with new data every time", async () => {
  for (let seed = 1; seed <= 3; seed++) {
    const data = planted(2000, seed)
    const fitted = await s.select({ keep: { best: 10 } }).fit(data, { seed: 1 })
    expect(fitted.columns(Array.from({ length: 20 }, (_, col) => String(col)))).toEqual(signals.map(String))
    const { scores, p } = s.mutualInformation(data.rows, data.labels)
    expect(s.keepColumns(scores, { falseDiscovery: 0.001 }, p)).toEqual(signals)
  }
})

test("a filter of means misses what shows in the spread alone; mutual information does not", () => {
  const { rows, labels } = planted(2000, 4)
  const byMean = s.anova(rows, labels)
  expect(s.keepColumns(byMean.scores, { falseDiscovery: 0.001 }, byMean.p)).toEqual(signals.filter((col) => col % 6 !== 0))
})

test("stability: planted signals are kept by every bootstrap, choosing by chance is not stable", async () => {
  const { rows, labels } = planted(800, 5)
  const choose = (places: Uint32Array) => {
    const { scores } = s.mutualInformation(
      takeMatrixRows(rows, places),
      Float64Array.from(places, (place) => labels[place]!),
    )
    return s.keepColumns(scores, { best: 10 })
  }
  const stable = await s.selectionStability(800, 20, choose, { seed: 1, samples: 10 })
  expect(stable.index).toBeGreaterThan(0.9)
  expect(Math.min(...signals.map((col) => stable.frequency[col]!))).toBeGreaterThan(0.8)
  const chance = random(1)
  const loose = await s.selectionStability(800, 20, () => Array.from({ length: 20 }, (_, c) => c).filter(() => chance.next() < 0.5), {
    seed: 1,
    samples: 20,
  })
  expect(Math.abs(loose.index)).toBeLessThan(0.2)
})

describe("wrappers", () => {
  /** Two columns that tell only together, one that tells alone, one of noise. */
  const worth = async (columns: readonly number[]) => {
    const has = (column: number) => columns.includes(column)
    return 0.5 + (has(2) ? 0.1 : 0) + (has(0) && has(1) ? 0.3 : 0) - 0.001 * columns.length
  }

  test("forward stops where one alone does not help; backward keeps the pair", async () => {
    const forward = await s.selectForward({ columns: 4, score: worth })
    expect(forward.columns).toEqual([2])
    expect(forward.fits).toBe(7)
    const backward = await s.selectBackward({ columns: 4, score: worth })
    expect(backward.columns).toEqual([0, 1, 2])
    expect(backward.steps.map(({ column }) => column)).toEqual([3])
  })

  test("it stops at the number asked for, and at a signal", async () => {
    expect((await s.selectForward({ columns: 4, score: worth, stopAt: 3, tolerance: -1 })).columns).toHaveLength(3)
    expect((await s.selectBackward({ columns: 4, score: worth, stopAt: 2, tolerance: 1 })).columns).toHaveLength(2)
    await expect(s.selectForward({ columns: 4, score: worth, signal: AbortSignal.abort() })).rejects.toMatchObject({ code: "cancelled" })
  })
})

test("a penalty path ranks columns by when they come in", async () => {
  const path = await s.penaltyPath(async (l1) => [3, 0, 1].map((weight) => Math.max(0, weight - l1)), [0.5, 5, 2])
  expect(path.active).toEqual([[], [0], [0, 2]])
  expect(path.entered).toEqual(Float64Array.of(2, 0, 0.5))
})

test("importance: the fewest columns that hold the share", () => {
  expect(s.selectByImportance([5, 0, 90, 4, 1], 0.95)).toEqual([0, 2])
  expect(s.selectByImportance([5, 0, 90, 4, 1], 1)).toEqual([0, 2, 3, 4])
})

test("permutation importance: what a known model loses, and noise loses nothing", () => {
  const { rows, labels } = planted(1000, 6)
  const measure = (of: typeof rows) => {
    let right = 0
    for (let row = 0; row < of.rows; row++) right += (of.data[row * 20 + 2]! > 0.35 ? 1 : 0) === labels[row] ? 1 : 0
    return right / of.rows
  }
  const before = rows.data.slice()
  const { base, mean, deviation } = s.permutationImportance(rows, measure, { seed: 1 })
  expect(base - mean[2]!).toBeLessThan(0.55)
  expect(mean.filter((_, col) => col !== 2).every((loss) => loss === 0)).toBe(true)
  expect(deviation[2]).toBeGreaterThan(0)
  expect(rows.data).toEqual(before)
})
