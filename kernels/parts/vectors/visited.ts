// Which slots this question has looked at: a byte each, compared with a number that changes with every question.

import { propose } from "./scan"
import { roughScore } from "./score"
import { codeAt, codeWidth, slots } from "./table"

let marks: usize = 0
let now: u8 = 0
let fresh: usize = 0

/** Rows whose codes are asked of memory together. */
const together = 64

/** `marks_` takes a byte a slot, zero before; `fresh_` 65 u32. */
export function bindVisited(marks_: usize, fresh_: usize): void { marks = marks_; fresh = fresh_; now = 0 }

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

// @ts-ignore: decorator
@inline export function freshAt(place: i32): i32 { return load<i32>(fresh + (<usize>place << 2)) }

/**
 * Those of `count` slots (u32, at most 64) that were not looked at yet; returns how many. Codes lie anywhere, so all of them are touched here,
 * and memory brings them together while the first is scored.
 */
export function gatherFresh(list: usize, count: i32): i32 {
  const end = list + (<usize>count << 2)
  let found = 0, touched = 0
  for (; list < end; list += 4) {
    const slot = load<i32>(list), mark = marks + slot, code = codeAt(slot)
    store<i32>(fresh + (<usize>found << 2), slot)
    found += i32(load<u8>(mark) != now)
    store<u8>(mark, now)
    for (let line = 0; line < codeWidth; line += 64) touched ^= load<u8>(code + line)
  }
  // Kept, so that the touching is not left out as useless.
  store<i32>(fresh + (together << 2), touched)
  return found
}

/** Proposes `count` slots (u32) that were not looked at yet. */
export function considerAll(list: usize, count: i32): void {
  for (let done = 0; done < count; done += together) {
    const found = gatherFresh(list + (<usize>done << 2), min(together, count - done))
    for (let i = 0; i < found; i++) propose(freshAt(i), roughScore(codeAt(freshAt(i)), freshAt(i)))
  }
}
