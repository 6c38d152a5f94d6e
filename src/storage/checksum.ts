/** A 32-bit check of bytes: murmur3 over whole words and the rest. Catches torn and altered writes; it is no signature. */
export function checksum(bytes: Uint8Array, start = 0, end = bytes.length): number {
  let h = (end - start) | 0
  const aligned = (bytes.byteOffset + start) % 4 === 0
  const words = (end - start) >> 2
  if (aligned) {
    const view = new Int32Array(bytes.buffer, bytes.byteOffset + start, words)
    for (let i = 0; i < words; i++) h = step(h, view[i]!)
  } else {
    const view = new DataView(bytes.buffer, bytes.byteOffset + start, words * 4)
    for (let i = 0; i < words; i++) h = step(h, view.getInt32(i * 4, true))
  }
  for (let i = start + words * 4; i < end; i++) h = step(h, bytes[i]!)
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}

function step(h: number, word: number): number {
  let k = Math.imul(word, 0xcc9e2d51)
  k = Math.imul((k << 15) | (k >>> 17), 0x1b873593)
  h ^= k
  return (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
}
