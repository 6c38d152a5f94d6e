import fc from "fast-check"
import { expect, test } from "vitest"
import { random, takeRows } from "../../core/index.ts"
import { exactDuplicates, nearDuplicates, rowShingles, similarity, textShingles } from "./duplicates.ts"
import { tableFrom } from "./table.test.helper.ts"

test("equal rows, missing equal to missing; the first stays", () => {
  const table = tableFrom([
    { name: "a", values: Float64Array.of(1, 2, 1, Number.NaN, Number.NaN, 1) },
    { name: "b", values: ["x", "x", "x", null, null, "y"] },
  ])
  expect(exactDuplicates(table)).toEqual({
    groups: [
      [0, 2],
      [3, 4],
    ],
    drop: Uint32Array.of(2, 4),
    keep: Uint32Array.of(0, 1, 3, 5),
  })
  expect(exactDuplicates(table, ["a"]).groups).toEqual([
    [0, 2, 5],
    [3, 4],
  ])
  const { keep } = exactDuplicates(table)
  expect([...keep]).toEqual([0, 1, 3, 5])
  expect(exactDuplicates(takeRows(table, keep)).drop).toHaveLength(0)
})

test.each([
  { a: [1, 2, 3], b: [2, 3, 4], expected: 0.5 },
  { a: [1, 2], b: [1, 2], expected: 1 },
  { a: [1], b: [2], expected: 0 },
  { a: [1, 5, 9], b: [5], expected: 1 / 3 },
])("similarity of $a and $b: $expected", ({ a, b, expected }) => {
  expect(similarity(Uint32Array.from(a), Uint32Array.from(b))).toBe(expected)
})

test("property: similarity is that of the sets, both ways", () => {
  const set = fc.uniqueArray(fc.integer({ min: 0, max: 20 }), { minLength: 1 }).map((values) => Uint32Array.from(values).sort())
  fc.assert(
    fc.property(set, set, (a, b) => {
      const both = a.filter((value) => b.includes(value)).length
      expect(similarity(a, b)).toBe(both / (a.length + b.length - both))
      expect(similarity(b, a)).toBe(similarity(a, b))
    }),
  )
})

const WORDS = Array.from(
  { length: 400 },
  (_, i) => `${"bcdfghklmnprst"[i % 14]}${"aeiou"[i % 5]}${"lmnrstkv"[i % 8]}${(i * 7919).toString(36)}`,
)

/** Texts by chance, every fifth followed by copies: equal up to case and marks, or with one word of some thirty changed. */
function texts(seed: number) {
  const draw = random(seed)
  const all: string[] = []
  const [equal, near]: [Set<number>, Set<number>] = [new Set(), new Set()]
  for (let i = 0; i < 300; i++) {
    const words = Array.from({ length: 30 + draw.integer(20) }, () => WORDS[draw.integer(WORDS.length)]!)
    all.push(words.join(" "))
    if (i % 5 !== 0) continue
    equal.add(all.push(`${words.join(", ").toUpperCase()}.`) - 1)
    near.add(all.push(words.with(draw.integer(words.length), "changed").join(" ")) - 1)
  }
  return { all, equal, near }
}

test.each([1, 2, 3])("seed %i: all seeded equal texts and 95 %% of the nearly equal are found, and nothing else", (seed) => {
  const { all, equal, near } = texts(seed)
  const { drop } = nearDuplicates(
    all.map((text) => textShingles(text)),
    { threshold: 0.7 },
  )
  const dropped = new Set(drop)
  expect([...equal].filter((text) => dropped.has(text))).toHaveLength(equal.size)
  expect([...near].filter((text) => dropped.has(text)).length / near.size).toBeGreaterThanOrEqual(0.95)
  expect([...dropped].filter((text) => !equal.has(text) && !near.has(text))).toEqual([])
})

test("rows that differ in one cell of twelve are near, others not; empty texts never are", () => {
  const draw = random(4)
  const rows = 200
  const cells = Array.from({ length: 12 }, () => Float64Array.from({ length: rows }, () => draw.next()))
  // Row 100 + i is row i with its first cell changed, for ten i.
  for (let i = 0; i < 10; i++) for (let col = 1; col < 12; col++) cells[col]![100 + i] = cells[col]![i]!
  const table = tableFrom(cells.map((values, col) => ({ name: `c${col}`, values })))
  const { groups } = nearDuplicates(rowShingles(table))
  expect(groups).toEqual(Array.from({ length: 10 }, (_, i) => [i, 100 + i]))
  expect(nearDuplicates(["", "...", ""].map((text) => textShingles(text))).groups).toEqual([])
  expect(() => nearDuplicates([], { threshold: 1 })).toThrow("a threshold in (0, 1)")
})
