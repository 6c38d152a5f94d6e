// The best of what was offered: a bounded heap of whole numbers, the worst on top.
//
// An entry is one u64 that orders as the answer does: the score's bits made monotone in the high half, the complement of the id in the low
// half, so that a greater entry is a better one and equal scores fall to the lower id. A heap is 16 bytes (size, capacity, the score to beat)
// and then its entries.

const ENTRIES: usize = 16

/** An entry from a score and an id. Minus zero counts as zero. */
// @ts-ignore: decorator
@inline export function entry(score: f32, id: u32): u64 {
  const bits = reinterpret<i32>(score + 0)
  return (<u64><u32>(bits ^ (bits >> 31 | i32.MIN_VALUE)) << 32) | <u64>~id
}

// @ts-ignore: decorator
@inline export function scoreOf(e: u64): f32 {
  const bits = <i32>(e >> 32)
  return reinterpret<f32>(bits ^ (~bits >> 31 | i32.MIN_VALUE))
}

// @ts-ignore: decorator
@inline export function idOf(e: u64): u32 { return ~<u32>e }

/** Empties the heap, which then keeps `capacity` entries; it takes 16 + 8 * capacity bytes. */
export function clearBest(heap: usize, capacity: i32): void {
  store<i32>(heap, 0)
  store<i32>(heap, capacity, 4)
  store<f32>(heap, capacity == 0 ? Infinity : -Infinity, 8)
}

// @ts-ignore: decorator
@inline export function sizeOf(heap: usize): i32 { return load<i32>(heap) }

// @ts-ignore: decorator
@inline export function isFull(heap: usize): bool { return load<i32>(heap) == load<i32>(heap, 4) }

/** A score below this cannot enter: minus infinity until the heap is full. */
// @ts-ignore: decorator
@inline export function toBeat(heap: usize): f32 { return load<f32>(heap, 8) }

// @ts-ignore: decorator
@inline export function at(heap: usize, place: i32): u64 { return load<u64>(heap + ENTRIES + (<usize>place << 3)) }

// @ts-ignore: decorator
@inline function put(heap: usize, place: i32, e: u64): void { store<u64>(heap + ENTRIES + (<usize>place << 3), e) }

/** Keeps the entry if it is among the best. */
export function offer(heap: usize, e: u64): void {
  const size = load<i32>(heap), capacity = load<i32>(heap, 4)
  if (size < capacity) {
    store<i32>(heap, size + 1)
    lift(heap, size, e)
    if (size + 1 == capacity) store<f32>(heap, scoreOf(at(heap, 0)), 8)
  } else if (capacity > 0 && e > at(heap, 0)) {
    sink(heap, size, e)
    store<f32>(heap, scoreOf(at(heap, 0)), 8)
  }
}

/** Takes the smallest entry out; the heap is not empty. */
export function pop(heap: usize): u64 {
  const top = at(heap, 0), size = load<i32>(heap) - 1
  store<i32>(heap, size)
  if (size > 0) sink(heap, size, at(heap, size))
  return top
}

/** Sorts the entries, best first; the heap can only be read or cleared afterwards. @returns how many there are */
export function sortBest(heap: usize): i32 {
  const size = load<i32>(heap)
  for (let end = size - 1; end > 0; end--) {
    const worst = at(heap, 0)
    sink(heap, end, at(heap, end))
    put(heap, end, worst)
  }
  return size
}

function lift(heap: usize, hole: i32, e: u64): void {
  while (hole > 0) {
    const parent = (hole - 1) >> 1, above = at(heap, parent)
    if (above <= e) break
    put(heap, hole, above)
    hole = parent
  }
  put(heap, hole, e)
}

function sink(heap: usize, size: i32, e: u64): void {
  let hole = 0
  for (let child = 1; child < size; child = 2 * hole + 1) {
    let least = at(heap, child)
    if (child + 1 < size) {
      const right = at(heap, child + 1)
      if (right < least) { least = right; child++ }
    }
    if (least >= e) break
    put(heap, hole, least)
    hole = child
  }
  put(heap, hole, e)
}
