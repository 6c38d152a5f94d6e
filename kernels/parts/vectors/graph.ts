// A navigable graph in layers: each slot is linked with near slots that are far from each other, and a thinning share of the slots is linked again
// in higher layers. A query walks down the layers to the nearest slot, then spreads in the lowest one.
//
// Everything is scored by int8 codes; what a search meets is proposed to the candidates, which are scored again by f32. Lists of links end with -1.
// @see Malkov & Yashunin 2018, doi:10.1109/TPAMI.2018.2889473

import { entry, scoreOf } from "./best"
import { biasOf, pairCodes, pairScore, pairUnit, preparePair } from "./codes"
import { propose } from "./scan"
import { roughScore } from "./score"
import { codeAt, queryCodes, setQueryUnit } from "./table"
import { beginVisit, freshAt, gatherFresh, isFirst } from "./visited"

/** Links of a slot at most: twice as many in the lowest layer. */
let degree: i32 = 0
let lowest: usize = 0
let upper: usize = 0
/** Where a slot's lists of upper layers begin, in lists. */
let upperFrom: usize = 0
let start: i32 = -1
let top: i32 = -1

/** The nearest so far, best first: entries of (score, slot * 2, and 1 when its links were followed). */
let pool: usize = 0
let poolSize: i32 = 0
let poolRoom: i32 = 0
let poolWorst: f32 = -Infinity
/** Where a list of links is chosen: entries, then chosen slots. */
let choice: usize = 0

export function bindGraph(degree_: i32, lowest_: usize, upper_: usize, upperFrom_: usize, choice_: usize): void {
  degree = degree_; lowest = lowest_; upper = upper_; upperFrom = upperFrom_; choice = choice_
}
export function bindPool(pool_: usize): void { pool = pool_ }
export function setStart(start_: i32, top_: i32): void { start = start_; top = top_ }
export function startSlot(): i32 { return start }
export function topLayer(): i32 { return top }

// @ts-ignore: decorator
@inline function roomAt(layer: i32): i32 { return layer == 0 ? 2 * degree : degree }

// @ts-ignore: decorator
@inline function linksOf(slot: i32, layer: i32): usize {
  if (layer == 0) return lowest + ((<usize>slot * 2 * degree) << 2)
  return upper + ((<usize>(load<i32>(upperFrom + (<usize>slot << 2)) + layer - 1) * degree) << 2)
}

function countOf(links: usize, room: i32): i32 {
  let count = 0
  while (count < room && load<i32>(links + (<usize>count << 2)) >= 0) count++
  return count
}

// @ts-ignore: decorator
@inline function slotOf(e: u64): i32 { return <i32>(~<u32>e >> 1) }

/** Puts a slot into the pool if it is near enough; returns its place, or the pool's size. */
// @ts-ignore: decorator
@inline function keep(slot: i32, score: f32): i32 {
  if (poolSize == poolRoom && score <= poolWorst) return poolRoom
  const e = entry(score, <u32>slot << 1)
  if (poolSize < poolRoom) poolSize++
  let at = pool + (<usize>(poolSize - 1) << 3)
  while (at > pool && load<u64>(at - 8) < e) { store<u64>(at, load<u64>(at - 8)); at -= 8 }
  store<u64>(at, e)
  if (poolSize == poolRoom) poolWorst = scoreOf(load<u64>(pool + (<usize>(poolRoom - 1) << 3)))
  return <i32>((at - pool) >> 3)
}

/** The nearest `room` slots of a layer to the query that can be reached from `from`, left in the pool. */
function spread(from: i32, fromScore: f32, layer: i32, room: i32, proposes: bool): void {
  beginVisit()
  isFirst(from)
  poolSize = 0; poolRoom = room; poolWorst = -Infinity
  keep(from, fromScore)
  if (proposes) propose(from, fromScore)
  const most = roomAt(layer)
  let cursor = 0
  while (cursor < poolSize) {
    const at = pool + (<usize>cursor << 3), e = load<u64>(at)
    if ((e & 1) == 0) { cursor++; continue }
    store<u64>(at, e - 1)
    const links = linksOf(slotOf(e), layer), fresh = gatherFresh(links, countOf(links, most))
    let first = cursor + 1
    for (let i = 0; i < fresh; i++) {
      const slot = freshAt(i), score = roughScore(codeAt(slot), slot)
      if (proposes) propose(slot, score)
      first = min(first, keep(slot, score))
    }
    cursor = first
  }
}

