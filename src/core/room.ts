// Typed arrays of a request, cut from larger ones: an array of its own is some ten times as dear, and a request makes a hundred.

const ROOM_BYTES = 1 << 16
/** Longer arrays get memory of their own, so that little of a room is left unused. */
const MOST_BYTES = ROOM_BYTES / 8

let room = new ArrayBuffer(ROOM_BYTES)
let used = 0

/**
 * Zeroed numbers that live as long as a request. Whoever keeps one for longer should copy it: it holds the 64 KB that it was cut from. Do not transfer its
 * buffer.
 */
export function float32(length: number): Float32Array<ArrayBuffer> {
  if (length * 4 > MOST_BYTES) return new Float32Array(length)
  const at = placeFor(length)
  return new Float32Array(room, at, length)
}

/** The same for whole numbers. */
export function uint32(length: number): Uint32Array<ArrayBuffer> {
  if (length * 4 > MOST_BYTES) return new Uint32Array(length)
  const at = placeFor(length)
  return new Uint32Array(room, at, length)
}

/** The same for the numbers of collections. */
export function uint16(length: number): Uint16Array<ArrayBuffer> {
  if (length * 2 > MOST_BYTES) return new Uint16Array(length)
  const at = placeFor(length / 2)
  return new Uint16Array(room, at, length)
}

/** Where so many numbers of 4 bytes have room; a room is given out once, so what is cut from it is zero. */
function placeFor(length: number): number {
  const bytes = Math.ceil(length) * 4
  if (used + bytes > ROOM_BYTES) {
    room = new ArrayBuffer(ROOM_BYTES)
    used = 0
  }
  const at = used
  used += bytes
  return at
}
