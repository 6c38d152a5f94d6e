import { expect, test } from "vitest"
import { manualClock } from "../core/index.ts"
import { progressLine } from "./progress.ts"

function watched(isTTY: boolean) {
  const clock = manualClock()
  let text = ""
  const line = progressLine(
    "train",
    {
      isTTY,
      write(more) {
        text += more
      },
    },
    clock.monotonicMs,
  )
  return { clock, line, text: () => text }
}

test("without a terminal: a line at most each two seconds", () => {
  const { clock, line, text } = watched(false)
  for (let done = 0; done <= 5000; done += 100) {
    line.show({ step: "fold", done, total: 5000 })
    clock.advance(100)
  }
  line.end()
  expect(text()).toBe("train: fold 0 of 5,000 (0 %)\ntrain: fold 2,000 of 5,000 (40 %)\ntrain: fold 4,000 of 5,000 (80 %)\n")
})

test("on a terminal: one changing line, which a warning does not break", () => {
  const { clock, line, text } = watched(true)
  line.show({ step: "fold", done: 1 })
  clock.advance(200)
  line.show({ step: "fold", done: 2 })
  line.note("warning: slow disk")
  line.end()
  expect(text()).toBe("\r\u001b[Ktrain: fold 1\r\u001b[Ktrain: fold 2\r\u001b[Kwarning: slow disk\n")
})

test.each([
  [{ step: "fold", done: 0 }, "fold"],
  [{ step: "fold", done: 1200 }, "fold 1,200"],
  [{ step: "fold", done: 3, total: 12, note: "EASE" }, "fold 3 of 12 (25 %), EASE"],
  [{ step: "fit", done: 0.5, total: 1 }, "fit 50 %"],
  [{ step: "empty", done: 0, total: 0 }, "empty"],
])("%o reads %s", (progress, expected) => {
  const { line, text } = watched(false)
  line.show(progress)
  expect(text()).toBe(`train: ${expected}\n`)
})
