/** Where strings become bytes; grows to the longest one hashed. */
let scratch = new Uint8Array(256)
const encoder = new TextEncoder()

/**
 * MurmurHash3 x86_32 of a string's UTF-8 bytes, or of bytes: fast, well mixed, and no defence against an attacker.
 *
 * @param seed - 32 bits
 * @returns an unsigned 32-bit number; `| 0` makes it the signed one
 * @see Appleby 2011, https://github.com/aappleby/smhasher/wiki/MurmurHash3
 */
export function murmur3(value: string | Uint8Array, seed = 0): number {
  if (typeof value !== "string") return mixBytes(value, value.length, seed, 0xcc9e2d51, 0x1b873593)
  const length = utf8(value)
  return mixBytes(scratch, length, seed, 0xcc9e2d51, 0x1b873593)
}

/**
 * A stable 64-bit fingerprint as two unsigned 32-bit halves, for recognising equal strings without keeping them.
 *
 * The halves are murmur3 with different seeds and multipliers (the low one is {@link murmur3} itself). Among fifty million strings two
 * differ with an equal fingerprint with probability 7e-5. An attacker can make such pairs: use SHA-256 where that matters.
 * @param out - receives low half, then high half
 * @param at - where in `out` to write
 */
export function fingerprint(value: string | Uint8Array, out: Uint32Array, at = 0): void {
  const isText = typeof value === "string"
  const length = isText ? utf8(value) : value.length
  const bytes = isText ? scratch : value
  out[at] = mixBytes(bytes, length, 0, 0xcc9e2d51, 0x1b873593)
  out[at + 1] = mixBytes(bytes, length, 0x9747b28c, 0x239b961b, 0xab0e9789)
}

const halves = new Uint32Array(2)

/** The {@link fingerprint} as 16 hex digits, high half first. */
export function fingerprintHex(value: string | Uint8Array): string {
  fingerprint(value, halves)
  return halves[1]!.toString(16).padStart(8, "0") + halves[0]!.toString(16).padStart(8, "0")
}

/** Fills `scratch` with the string's UTF-8 bytes and returns their number. */
function utf8(text: string): number {
  const length = text.length
  if (scratch.length < length * 3) scratch = new Uint8Array(length * 6)
  for (let i = 0; i < length; i++) {
    const code = text.charCodeAt(i)
    if (code > 127) return encoder.encodeInto(text, scratch).written
    scratch[i] = code
  }
  return length
}

/** Murmur3's block loop and finish over the first `length` bytes, with chosen multipliers. Unsigned. */
export function mixBytes(bytes: Uint8Array, length: number, seed: number, c1: number, c2: number): number {
  let h = seed | 0
  const whole = length & ~3
  for (let i = 0; i < whole; i += 4) {
    const k = Math.imul(bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24), c1)
    h ^= Math.imul((k << 15) | (k >>> 17), c2)
    h = (Math.imul((h << 13) | (h >>> 19), 5) + 0xe6546b64) | 0
  }
  if (whole < length) {
    let k = bytes[whole]!
    if (whole + 1 < length) k |= bytes[whole + 1]! << 8
    if (whole + 2 < length) k |= bytes[whole + 2]! << 16
    k = Math.imul(k, c1)
    h ^= Math.imul((k << 15) | (k >>> 17), c2)
  }
  h ^= length
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b)
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35)
  return (h ^ (h >>> 16)) >>> 0
}
