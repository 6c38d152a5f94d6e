// Which slots this question has looked at: a byte each, compared with a number that changes with every question.

import { codeAt, slots } from "./table"
import { propose } from "./scan"
import { roughScore } from "./score"

let marks: usize = 0
let now: u8 = 0

export function bindVisited(marks_: usize): void { marks = marks_; now = 0 }

export function beginVisit(): void {
  if (++now == 0) {
    memory.fill(marks, 0, slots)
    now = 1
  }
}

/** Whether this is the slot's first look. */
// @ts-ignore: decorator
@inline export function isFirst(slot: i32): bool {
  if (load<u8>(marks + slot) == now) return false
  store<u8>(marks + slot, now)
  return true
}

/** Rough scores of `count` slots (u32) that were not looked at yet. */
export function considerAll(list: usize, count: i32): void {
  const end = list + (<usize>count << 2)
  for (; list < end; list += 4) {
    const slot = load<i32>(list)
    if (isFirst(slot)) propose(slot, roughScore(codeAt(slot), slot))
  }
}
