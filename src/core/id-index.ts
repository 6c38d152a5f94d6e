/** Most slots of a segment; three quarters of them may be full. */
const SEGMENT_SLOTS = 4096
const FIRST_SLOTS = 16
/** Past this many directory bits a segment grows instead of splitting, so that equal hashes cannot split for ever. */
const MAX_DEPTH = 18

interface Segment {
  /** Dense id + 1, 0 = empty; linear probing from the low hash bits. */
  slots: Uint32Array
  count: number
  /** How many top hash bits all its entries share. */
  depth: number
}

/**
 * Hash to dense ids: extendible hashing, so that no insertion ever rehashes more than one small segment (tens of microseconds).
 * @see Fagin et al. 1979, doi:10.1145/320083.320092
 */
export interface IdIndex {
  /** Where that hash would be: dense ids + 1 from place `hash & (length - 1)` on, wrapping around, up to the first 0. The caller compares. */
  slots(hash: number): Uint32Array
  /** Adds a dense id that is not there yet. */
  insert(hash: number, dense: number): void
  readonly bytes: number
}

/** An empty index; `hashOf` gives back the hash a dense id was inserted with. */
export function idIndex(hashOf: (dense: number) => number): IdIndex {
  let directory: Segment[] = [{ slots: new Uint32Array(FIRST_SLOTS), count: 0, depth: 0 }]
  let depth = 0
  let slotBytes = FIRST_SLOTS * 4

  /** Top `depth` bits; shifted twice because a shift by 32 is none. */
  const segmentOf = (hash: number) => directory[(hash >>> 1) >>> (31 - depth)]!

  function place(slots: Uint32Array, hash: number, dense: number): void {
    const mask = slots.length - 1
    let at = hash & mask
    while (slots[at] !== 0) at = (at + 1) & mask
    slots[at] = dense + 1
  }

  function grow(segment: Segment): void {
    const before = segment.slots
    segment.slots = new Uint32Array(before.length * 2)
    slotBytes += before.byteLength
    for (const entry of before) if (entry !== 0) place(segment.slots, hashOf(entry - 1), entry - 1)
  }

  /** Divides the segment by its next hash bit; the directory doubles when the segment owned a single entry of it. */
  function split(segment: Segment, hash: number): void {
    if (segment.depth === depth) {
      const doubled = new Array<Segment>(directory.length * 2)
      for (let i = 0; i < directory.length; i++) doubled[2 * i] = doubled[2 * i + 1] = directory[i]!
      directory = doubled
      depth++
    }
    const bit = 31 - segment.depth
    const before = segment.slots
    const upper: Segment = { slots: new Uint32Array(before.length), count: 0, depth: segment.depth + 1 }
    segment.slots = new Uint32Array(before.length)
    segment.count = 0
    slotBytes += before.byteLength
    for (const entry of before) {
      if (entry === 0) continue
      const own = hashOf(entry - 1)
      const side = (own >>> bit) & 1 ? upper : segment
      place(side.slots, own, entry - 1)
      side.count++
    }
    segment.depth++
    const width = 2 ** (depth - segment.depth)
    const first = Math.floor(((hash >>> 1) >>> (31 - depth)) / (2 * width)) * 2 * width
    for (let i = first + width; i < first + 2 * width; i++) directory[i] = upper
  }

  return {
    slots: (hash) => segmentOf(hash).slots,
    insert(hash, dense) {
      let segment = segmentOf(hash)
      while (segment.count >= segment.slots.length * 0.75) {
        if (segment.slots.length < SEGMENT_SLOTS || segment.depth >= MAX_DEPTH) grow(segment)
        else split(segment, hash)
        segment = segmentOf(hash)
      }
      place(segment.slots, hash, dense)
      segment.count++
    },
    get bytes() {
      return slotBytes + directory.length * 8
    },
  }
}
