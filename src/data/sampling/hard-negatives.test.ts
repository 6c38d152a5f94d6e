import { expect, test } from "vitest"
import { hardNegatives } from "./hard-negatives.ts"

const positives = { offsets: Uint32Array.of(0, 2, 2, 3), items: Uint32Array.of(5, 6, 9) }
const ranked = () => [6, 1, 2, 3, 4, 5, 7]

test("hard negatives come from the places after the first, never one's own, none for people without items", () => {
  const { users, items, rates } = hardNegatives(positives, { seed: 1, perPositive: 2, ranked, skip: 1, window: 4 })
  // User 0: 1 2 3 4 7 are not his; the first is skipped, the four after it are all drawn. User 2 has one item: 2 of 1 2 3 4 5 7 after 6.
  expect([...items].filter((_, i) => users[i] === 0).sort()).toEqual([2, 3, 4, 7])
  expect([...rates].filter((_, i) => users[i] === 0)).toEqual([1, 1, 1, 1])
  const others = [...items].filter((_, i) => users[i] === 2)
  expect(others).toHaveLength(2)
  expect(new Set(others).size).toBe(2)
  expect(others.every((item) => [1, 2, 3, 4].includes(item))).toBe(true)
  expect([...rates].slice(4)).toEqual([0.5, 0.5])
  expect([...users]).not.toContain(1)
})

test("a short list gives what it has; the seed decides", () => {
  expect(hardNegatives(positives, { seed: 1, ranked: () => [1, 2], skip: 5 }).items).toHaveLength(0)
  const draw = (seed: number) => [...hardNegatives(positives, { seed, perPositive: 1, ranked, skip: 0 }).items].join()
  expect(draw(7)).toBe(draw(7))
  expect(new Set([1, 2, 3, 4, 5, 6].map(draw)).size).toBeGreaterThan(1)
  expect(() => hardNegatives(positives, { seed: 1, ranked, window: 0 })).toThrow("window above 0")
})
