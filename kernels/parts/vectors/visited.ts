// Which slots this question has looked at: a byte each, compared with a number that changes with every question.

import { propose } from "./scan"
import { roughScore } from "./score"
import { codeAt, codeWidth, slots } from "./table"

let marks: usize = 0
let now: u8 = 0
let fresh: usize = 0

/** Rows whose codes are asked of memory together. */
const together = 32

/** `marks_` takes a byte a slot, zero before; `fresh_` 33 u32. */
export function bindVisited(marks_: usize, fresh_: usize): void { marks = marks_; fresh = fresh_; now = 0 }

export function beginVisit(): void {
  if (++now == 0) {
    memory.fill(marks, 0, slots)
    now = 1
  }
}

/** Rough scores of `count` slots (u32) that were not looked at yet. Codes lie anywhere: all of a group are touched before any is scored. */
export function considerAll(list: usize, count: i32): void {
  const end = list + (<usize>count << 2)
  let touched = 0
  while (list < end) {
    const stop = min(end, list + together * 4)
    let found = 0
    for (; list < stop; list += 4) {
      const slot = load<i32>(list), code = codeAt(slot), mark = marks + slot
      store<i32>(fresh + (<usize>found << 2), slot)
      found += i32(load<u8>(mark) != now)
      store<u8>(mark, now)
      for (let line = 0; line < codeWidth; line += 64) touched ^= load<u8>(code + line)
    }
    for (let i = 0; i < found; i++) {
      const slot = load<i32>(fresh + (<usize>i << 2))
      propose(slot, roughScore(codeAt(slot), slot))
    }
  }
  // Kept, so that the touching is not left out as useless.
  store<i32>(fresh + together * 4, touched)
}