let walked: f32 = 0

/** The slot of a layer that no link improves on, from `from` with its score in `walked`, where that of the answer is left. */
function walk(from: i32, layer: i32): i32 {
  let next = from
  do {
    from = next
    const links = linksOf(from, layer), count = countOf(links, degree)
    for (let i = 0; i < count; i++) {
      const slot = load<i32>(links + (<usize>i << 2)), score = roughScore(codeAt(slot), slot)
      if (score > walked) { walked = score; next = slot }
    }
  } while (next != from)
  return from
}

/** Spreads from the nearest slot found through the layers; what is met is proposed. */
export function scanGraph(room: i32): void {
  if (start < 0) return
  let from = start
  walked = roughScore(codeAt(from), from)
  for (let layer = top; layer > 0; layer--) from = walk(from, layer)
  spread(from, walked, 0, room, true)
}

/** Adds a slot, its lists empty (-1), to layers 0 to `layer`. `width` slots are looked at for its links. */
export function insertSlot(slot: i32, layer: i32, width: i32): void {
  if (start < 0) {
    start = slot; top = layer
    return
  }
  preparePair(slot, queryCodes)
  setQueryUnit(pairUnit)
  let from = start
  walked = roughScore(codeAt(from), from)
  let at = top
  for (; at > layer; at--) from = walk(from, at)
  for (; at >= 0; at--) {
    spread(from, walked, at, width, false)
    from = slotOf(load<u64>(pool)); walked = scoreOf(load<u64>(pool))
    const chosen = choose(pool, poolSize, degree, biasOf(slot)), to = linksOf(slot, at)
    memory.copy(to, chosenAt(), <usize>chosen << 2)
    for (let i = 0; i < chosen; i++) linkBack(load<i32>(to + (<usize>i << 2)), slot, at)
  }
  if (layer > top) { start = slot; top = layer }
}

// @ts-ignore: decorator
@inline function chosenAt(): usize { return choice + ((<usize>2 * degree + 1) << 3) }

/**
 * Picks at most `most` of `count` entries, best first: each is taken unless it is nearer to one taken before than to the slot they are for.
 * `own` is what their scores lack to be those of pairs.
 */
function choose(entries: usize, count: i32, most: i32, own: f32): i32 {
  const chosen = chosenAt()
  let taken = 0
  for (let i = 0; i < count && taken < most; i++) {
    const e = load<u64>(entries + (<usize>i << 3)), slot = slotOf(e), score = scoreOf(e) + own
    preparePair(slot, pairCodes)
    let isNearer = false
    for (let j = 0; j < taken && !isNearer; j++) isNearer = pairScore(pairCodes, slot, load<i32>(chosen + (<usize>j << 2))) > score
    if (isNearer) continue
    store<i32>(chosen + (<usize>taken << 2), slot)
    taken++
  }
  return taken
}

/** Links `slot` from `from`; a full list is chosen anew from what it held and the slot. */
function linkBack(from: i32, slot: i32, layer: i32): void {
  const links = linksOf(from, layer), room = roomAt(layer), count = countOf(links, room)
  if (count < room) {
    store<i32>(links + (<usize>count << 2), slot)
    return
  }
  preparePair(from, pairCodes)
  for (let i = 0; i <= room; i++) {
    const other = i < room ? load<i32>(links + (<usize>i << 2)) : slot
    const e = entry(pairScore(pairCodes, from, other), <u32>other << 1)
    let at = choice + (<usize>i << 3)
    for (; at > choice && load<u64>(at - 8) < e; at -= 8) store<u64>(at, load<u64>(at - 8))
    store<u64>(at, e)
  }
  const chosen = choose(choice, room + 1, room, 0)
  memory.copy(links, chosenAt(), <usize>chosen << 2)
  memory.fill(links + (<usize>chosen << 2), 0xff, <usize>(room - chosen) << 2)
}
