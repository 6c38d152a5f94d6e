// Lists around centres: a query looks into the lists whose centres are nearest. Slots are ordered by list.

import { at, clearBest, entry, idOf, offer, sizeOf, sortBest } from "./best"
import { scanCodes, scanRows } from "./scan"
import { dotFour } from "./score"
import { best, codes, isFiltered, query, rough, width } from "./table"

let lists: i32 = 0
let centres: usize = 0
let half: usize = 0
let offsets: usize = 0
let ranking: usize = 0

/**
 * `lists_` is a multiple of 4: centres and `half_`, which a centre's product with the query is lessened by, are padded (with infinity) to it.
 * `ranking_` is a heap with room for every list.
 */
export function bindClusters(lists_: i32, centres_: usize, half_: usize, offsets_: usize, ranking_: usize): void {
  lists = lists_; centres = centres_; half = half_; offsets = offsets_; ranking = ranking_
}

/** Looks into `probes` lists, and under a filter into more until as many as wanted are found. @returns lists looked into */
export function scanClusters(probes: i32, wanted: i32): i32 {
  rank(isFiltered() ? lists : min(probes, lists))
  const ranked = sortBest(ranking), found = codes != 0 ? rough : best
  let done = 0
  for (; done < ranked; done++) {
    if (done >= probes && sizeOf(found) >= wanted) break
    const place = offsets + (<usize>idOf(at(ranking, done)) << 2)
    if (codes != 0) scanCodes(load<i32>(place), load<i32>(place, 4))
    else scanRows(load<i32>(place), load<i32>(place, 4))
  }
  return done
}

function rank(most: i32): void {
  clearBest(ranking, most)
  const stride = <usize>width << 2
  for (let list = 0; list < lists; list += 4) {
    const values = f32x4.sub(dotFour(query, centres + <usize>list * stride, width), v128.load(half + (<usize>list << 2)))
    offer(ranking, entry(f32x4.extract_lane(values, 0), list)); offer(ranking, entry(f32x4.extract_lane(values, 1), list + 1))
    offer(ranking, entry(f32x4.extract_lane(values, 2), list + 2)); offer(ranking, entry(f32x4.extract_lane(values, 3), list + 3))
  }
}
