import { describe, expect, test } from "vitest"
import { type Matrix, matrix, matrixFrom, random, wordColumn } from "../../core/index.ts"
import * as t from "./index.ts"
import { fitVocabulary } from "./vocabulary.ts"

const NaNs = Number.NaN
const codes = (values: readonly number[]): Matrix => matrixFrom(values.map((value) => [value]))
const rowsOf = ({ data, rows, cols }: Matrix) =>
  Array.from({ length: rows }, (_, row) => Array.from(data.subarray(row * cols, (row + 1) * cols)))

async function encoded(step: t.TransformStep, train: readonly number[], apply: readonly number[], labels?: readonly number[]) {
  const fitted = await step.fit({ rows: codes(train), ...(labels === undefined ? {} : { labels }) }, { seed: 1 })
  return { names: fitted.columns(["c"]), rows: rowsOf(fitted.transform(codes(apply))) }
}

describe("by hand", () => {
  test("labels: codes in their order, rare and unseen ones 0, missing missing", async () => {
    const { rows } = await encoded(t.labelEncode({ atLeast: 2 }), [9, 9, 4, 4, 7], [4, 9, 7, 5, NaNs])
    expect(rows).toEqual([[1], [2], [0], [0], [NaNs]])
    const most = await encoded(t.labelEncode({ most: 1 }), [9, 9, 9, 4, 4, 7], [4, 9, 7])
    expect(most.rows).toEqual([[0], [1], [0]])
  })

  test("one-hot: a column a code, unseen all zeros, missing its own when asked", async () => {
    const plain = await encoded(t.oneHot(), [3, 1, 3], [1, 3, 8, NaNs])
    expect(plain).toEqual({
      names: ["c=1", "c=3"],
      rows: [
        [1, 0],
        [0, 1],
        [0, 0],
        [0, 0],
      ],
    })
    const marked = await encoded(t.oneHot({ missing: true }), [3, 1, NaNs], [1, NaNs, 8])
    expect(marked).toEqual({
      names: ["c=1", "c=3", "c missing"],
      rows: [
        [1, 0, 0],
        [0, 0, 1],
        [0, 0, 0],
      ],
    })
    const dropped = await encoded(t.oneHot({ dropFirst: true }), [1, 3, 4], [1, 3, 4])
    expect(dropped).toEqual({
      names: ["c=3", "c=4"],
      rows: [
        [0, 0],
        [1, 0],
        [0, 1],
      ],
    })
  })

  test("one-hot refuses a column of ids, and says what to do", async () => {
    const ids = Array.from({ length: 40 }, (_, i) => i)
    await expect(encoded(t.oneHot({ most: 32 }), ids, [1])).rejects.toThrow("at most 32 values a column, came 40 in column 0. Merge rare")
  })

  test("target: the smoothed mean of a value, the overall mean for unseen and missing ones", async () => {
    const { rows, names } = await encoded(t.targetEncode({ smoothing: 1 }), [1, 1, 2, 2], [1, 2, 3, NaNs], [1, 1, 0, 1])
    expect(names).toEqual(["c rate"])
    for (const [i, want] of [(2 + 0.75) / 3, (1 + 0.75) / 3, 0.75, 0.75].entries()) expect(rows[i]![0]).toBeCloseTo(want, 6)
    await expect(encoded(t.targetEncode(), [1, 2], [1])).rejects.toThrow("expected 2 labels, came none")
  })

  test("codes that are no small whole numbers are categories too", async () => {
    const { names, rows } = await encoded(t.oneHot(), [-1, 0.5, 2 ** 24], [0.5, -1, 2 ** 24, 1])
    expect(names).toEqual(["c=-1", "c=0.5", "c=16777216"])
    expect(rows).toEqual([
      [0, 1, 0],
      [1, 0, 0],
      [0, 0, 1],
      [0, 0, 0],
    ])
  })
})

