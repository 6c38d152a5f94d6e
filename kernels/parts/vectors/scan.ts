// Looking at rows one after another: exactly, or over codes with the best of them scored again.

import { at, entry, idOf, offer, sizeOf, toBeat } from "./best"
import { roughFour, roughScore, score, scoreFour } from "./score"
import { alive, best, codeAt, idAt, isFiltered, passes, query, rough, rowAt, slots } from "./table"

/** Offers the slot with its exact score to the answer, if it may be answered. */
// @ts-ignore: decorator
@inline export function answer(slot: i32, value: f32): void {
  if (value >= toBeat(best) && passes(slot)) offer(best, entry(value, idAt(slot)))
}

/** Offers the slot with a rough score to the candidates. */
// @ts-ignore: decorator
@inline export function propose(slot: i32, value: f32): void {
  if (value >= toBeat(rough) && passes(slot)) offer(rough, entry(value, slot))
}

/** Every slot in [begin, end), exactly. */
export function scanRows(begin: i32, end: i32): void {
  let slot = begin
  for (; slot + 4 <= end; slot += 4) {
    const values = scoreFour(query, slot)
    if (!v128.any_true(f32x4.ge(values, f32x4.splat(toBeat(best))))) continue
    answer(slot, f32x4.extract_lane(values, 0)); answer(slot + 1, f32x4.extract_lane(values, 1))
    answer(slot + 2, f32x4.extract_lane(values, 2)); answer(slot + 3, f32x4.extract_lane(values, 3))
  }
  for (; slot < end; slot++) answer(slot, score(query, rowAt(slot)))
}

/** Every slot that may be answered, exactly: the way under a narrow filter. */
export function scanPassing(): void {
  for (let slot = 0; slot < slots; slot++) if (passes(slot)) answer(slot, score(query, rowAt(slot)))
}

/** Every slot in [begin, end), by its codes, into the candidates. */
export function scanCodes(begin: i32, end: i32): void {
  let slot = begin
  for (; slot + 4 <= end; slot += 4) {
    const values = roughFour(codeAt(slot), slot)
    if (!v128.any_true(f32x4.ge(values, f32x4.splat(toBeat(rough))))) continue
    propose(slot, f32x4.extract_lane(values, 0)); propose(slot + 1, f32x4.extract_lane(values, 1))
    propose(slot + 2, f32x4.extract_lane(values, 2)); propose(slot + 3, f32x4.extract_lane(values, 3))
  }
  for (; slot < end; slot++) propose(slot, roughScore(codeAt(slot), slot))
}

/** The candidates scored exactly, into the answer. They passed when they were proposed. */
export function rescore(): void {
  const size = sizeOf(rough)
  for (let i = 0; i < size; i++) {
    const slot = <i32>idOf(at(rough, i))
    const value = score(query, rowAt(slot))
    if (value >= toBeat(best)) offer(best, entry(value, idAt(slot)))
  }
}

/**
 * Every slot for several queries, a few rows at a time, so that rows are read from memory once for all of them.
 * Query i stands at queries + i * stride, its heap at heaps + i * heapBytes. The filter holds for all.
 */
export function scanMany(queries: usize, count: i32, stride: usize, heaps: usize, heapBytes: usize): void {
  const block = 32
  const checked = isFiltered() || alive != 0
  for (let begin = 0; begin < slots; begin += block) {
    const end = min(slots, begin + block)
    for (let i = 0; i < count; i++) {
      const from = queries + <usize>i * stride, heap = heaps + <usize>i * heapBytes
      let slot = begin
      for (; slot + 4 <= end; slot += 4) {
        const values = scoreFour(from, slot)
        if (!v128.any_true(f32x4.ge(values, f32x4.splat(toBeat(heap))))) continue
        offerMany(heap, slot, f32x4.extract_lane(values, 0), checked); offerMany(heap, slot + 1, f32x4.extract_lane(values, 1), checked)
        offerMany(heap, slot + 2, f32x4.extract_lane(values, 2), checked); offerMany(heap, slot + 3, f32x4.extract_lane(values, 3), checked)
      }
      for (; slot < end; slot++) offerMany(heap, slot, score(from, rowAt(slot)), checked)
    }
  }
}

// @ts-ignore: decorator
@inline function offerMany(heap: usize, slot: i32, value: f32, checked: bool): void {
  if (value >= toBeat(heap) && (!checked || passes(slot))) offer(heap, entry(value, idAt(slot)))
}
