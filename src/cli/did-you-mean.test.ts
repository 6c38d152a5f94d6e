import { expect, test } from "vitest"
import { closest } from "./did-you-mean.ts"

test.each([
  ["trian", "train"],
  ["evalute", "evaluate"],
  ["sevre", "serve"],
  ["--sed", undefined],
  ["zzz", undefined],
])("%s: %s", (typed, expected) => {
  expect(closest(typed, ["train", "evaluate", "serve", "import"])).toBe(expected)
})
