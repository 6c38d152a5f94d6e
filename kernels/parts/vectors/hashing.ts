// Random hyperplanes: a row's signature has a bit for each plane it is above. A table lists slots by signature; a query looks into the bucket of
// its own signature and then into those that differ in the bits it was least sure of.
//
// Buckets of table t: slots members[t * slots + offsets[t * (2^bits + 1) + s] ..]. Planes stand table after table.
// @see Charikar 2002 (hyperplanes); Lv et al. 2007 (the order of probes)

import { clearBest, entry, idOf, offer, pop, scoreOf, sizeOf } from "./best"
import { dot } from "./score"
import { query, rowAt, slots, width } from "./table"
import { beginVisit, considerAll } from "./visited"

let tables: i32 = 0
let bits: i32 = 0
let planes: usize = 0
let thresholds: usize = 0
let offsets: usize = 0
let members: usize = 0
/** For each table, its bits from the least sure: squared margin f32 and bit i32; and the query's own signature before them. */
let sure: usize = 0

export function bindHashing(tables_: i32, bits_: i32, planes_: usize, thresholds_: usize, sure_: usize): void {
  tables = tables_; bits = bits_; planes = planes_; thresholds = thresholds_; sure = sure_
}
export function bindBuckets(offsets_: usize, members_: usize): void { offsets = offsets_; members = members_ }

// @ts-ignore: decorator
@inline function margin(row: usize, plane: i32): f32 {
  return dot(row, planes + ((<usize>plane * width) << 2), width) - load<f32>(thresholds + (<usize>plane << 2))
}

/** Signatures of slots [begin, end) in every table: out[t * (end - begin) + slot - begin]. */
export function signRows(begin: i32, end: i32, out: usize): void {
  for (let slot = begin; slot < end; slot++) {
    for (let table = 0; table < tables; table++) {
      let signature: u32 = 0
      for (let bit = 0; bit < bits; bit++) if (margin(rowAt(slot), table * bits + bit) >= 0) signature |= 1 << bit
      store<u32>(out + ((<usize>table * (end - begin) + slot - begin) << 2), signature)
    }
  }
}

// @ts-ignore: decorator
@inline function sureOf(table: i32): usize { return sure + <usize>table * (4 + 8 * bits) }

/** Signature of the query in a table, and its bits from the least sure. */
function signQuery(table: i32): void {
  const to = sureOf(table)
  let signature: u32 = 0
  for (let bit = 0; bit < bits; bit++) {
    const apart = margin(query, table * bits + bit), cost = apart * apart
    if (apart >= 0) signature |= 1 << bit
    let place = to + 4 + (<usize>bit << 3)
    for (; place > to + 4 && load<f32>(place - 8) > cost; place -= 8) store<u64>(place, load<u64>(place - 8))
    store<f32>(place, cost); store<i32>(place, bit, 4)
  }
  store<u32>(to, signature)
}

/**
 * Looks into `probes` buckets, cheapest change of signature first over all tables. `queue` is a heap with room for tables + probes.
 * A queued set of changes is its table above 20 bits of places in the table's order of sureness; its score is the sum of squared margins.
 */
export function scanHashing(probes: i32, queue: usize): void {
  beginVisit()
  clearBest(queue, tables + probes)
  for (let table = 0; table < tables; table++) {
    signQuery(table)
    offer(queue, entry(0, <u32>table << 20))
  }
  const buckets = 1 << bits
  for (let done = 0; done < probes && sizeOf(queue) > 0; done++) {
    const next = pop(queue), cost = scoreOf(next), set = idOf(next)
    const table = <i32>(set >> 20), places = set & 0xfffff, order = sureOf(table)
    let signature = load<u32>(order)
    for (let left = places; left != 0; left &= left - 1) signature ^= 1 << load<i32>(order + 8 + (<usize>ctz(left) << 3))
    const at = offsets + ((<usize>table * (buckets + 1) + signature) << 2)
    const begin = load<i32>(at)
    considerAll(members + ((<usize>table * slots + begin) << 2), load<i32>(at, 4) - begin)
    // Each set comes once: from the one with its last place moved back by one, or left out.
    const last = 31 - clz(places)
    if (last + 1 >= bits) continue
    const added = load<f32>(order + 4 + (<usize>(last + 1) << 3))
    offer(queue, entry(cost + added, set | (1 << (last + 1))))
    if (places == 0) continue
    const moved = cost - load<f32>(order + 4 + (<usize>last << 3)) + added
    offer(queue, entry(max<f32>(0, moved), set ^ (3 << last)))
  }
}
