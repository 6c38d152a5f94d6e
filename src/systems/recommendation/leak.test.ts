import { expect, test } from "vitest"
import { leaks, refuseLeaks } from "./leak.ts"

test.each([
  { name: "as good as out of sample", inLists: 0.27, outOfSample: 0.27, isLeak: false },
  { name: "worse, as filters took some", inLists: 0.2, outOfSample: 0.27, isLeak: false },
  { name: "better by what filters can add where people hide much", inLists: 0.27, outOfSample: 0.2399, isLeak: false },
  { name: "half as good again", inLists: 0.4, outOfSample: 0.27, isLeak: true },
  { name: "something from nothing", inLists: 0.02, outOfSample: 0, isLeak: true },
])("leaks, $name: $isLeak", ({ inLists, outOfSample, isLeak }) => {
  expect(leaks([{ name: "ease", inLists, outOfSample }])).toHaveLength(isLeak ? 1 : 0)
})

test("refuseLeaks names every leaking score, the worst first, and no other", () => {
  const scores = [
    { name: "neighbours", inLists: 0.3, outOfSample: 0.2 },
    { name: "ease", inLists: 0.6, outOfSample: 0.25 },
    { name: "popular", inLists: 0.1, outOfSample: 0.1 },
  ]
  expect(() => refuseLeaks(scores)).toThrow(/came ease with ndcg 0\.6000 .*neighbours/)
  expect(() => refuseLeaks(scores)).not.toThrow(/popular/)
  expect(() => refuseLeaks(scores.slice(2))).not.toThrow()
})
