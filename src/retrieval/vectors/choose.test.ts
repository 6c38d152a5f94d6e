import { expect, test } from "vitest"
import { chooseIndex, isRebuildDue, searchPath } from "./choose.ts"

test.each([
  { rows: 1000, allowed: 0, path: "filtered scan" },
  { rows: 1000, allowed: 19, path: "filtered scan" },
  { rows: 1000, allowed: 20, path: "index" },
  { rows: 1000, allowed: 1000, path: "index" },
  { rows: 0, allowed: 0, path: "filtered scan" },
])("$allowed of $rows allowed: $path", ({ rows, allowed, path }) => {
  expect(searchPath(rows, (count) => (count <= allowed ? Math.ceil((rows * count) / allowed) : undefined)).path).toBe(path)
})

test("a quarter allowed: the index looks at twice as much; everything allowed: at no more", () => {
  expect(searchPath(10_000, (count) => 4 * count)).toEqual({ path: "index", effortFactor: 2 })
  expect(searchPath(10_000, (count) => count)).toEqual({ path: "index", effortFactor: 1 })
})

test.each([
  { need: { rows: 10_000, dimension: 128 }, family: "exact" },
  { need: { rows: 100_000, dimension: 128 }, family: "int8" },
  { need: { rows: 1_000_000, dimension: 128 }, family: "clusters" },
  { need: { rows: 1_000_000, dimension: 128, isExact: true }, family: "exact" },
  { need: { rows: 100_000, dimension: 128, budgetMs: 10 }, family: "exact" },
  { need: { rows: 100_000, dimension: 1024 }, family: "clusters" },
])("$need: $family", ({ need, family }) => {
  const choice = chooseIndex(need)
  expect(choice.family).toBe(family)
  expect(choice.expectedMs).toBeGreaterThan(0)
})

test.each([
  { added: 0, hidden: 0, rows: 0, due: false },
  { added: 1001, hidden: 0, rows: 10_000, due: true },
  { added: 9000, hidden: 9000, rows: 500_000, due: false },
  { added: 10_001, hidden: 0, rows: 500_000, due: true },
  { added: 0, hidden: 100_001, rows: 500_000, due: true },
])("$added added and $hidden hidden of $rows: due $due", ({ due, ...changes }) => {
  expect(isRebuildDue(changes)).toBe(due)
})
