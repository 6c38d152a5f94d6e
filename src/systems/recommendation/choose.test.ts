import { expect, test } from "vitest"
import { pickOnLadder } from "./choose.ts"

/** One top at `best` on a logarithmic scale. */
const hill = (best: number) => (value: number) => -Math.abs(Math.log(value / best))

test.each([
  { name: "top at the middle", best: 10, ladder: [0.1, 1, 10, 100, 1000], picked: 10, trials: 4 },
  { name: "top between two, found half a step up", best: 30, ladder: [0.1, 1, 10, 100, 1000], picked: Math.sqrt(1000), trials: 4 },
  { name: "top at the lower end", best: 0.01, ladder: [0.1, 1, 10, 100], picked: 0.1, trials: 4 },
  { name: "top at the upper end", best: 1e6, ladder: [0.1, 1, 10, 100], picked: 100, trials: 4 },
  { name: "one value", best: 3, ladder: [5], picked: 5, trials: 1 },
])("pickOnLadder, $name: $picked", async ({ best, ladder, picked, trials }) => {
  const found = await pickOnLadder(ladder, hill(best))
  expect(found.best.value).toBeCloseTo(picked, 6)
  expect(found.trials).toHaveLength(trials)
})