test("a training row never sees its own label: noise codes tell nothing out of fold, and everything when encoded in fold", async () => {
  const chance = random(1)
  const n = 2000
  // Two rows a value: in fold, the rate of a value is the label itself, half the time.
  const rows = codes(Array.from({ length: n }, (_, i) => i % (n / 2)))
  const labels = Float64Array.from({ length: n }, () => chance.integer(2))
  const correlation = (encoded: Matrix) => {
    const mean = (values: ArrayLike<number>) => Array.from(values).reduce((sum, x) => sum + x, 0) / n
    const [a, b] = [mean(encoded.data), mean(labels)]
    let [xy, xx, yy] = [0, 0, 0]
    encoded.data.forEach((x, row) => {
      xy += (x - a) * (labels[row]! - b)
      xx += (x - a) ** 2
      yy += (labels[row]! - b) ** 2
    })
    return xx === 0 ? 0 : xy / Math.sqrt(xx * yy)
  }
  for (const folds of [5, "leaveOneOut"] as const) {
    const step = t.targetEncode({ smoothing: 1, folds })
    const { fitted, rows: trained } = await t.fitStep(step, { rows, labels }, { seed: 3 })
    expect(correlation(fitted.transform(rows))).toBeGreaterThan(0.6)
    expect(correlation(trained)).toBeLessThan(0.1)
  }
})

test("embedding: values that keep the same company lie close, rare ones near the origin", async () => {
  const chance = random(2)
  // Codes 0-4 go with the first context and label 0, codes 5-9 with the second and label 1; code 10 is seen once.
  const n = 3000
  const rows = matrix(n, 2)
  const labels = new Float64Array(n)
  for (let row = 0; row < n; row++) {
    const code = row === 0 ? 10 : chance.integer(10)
    const group = code < 5 ? 0 : 1
    const side = chance.next() < 0.85 ? group : 1 - group
    rows.data.set([code, side * 3 + chance.integer(3)], row * 2)
    labels[row] = chance.next() < 0.8 ? group : 1 - group
  }
  const fitted = await t.embedding({ dimension: 3, labels: true }).fit({ rows, labels }, { seed: 1 })
  const vectors = rowsOf(fitted.transform(matrixFrom(Array.from({ length: 12 }, (_, code) => [code, NaNs])))).map((row) => row.slice(0, 3))
  const far = (a: number, b: number) => Math.hypot(...vectors[a]!.map((x, i) => x - vectors[b]![i]!))
  const within = Math.max(...[1, 2, 3, 4].map((code) => far(0, code)), ...[6, 7, 8, 9].map((code) => far(5, code)))
  const between = Math.min(...[0, 1, 2, 3, 4].flatMap((a) => [5, 6, 7, 8, 9].map((b) => far(a, b))))
  expect(between).toBeGreaterThan(3 * within)
  expect(Math.hypot(...vectors[10]!)).toBeLessThan(Math.hypot(...vectors[0]!) / 2)
  expect(vectors[11]).toEqual([0, 0, 0])
  await expect(t.embedding().fit({ rows: codes([1, 2]) }, { seed: 1 })).rejects.toThrow("another column or labels")
})

test("hash collisions come as often as chance says, within 5 %", () => {
  const values = Array.from({ length: 20_000 }, (_, i) => `city=${i}`)
  for (const size of [2 ** 14, 2 ** 16, 2 ** 18]) {
    const { rate, expected } = t.hashCollisions(values, size)
    expect(Math.abs(rate / expected - 1)).toBeLessThan(0.05)
  }
  expect(t.hashCollisions([], 8)).toEqual({ values: 0, size: 8, rate: 0, expected: 0 })
  expect(() => t.hashTokens([], 0)).toThrow("whole number of slots")
})

describe("vocabulary", () => {
  const column = wordColumn(["red", "blue", null, "red", "green", "red", "blue"])
  const config = { atLeast: 1, most: null, order: "alphabet" } as const

  test.each([
    { name: "all words, by the alphabet", change: {}, words: ["blue", "green", "red"], codes: [3, 1, NaNs, 3, 2, 3, 1] },
    { name: "rare ones meet in other", change: { atLeast: 2 }, words: ["blue", "red"], codes: [2, 1, NaNs, 2, 0, 2, 1] },
    { name: "the most frequent ones", change: { most: 1 }, words: ["red"], codes: [1, 0, NaNs, 1, 0, 1, 0] },
    { name: "an order of one's own", change: { order: ["red", "green"] }, words: ["red", "green"], codes: [1, 0, NaNs, 1, 2, 1, 0] },
  ])("$name", ({ change, words, codes }) => {
    const vocabulary = fitVocabulary(column, { ...config, ...change })
    expect(vocabulary.words).toEqual(words)
    expect(Array.from(vocabulary.encode(column))).toEqual(codes)
    expect(vocabulary.encode(wordColumn(["never", null]))).toEqual(Float64Array.of(0, NaNs))
  })

  test("a word twice is refused", () => {
    expect(() => t.vocabularyOf(["a", "a"])).toThrow("words that stand once")
  })
})
